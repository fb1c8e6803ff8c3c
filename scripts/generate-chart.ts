// Writes the generated parts of the chart: `npm run chart`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { chartFiles } from './chart/chart-files.ts';

for (const [file, content] of await chartFiles()) {
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, content);
}
