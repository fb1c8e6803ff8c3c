// Writes the parts of docs/reference/ that are generated: `node scripts/generate-reference.ts`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { metricsReference } from '../src/metrics/reference.ts';

const folder = new URL('../docs/reference/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('metrics.md', folder), metricsReference());
