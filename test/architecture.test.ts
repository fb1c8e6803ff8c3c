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
  server: ['model', 'protocol', 'catalogue', 'verdict', 'report', 'metrics', 'config', 'daemon'],
  simulator: ['model', 'protocol'],
  serve: [
    ...['model', 'protocol', 'catalogue', 'verdict', 'probe', 'diagnosis', 'logs', 'inspection', 'report'],
    ...['metrics', 'config', 'daemon', 'kubernetes', 'server', 'simulator'],
  ],
};
/** The folders from which everything is imported, and that nothing imports. */
const OUTERMOST = ['cli'];
const PURE = ['model', 'protocol', 'verdict', 'catalogue', 'diagnosis', 'logs', 'inspection', 'report'];

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g;

interface SourceFile {
  /** `src/probe/wire/hop.ts` */
  readonly path: string;
  readonly folder: string;
  readonly source: string;
  /** The files of `src/` that it imports. */
  readonly imports: readonly string[];
}

const files: readonly SourceFile[] = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => {
    const path = posix.join('src', name.replaceAll('\\', '/'));
    const source = readFileSync(new URL(path, root), 'utf8');
    const imports = [...source.matchAll(IMPORT)]
      .flatMap(([, target = '']) => (target.startsWith('.') ? [target] : []))
      .map((target) => posix.join(posix.dirname(path), target));
    return { path, folder: folderOf(path), source, imports };
  });

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

function folderOf(path: string): string {
  return path.split('/')[1] ?? '';
}

/** The groups of nodes that reach each other (Tarjan's strongly connected components of more than one node). */
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

/** Functions and methods as the formatter lays them out: a head that ends in `{`, closed at the same indentation. */
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
