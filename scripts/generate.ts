// Writes every generated file of the project: `npm run generate`. A second run changes nothing.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { generatedFiles } from './generated-files.ts';

const root = new URL('../', import.meta.url);
const files = await generatedFiles();
let changed = 0;
for (const [path, content] of files) {
  const file = new URL(path, root);
  if (existsSync(file) && readFileSync(file, 'utf8') === content) continue;
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, content);
  console.log(`written: ${path}`);
  changed += 1;
}
console.log(`${files.size} generated files, ${changed} changed`);
