import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

/** Returns the text of a file of the repository. */
export const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** The paths of all pages of the documentation, relative to the root of the repository. */
export const pages: readonly string[] = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CODE_OF_CONDUCT.md',
  ...readdirSync(new URL('docs/', root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Returns the code blocks of a page in one language, in order, without the indentation of a list. */
export function blocksOf(page: string, language: string): readonly string[] {
  const block = new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^\\1\`\`\``, 'gm');
  return [...read(page).matchAll(block)].map(([, indent = '', text = '']) =>
    text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

/** Returns a report without the parts that differ in each run: times, ports, fingerprints, hosts, line breaks. */
export function wordsOf(report: string): string {
  return report
    .replaceAll(/[0-9a-f]{2}(:[0-9a-f]{2}){15}/g, 'FINGERPRINT')
    .replaceAll(/host \S+;/g, 'host HOST;')
    .replaceAll(/[\d.]+ m?s\b/g, 'TIME')
    .replaceAll(/:\d{4,5}/g, ':PORT')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
