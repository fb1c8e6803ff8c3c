// Writes the parts of docs/ that are generated: `node scripts/generate-reference.ts`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cliReference } from './reference/cli-page.ts';
import { configurationReference } from './reference/configuration-page.ts';
import { diagnosesReference } from './reference/diagnoses-page.ts';
import { inspectionReference } from './reference/inspection-rules-page.ts';
import { metricsReference } from './reference/metrics-page.ts';
import { permissionsReference } from './reference/permissions-page.ts';

const docs = new URL('../docs/', import.meta.url);
mkdirSync(new URL('reference/', docs), { recursive: true });
writeFileSync(new URL('diagnoses.md', docs), diagnosesReference());
writeFileSync(new URL('reference/metrics.md', docs), metricsReference());
writeFileSync(new URL('reference/configuration.md', docs), configurationReference());
writeFileSync(new URL('reference/cli.md', docs), await cliReference());
writeFileSync(new URL('reference/permissions.md', docs), permissionsReference());
writeFileSync(new URL('kubernetes-inspection.md', docs), inspectionReference());
