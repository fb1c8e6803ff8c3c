// Writes the parts of docs/ that are generated: `node scripts/generate-reference.ts`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cliReference } from '../src/cli/reference.ts';
import { configurationReference } from '../src/config/reference.ts';
import { inspectionReference } from '../src/diagnosis/kubernetes/reference.ts';
import { diagnosesReference } from '../src/diagnosis/reference.ts';
import { permissionsReference } from '../src/kubernetes/reference.ts';
import { metricsReference } from '../src/metrics/reference.ts';

const docs = new URL('../docs/', import.meta.url);
mkdirSync(new URL('reference/', docs), { recursive: true });
writeFileSync(new URL('diagnoses.md', docs), diagnosesReference());
writeFileSync(new URL('reference/metrics.md', docs), metricsReference());
writeFileSync(new URL('reference/configuration.md', docs), configurationReference());
writeFileSync(new URL('reference/cli.md', docs), await cliReference());
writeFileSync(new URL('reference/permissions.md', docs), permissionsReference());
writeFileSync(new URL('kubernetes-inspection.md', docs), inspectionReference());
