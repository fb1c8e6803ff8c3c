import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import t from 'tap';

const root = new URL('../', import.meta.url);

/** What every folder of `src/` may import beside itself, types included. `docs/architecture.md` explains the table. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  model: ['protocol'],
  verdict: ['model', 'protocol'],
  catalogue: ['model', 'protocol'],
  probe: ['model', 'protocol'],
  diagnosis: ['model', 'protocol', 'catalogue', 'verdict'],
  logs: ['model', 'protocol', 'catalogue', 'verdict'],
  inspection: ['model', 'protocol', 'catalogue', 'verdict'],
  report: ['model', 'protocol', 'catalogue', 'verdict', 'diagnosis', 'logs', 'inspection'],
  metrics: ['model', 'protocol', 'catalogue', 'verdict'],
  config: ['model', 'protocol', 'verdict'],
  daemon: ['model', 'protocol', 'catalogue', 'verdict', 'probe', 'diagnosis', 'report', 'metrics', 'config'],
  kubernetes: [
    ...['model', 'protocol', 'catalogue', 'verdict', 'inspection', 'logs', 'report'],
    ...['metrics', 'config', 'daemon'],
  ],
  pages: ['model', 'protocol', 'catalogue', 'verdict', 'report', 'daemon'],
  server: [
    ...['model', 'protocol', 'catalogue', 'verdict', 'report', 'metrics', 'config', 'daemon'],
    'pages',
  ],
  simulator: ['model', 'protocol'],
  serve: [
    ...['model', 'protocol', 'catalogue', 'verdict', 'probe', 'diagnosis', 'logs', 'inspection', 'report'],
    ...['metrics', 'config', 'daemon', 'kubernetes', 'pages', 'server', 'simulator'],
  ],
};
/** The folders from which everything is imported, and that nothing imports. */
const OUTERMOST = ['cli'];
const PURE = [
  'model',
  'protocol',
  'verdict',
  'catalogue',
  'diagnosis',
  'logs',
  'inspection',
  'report',
  'pages',
];

/** The folders beside `src/` whose files import from it. */
const BESIDE = ['test', 'bench', 'scripts', 'dashboards', 'alerts'];

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g;
const EXPORT = /^export (?:async )?(?:interface|type|class|function|const) (\w+)/gm;
/** Static imports by name, and dynamic ones that take names out of the module. */
const IMPORTED_NAMES = /\{([^{}]*)\}\s*(?:from|= await import\()\s*'([^']+)'/g;

interface SourceFile {
  /** `src/probe/wire/hop.ts` */
  readonly path: string;
  readonly folder: string;
  readonly source: string;
  /** The files of `src/` that it imports. */
  readonly imports: readonly string[];
  /** The names that it exports. */
  readonly exports: readonly string[];
}

const files = filesBelow('src');

t.test('every import keeps to the table, types included', async (t) => {
  t.ok(files.length > 200, `${files.length} files were read`);
  t.ok(files.flatMap(({ imports }) => imports).length > 800, 'imports were found');
  for (const { path, folder, imports } of files) {
    if (OUTERMOST.includes(folder)) continue;
    const allowed = MAY_IMPORT[folder];
    t.ok(allowed !== undefined, `${path}: the folder ${folder} is in the table`);
    for (const target of imports) {
      const other = folderOf(target);
      t.ok(other === folder || allowed?.includes(other), `${path} imports ${target}`);
    }
  }
});

t.test('the table names folders that are there, and has no circle', async (t) => {
  const folders = new Set(files.map(({ folder }) => folder));
  t.same([...Object.keys(MAY_IMPORT), ...OUTERMOST].sort(), [...folders].sort());
  t.same(circlesOf(new Map(Object.entries(MAY_IMPORT))), []);
});

t.test('no circle between files', async (t) => {
  t.same(circlesOf(new Map(files.map(({ path, imports }) => [path, imports]))), []);
});

t.test('the search for circles finds one', async (t) => {
  const circles = circlesOf(
    new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', ['a']],
      ['d', []],
    ]),
  );
  t.same(
    circles.map((circle) => [...circle].sort()),
    [['a', 'b', 'c']],
  );
});

t.test('no two files have one name', async (t) => {
  t.same(repeated(files.map(({ path }) => posix.basename(path))), []);
});

t.test('no two files export one name', async (t) => {
  // A schema and its type belong together, and have the same name in a file.
  const exported = files.flatMap(({ exports }) => [...new Set(exports)]);
  t.ok(exported.length > 800, `${exported.length} exports were found`);
  t.same(repeated(exported), []);
});

t.test('every export is imported somewhere', async (t) => {
  const users = [...files, ...BESIDE.flatMap(filesBelow)];
  const used = new Set(users.flatMap(importedNames));
  for (const { path, exports } of files) {
    for (const name of exports) t.ok(used.has(`${path} ${name}`), `${path} exports ${name}`);
  }
});

