import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const folder = new URL('../src/pages/assets/', import.meta.url);

/** `src/pages/assets.ts`: the style sheet and the script of the pages as strings, so that the program is code alone. */
export function pageAssets(): string {
  return [
    '// Written by `npm run generate` from the files in `src/pages/assets/`.',
    ...asset('STYLE', 'style.css'),
    ...asset('SCRIPT', 'page.js'),
    '',
  ].join('\n');
}

function asset(name: string, file: string): readonly string[] {
  const [stem, extension] = file.split('.');
  const text = compact(readFileSync(new URL(file, folder), 'utf8'), extension);
  const hash = createHash('sha256').update(text).digest('base64url').slice(0, 10);
  return [
    '',
    '/** Changes with the content, so that browsers may keep it for ever. */',
    `export const ${name}_NAME = '${stem}-${hash}.${extension}';`,
    `export const ${name} =`,
    `  ${JSON.stringify(text)};`,
  ];
}

/** Leaves out indentation and comments; of a style sheet also the line breaks. */
function compact(text: string, extension: string | undefined): string {
  if (extension === 'css') {
    return text
      .replace(/\/\*.*?\*\//gs, '')
      .replace(/\s+/g, ' ')
      .replace(/ ?([{};]) ?/g, '$1')
      .trim();
  }
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(\/\/|\/\*\*.*\*\/$)/.test(line))
    .join('\n');
}
