// Builds `dist/`: the starter, and the parts of the program that it loads. `npm run build`.
import { rmSync, writeFileSync } from 'node:fs';
import { writeBundle } from './bundle.ts';
import { licencesOf } from './licences.ts';
import { bundleProgram } from './program.ts';

const chunks = await bundleProgram();
rmSync('dist', { recursive: true, force: true });
writeBundle(chunks, 'dist');
writeFileSync('dist/THIRD-PARTY-LICENCES.txt', licencesOf(chunks));
