// Shows what the memory of the built daemon consists of, with 1, 100 and 1,000 controllers:
//
//   npm run build && node bench/footprint/heap.ts [--seconds 60] [--controllers 1,100,1000]
//
// Needs Linux. The values are in MB (10^6 bytes). A snapshot collects the garbage first, so its values are live objects.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { watch } from './watching.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    controllers: { type: 'string', default: '1,100,1000' },
  },
});

/** The kinds of nodes of a heap snapshot in words. */
const KINDS: Readonly<Record<string, string>> = {
  string: 'strings, the source of the program among them',
  'concatenated string': 'strings, the source of the program among them',
  'sliced string': 'strings, the source of the program among them',
  code: 'compiled functions',
  closure: 'functions',
  array: 'arrays',
  object: 'objects',
  'object shape': 'hidden classes',
  native: 'objects of Node.js outside the heap',
};

/** Part of a heap snapshot: the nodes are rows of numbers with these fields. */
interface Snapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly [readonly string[]];
    };
  };
  readonly nodes: readonly number[];
}

type Column = Map<string, number>;

const columns: Column[] = [];
const counts = values.controllers.split(',').map(Number);
for (const count of counts) columns.push(await measured(count, Number(values.seconds)));
const names = [...new Set(columns.flatMap((column) => [...column.keys()]))];
const width = Math.max(...names.map((name) => name.length));
const line = (first: string, cells: readonly string[]) =>
  `${first.padEnd(width)}${cells.map((cell) => cell.padStart(8)).join('')}\n`;
process.stdout.write(line('controllers', counts.map(String)));
for (const name of names) {
  const cells = columns.map((column) => ((column.get(name) ?? 0) / 1e6).toFixed(1));
  process.stdout.write(line(name, cells));
}

/** Returns bytes by kind for a daemon that has watched controllers for some seconds. */
async function measured(controllers: number, seconds: number): Promise<Column> {
  const folder = mkdtempSync(join(tmpdir(), 'heap-'));
  const options = `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${folder}`;
  const daemon = await watch(controllers, {}, [], { NODE_OPTIONS: options });
  await delay(seconds * 1000);
  const column: Column = new Map();
  const status = readFileSync(`/proc/${daemon.pid}/status`, 'utf8');
  for (const [name, field] of [
    ['resident: private', 'RssAnon'],
    ['resident: files, mostly Node.js itself', 'RssFile'],
  ] as const) {
    const [, kib = '0'] = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status) ?? [];
    column.set(name, Number(kib) * 1024);
  }
  process.kill(daemon.pid, 'SIGUSR2');
  const snapshot = await written(folder);
  await daemon.stop();
  rmSync(folder, { recursive: true });
  const { node_fields: fields, node_types: types } = snapshot.snapshot.meta;
  const [type, size] = [fields.indexOf('type'), fields.indexOf('self_size')];
  for (let at = 0; at < snapshot.nodes.length; at += fields.length) {
    const name = `live: ${KINDS[types[0][snapshot.nodes[at + type] ?? 0] ?? ''] ?? 'everything else'}`;
    column.set(name, (column.get(name) ?? 0) + (snapshot.nodes[at + size] ?? 0));
  }
  return column;
}

/** Returns the snapshot of a folder when it is complete. */
async function written(folder: string): Promise<Snapshot> {
  for (;;) {
    const [file] = readdirSync(folder);
    try {
      if (file !== undefined) return JSON.parse(readFileSync(join(folder, file), 'utf8'));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    await delay(200);
  }
}