t.test('exports that are only passed on hide where a name is from', async (t) => {
  for (const { path, source } of files) t.notMatch(source, /^export (?:type )?[{*]/m, path);
});

t.test('the pure folders do no I/O, by lint rule and in fact', async (t) => {
  const { overrides } = JSON.parse(readFileSync(new URL('biome.json', root), 'utf8')) as {
    overrides: readonly { includes: readonly string[]; linter: { rules: Record<string, unknown> } }[];
  };
  const rule = overrides.find(({ linter }) => JSON.stringify(linter).includes('noRestrictedImports'));
  t.same(
    rule?.includes,
    PURE.map((folder) => `src/${folder}/**`),
  );
  for (const { path, folder, source } of files) {
    if (!PURE.includes(folder)) continue;
    t.notMatch(source, /from 'node:(tls|http2?|https|dns|fs|timers|child_process|worker_threads)/, path);
    t.notMatch(source, /\b(setTimeout|setInterval|setImmediate)\(/, path);
  }
});

t.test('no function is longer than 80 lines', async (t) => {
  for (const { path, source } of files) {
    for (const { line, length } of functionsOf(source))
      t.ok(length <= 80, `${path}:${line} has ${length} lines`);
  }
});

t.test('a newcomer finds the table and every folder in docs/architecture.md', async (t) => {
  const page = readFileSync(new URL('docs/architecture.md', root), 'utf8');
  const rows = new Map(
    [...page.matchAll(/^\| `(\w+)` \|[^|]*\| ([^|]*) \|$/gm)].map(([, folder = '', imports = '']) => [
      folder,
      [...imports.matchAll(/`(\w+)`/g)].map(([, name]) => name).sort(),
    ]),
  );
  for (const [folder, allowed] of Object.entries(MAY_IMPORT)) {
    const beyond = allowed.filter((name) => name !== 'model' && name !== 'protocol').sort();
    t.same(rows.get(folder), folder === 'model' ? ['protocol'] : beyond, folder);
  }
});

function filesBelow(folder: string): readonly SourceFile[] {
  return readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => {
      const path = posix.join(folder, name.replaceAll('\\', '/'));
      const source = readFileSync(new URL(path, root), 'utf8');
      const imports = [...source.matchAll(IMPORT)]
        .flatMap(([, target = '']) => (/^\..*\.ts$/.test(target) ? [target] : []))
        .map((target) => posix.join(posix.dirname(path), target));
      const exports = [...source.matchAll(EXPORT)].map(([, name = '']) => name);
      return { path, folder: folderOf(path), source, imports, exports };
    });
}

/** What a file imports by name: `src/probe/wire/hop.ts planHops`. */
function importedNames({ path, source }: SourceFile): readonly string[] {
  return [...source.matchAll(IMPORTED_NAMES)].flatMap(([, names = '', target = '']) =>
    names
      .split(',')
      .map((name) => /^\s*(?:type )?(\w+)/.exec(name)?.[1])
      .map((name) => `${posix.join(posix.dirname(path), target)} ${name}`),
  );
}

function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

function folderOf(path: string): string {
  return path.split('/')[1] ?? '';
}

/** Returns the groups of nodes that reach each other (Tarjan's strongly connected components of more than one node). */
function circlesOf(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const circles: string[][] = [];
  const found = new Map<string, { index: number; low: number; open: boolean }>();
  const stack: string[] = [];
  const visit = (node: string) => {
    const own = { index: found.size, low: found.size, open: true };
    found.set(node, own);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      const other = found.get(next) ?? visit(next);
      if (other.open) own.low = Math.min(own.low, other.low);
    }
    if (own.low !== own.index) return own;
    const circle = stack.splice(stack.indexOf(node));
    for (const each of circle) Object.assign(found.get(each) ?? {}, { open: false });
    if (circle.length > 1) circles.push(circle);
    return own;
  };
  for (const node of graph.keys()) if (!found.has(node)) visit(node);
  return circles;
}

/**
 * Returns functions and methods by the layout of the formatter: a head that ends in `{`, closed at the same
 * indentation.
 */
function functionsOf(source: string): readonly { readonly line: number; readonly length: number }[] {
  const lines = source.split('\n');
  const heads =
    /^( *)(?:export )?(?:(?:async )?function\b.*|(?:(?:public|static|async|override|get|set) )*#?\w+(?:<[^>]*>)?\(.*\).*|(?:const|let) \w+.*=> |.*=>) ?\{$/;
  const open =
    /^( *)(?:export )?(?:async )?(?:function \w+(?:<.*>)?|(?:(?:static|async|override) )*#?\w+(?:<.*>)?)\($/;
  return lines.flatMap((text, index) => {
    const match = heads.exec(text) ?? open.exec(text);
    if (match === null || /^ *(?:if|for|while|switch|catch|return|await)\b/.test(text)) return [];
    const indent = match[1] ?? '';
    const isEnd = (each: string) => each.startsWith(`${indent}}`) && !each.startsWith(`${indent}} else`);
    const end = lines.findIndex((each, at) => at > index && isEnd(each) && !/^\s*\}.*\{$/.test(each));
    return end < 0 ? [] : [{ line: index + 1, length: end - index + 1 }];
  });
}
