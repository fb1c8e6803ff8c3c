import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const folder = new URL('../src/pages/assets/', import.meta.url);

const HEAD = '// Written by `npm run generate` from the files in `src/pages/assets/`.';

/** Returns `src/pages/asset-names.ts`: the file names of the style sheet and the script. */
export function assetNames(): string {
  return [
    HEAD,
    '',
    '// The names change with the content, so that browsers can cache it forever.',
    `export const STYLE_NAME = '${nameOf('style', 'css')}';`,
    `export const SCRIPT_NAME = '${nameOf('page', 'js')}';`,
    '',
  ].join('\n');
}

/** Returns `src/server/page-assets.ts`: both as strings, so that the built program needs no other files. */
export function pageAssets(): string {
  const line = (name: string, text: string) => ['', `export const ${name} =`, `  ${JSON.stringify(text)};`];
  return [HEAD, ...line('STYLE', textOf('style', 'css')), ...line('SCRIPT', textOf('page', 'js')), ''].join(
    '\n',
  );
}

function nameOf(stem: string, extension: string): string {
  const hash = createHash('sha256').update(textOf(stem, extension)).digest('base64url').slice(0, 10);
  return `${stem}-${hash}.${extension}`;
}

function textOf(stem: string, extension: string): string {
  return compact(readFileSync(new URL(`${stem}.${extension}`, folder), 'utf8'), extension);
}

/** Removes indentation and comments; in a style sheet also line breaks. */
function compact(text: string, extension: string): string {
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
