import { readFileSync } from 'node:fs';
import t from 'tap';
import { ALLOWED_LICENCES, WITH_SCRIPTS } from '../../scripts/allowed-packages.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

t.test('install scripts are off, and no package has one that nobody knows', async (t) => {
  t.match(read('.npmrc'), /^ignore-scripts=true$/m);
  const lock: Record<string, { hasInstallScript?: boolean }> = JSON.parse(read('package-lock.json')).packages;
  const found = Object.entries(lock).filter(([, { hasInstallScript }]) => hasInstallScript === true);
  t.same(found.map(([path]) => path.replace(/^.*node_modules\//, '')).sort(), [...WITH_SCRIPTS].sort());
});

t.test('every package of the program has a licence that is allowed', async (t) => {
  const rows = [...read('docs/reference/dependencies.md').matchAll(/^\| `([^`]+)` \| (\S+) \| (.+) \|$/gm)];
  t.ok(rows.length > 50, `${rows.length} packages`);
  for (const [, name, version, licence = ''] of rows) {
    t.ok(ALLOWED_LICENCES.has(licence), `${name} ${version}: ${licence}`);
  }
});
