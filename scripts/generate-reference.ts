// Writes the parts of docs/ that are generated: `node scripts/generate-reference.ts`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cliReference } from './reference/cli.ts';
import { configurationReference } from './reference/configuration.ts';
import { diagnosesReference } from './reference/diagnoses.ts';
import { inspectionReference } from './reference/inspection-rules.ts';
import { logMessagesReference } from './reference/log-messages.ts';
import { metricsReference } from './reference/metrics.ts';
import { permissionsReference } from './reference/permissions.ts';

const docs = new URL('../docs/', import.meta.url);
mkdirSync(new URL('reference/', docs), { recursive: true });
writeFileSync(new URL('diagnoses.md', docs), diagnosesReference());
writeFileSync(new URL('reference/metrics.md', docs), metricsReference());
writeFileSync(new URL('reference/configuration.md', docs), configurationReference());
writeFileSync(new URL('reference/cli.md', docs), await cliReference());
writeFileSync(new URL('reference/permissions.md', docs), permissionsReference());
writeFileSync(new URL('reference/log-messages.md', docs), logMessagesReference());
writeFileSync(new URL('kubernetes-inspection.md', docs), inspectionReference());
