// Writes the generated parts of the chart: `npm run chart`.
import { writeFileSync } from 'node:fs';
import { chartFiles } from './chart/chart-files.ts';

for (const [file, content] of await chartFiles()) writeFileSync(file, content);
