import { readFileSync } from 'node:fs';

/** The version of this program, from its `package.json`. */
export function buildVersion(): string {
  // Two folders up both from `src/` in a checkout and from `dist/` in the package.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { readonly version: string };
  return version;
}
