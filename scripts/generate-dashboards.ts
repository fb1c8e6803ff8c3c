// Writes the dashboards, the alerts and their documentation: `npm run dashboards`.
import { writeFileSync } from 'node:fs';
import { alertsReference } from '../alerts/reference.ts';
import { renderedAlerts } from '../alerts/rendered.ts';
import { renderedDashboards } from '../dashboards/rendered.ts';

const root = new URL('../', import.meta.url);
for (const [file, json] of renderedDashboards()) writeFileSync(new URL(`dashboards/${file}`, root), json);
writeFileSync(new URL('alerts/jenkins-agent-probe.yaml', root), renderedAlerts());
writeFileSync(new URL('docs/alerts.md', root), alertsReference());
