import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { blocksOf, pages, read } from './docs/documents.ts';

const root = new URL('../', import.meta.url);

t.test('every link between pages leads to a page, and every anchor to a heading', async (t) => {
  for (const page of pages) {
    for (const [, target = ''] of read(page).matchAll(/\]\(([^)]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? new URL(page, root) : new URL(path, new URL(page, root));
      t.ok(existsSync(file), `${page} → ${target}`);
      if (anchor !== undefined) {
        t.ok(anchorsOf(readFileSync(file, 'utf8')).includes(anchor), `${page} → ${target}`);
      }
    }
  }
});

t.test('the index leads to every page', async (t) => {
  const index = read('docs/README.md');
  for (const page of pages.filter((page) => /^docs\/(?!README)/.test(page))) {
    t.ok(index.includes(`](${page.slice('docs/'.length)})`), `docs/README.md → ${page}`);
  }
});

/** Returns the anchors of a page's headings, as GitHub generates them. */
function anchorsOf(page: string): readonly string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

t.test('every path and command that CONTRIBUTING.md names exists', async (t) => {
  const text = read('CONTRIBUTING.md');
  const folders = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
    .map(({ name }) => name.replaceAll('.', '\\.'));
  const path = new RegExp(`(?<![\\w./])(?:${folders.join('|')})/[\\w./*-]*`, 'g');
  const paths = [...new Set(text.match(path))].map((found) => found.replace(/\.$/, ''));
  t.ok(paths.length > 40, `${paths.length} paths`);
  for (const each of paths)
    t.ok(globSync(each, { cwd: root }).length > 0, `${each}: correct CONTRIBUTING.md`);
  const { scripts } = JSON.parse(read('package.json'));
  for (const [, name = ''] of text.matchAll(/npm run ([\w-]+)/g)) t.ok(scripts[name], `npm run ${name}`);
});

t.test('every example of a configuration in the documentation can be used', async (t) => {
  const { loadSettings } = await import('../src/config/load.ts');
  const { writeFileSync } = await import('node:fs');
  const folder = t.testdir({ secret: 'x' });
  let count = 0;
  for (const page of pages) {
    for (const yaml of blocksOf(page, 'yaml')) {
      // Files with a section `config` are values of a chart.
      if (!yaml.includes('controllers:') || /^config:/m.test(yaml)) continue;
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
