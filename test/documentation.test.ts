import { existsSync, readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { cliReference } from '../scripts/reference/cli-page.ts';
import { configurationReference } from '../scripts/reference/configuration-page.ts';
import { inspectionReference } from '../scripts/reference/inspection-rules-page.ts';
import { permissionsReference } from '../scripts/reference/permissions-page.ts';

const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const pages = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(new URL('docs/', root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

t.test('the generated references are what the code says', async (t) => {
  t.equal(read('docs/reference/configuration.md'), configurationReference(), 'run: npm run reference');
  t.equal(read('docs/reference/permissions.md'), permissionsReference(), 'run: npm run reference');
  t.equal(read('docs/kubernetes-inspection.md'), inspectionReference(), 'run: npm run reference');
  t.equal(read('docs/reference/cli.md'), await cliReference(), 'run: npm run reference');
});

t.test('every link between pages leads to a page, and every anchor to a heading', async (t) => {
  for (const page of pages) {
    for (const [, target = ''] of read(page).matchAll(/\]\(([^)]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? new URL(page, root) : new URL(path, new URL(page, root));
      t.ok(existsSync(file), `${page} → ${target}`);
      if (anchor !== undefined)
        t.match(readFileSync(file, 'utf8'), new RegExp(`^#+ ${anchor}$`, 'im'), `${page} → ${target}`);
    }
  }
});

t.test('every example of a configuration in the documentation can be used', async (t) => {
  const { loadSettings } = await import('../src/config/load.ts');
  const { writeFileSync } = await import('node:fs');
  const folder = t.testdir({ secret: 'x' });
  let count = 0;
  for (const page of pages) {
    for (const [, yaml = ''] of read(page).matchAll(/```yaml\n([\s\S]*?)```/g)) {
      if (!yaml.includes('controllers:')) continue;
      const local = yaml
        .replace(/(secretFile|passwordFile|tokenFile): [^\s,}]+/g, '$1: secret')
        .replace(/caFile: [^\s,}]+,? ?/g, '');
      writeFileSync(`${folder}/example.yaml`, local);
      const { controllers, kubernetes } = loadSettings({ file: `${folder}/example.yaml`, env: {} });
      t.ok(controllers.length > 0 || kubernetes?.discovery, page);
      count += 1;
    }
  }
  t.ok(count > 0, 'there are examples');
});
