// Builds `dist/`: the starter, the program, and the packages that few commands need. `npm run build`.
import { rmSync, writeFileSync } from 'node:fs';
import { licencesOf } from './licences.ts';
import { bundleProgram } from './program.ts';

rmSync('dist', { recursive: true, force: true });
writeFileSync('dist/THIRD-PARTY-LICENCES.txt', licencesOf(await bundleProgram()));
