import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import t from 'tap';
import { generatedFiles, MEASURED } from '../scripts/generated-files.ts';

const root = new URL('../', import.meta.url);
const files = await generatedFiles();
const expected = [...files.keys(), ...MEASURED];

t.test('every generated file is what the generators write', async (t) => {
  for (const [path, content] of files) {
    const written = readFileSync(new URL(path, root), 'utf8');
    t.ok(written === content, `${path} is not up to date: run npm run generate, and commit the result`);
  }
});

t.test('folders of generated files hold nothing else', async (t) => {
  const folders = [
    ['docs/reference', /\.md$/],
    ['docs/images', /./],
    ['dashboards', /\.json$/],
    ['alerts', /\.ya?ml$/],
    ['helm/jenkins-agent-probe/files', /\.\w+$/],
  ] as const;
  for (const [folder, kind] of folders) {
    const found = readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => kind.test(name))
      .map((name) => posix.join(folder, name.replaceAll('\\', '/')));
    t.ok(found.length > 0, folder);
    for (const path of found) {
      t.ok(expected.includes(path), `${path}: delete it, or list it in scripts/generated-files.ts`);
    }
  }
});

t.test('.gitattributes marks every generated file, and each of them exists', async (t) => {
  const marked = [
    ...readFileSync(new URL('.gitattributes', root), 'utf8').matchAll(/^(\S+) linguist-generated$/gm),
  ];
  t.strictSame(
    marked.map(([, path]) => path),
    expected.filter((path) => path !== '.gitattributes').sort(),
  );
  for (const path of expected) t.ok(readFileSync(new URL(path, root)).length > 0, path);
});
