// An accelerated day: one daemon, 50 controllers of all moods, real sockets, a scraper, health checks and diagnoses.
// Prints what both sides hold over time, and exits with 1 unless all of it is flat: npm run soak [-- --minutes 12]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import type { ControllersSample } from './controllers-process.ts';
import type { Sample } from './sample.ts';
import { type Allowance, trendOf } from './trend.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '12' },
    controllers: { type: 'string', default: '50' },
  },
});
const CONTROLLERS = Number(values.controllers);
const DAY_MINUTES = 1440;
const speed = DAY_MINUTES / Number(values.minutes);
const HOUR_MS = 3_600_000 / speed;
/** Each controller changes its mood four times an hour, so all of them have had all moods after an hour and a half. */
const MOOD_MS = HOUR_MS / 4;
/** Every mood has been seen, every cache is filled. */
const WARM_UP_HOURS = 6;
const HOURS = 24;
/** Measurements for each sample. The number of sockets changes quickly, so a single measurement says little. */
const LOOKS = 5;

/** One row of the table: both sides at one hour. */
type Row = Record<`daemon ${keyof Sample}` | `controllers ${keyof ControllersSample}` | 'series', number>;

/** The values that are judged, and their allowed growth in the hours after the warm-up. */
const JUDGED: Readonly<Partial<Record<keyof Row, Allowance>>> = {
  'daemon heapMib': { share: 0.1, amount: 3 },
  'daemon rssMib': { share: 0.1, amount: 20 },
  'daemon descriptors': { share: 0.1, amount: 20 },
  'daemon sockets': { share: 0.1, amount: 20 },
  'daemon timers': { share: 0.1, amount: 20 },
  // A reason of a failure has a series once it has been seen; there is a closed set of them.
  series: { share: 0.1, amount: 0 },
  'controllers heapMib': { share: 0.1, amount: 3 },
  'controllers rssMib': { share: 0.1, amount: 20 },
  'controllers descriptors': { share: 0.1, amount: 20 },
  'controllers sockets': { share: 0.1, amount: 20 },
  'controllers openAgentPort': { share: 0.1, amount: 20 },
};

const folder = mkdtempSync(join(tmpdir(), 'soak-'));
const controllers = startProcess('controllers-process.ts', String(CONTROLLERS), String(MOOD_MS));
const urls = await answerOf<string[]>(controllers);
writeFileSync(
  join(folder, 'probe.yaml'),
  stringify({
    listen: { host: '127.0.0.1', port: 0 },
    probe: { timeout: '1s', cadence: { web: '1m', ping: '1m', handshake: '5m', websocket: '5m' } },
    controllers: urls.map((url, index) => ({ name: `controller-${index}`, url, websocket: true })),
  }),
);
const daemon = startProcess('daemon-process.ts', join(folder, 'probe.yaml'), String(speed));
const base = `http://127.0.0.1:${await answerOf<number>(daemon)}`;
const clients = new AbortController();
const visiting = Promise.all([
  visit(['/metrics'], 1000),
  visit(['/health', '/health/controller-1?entrypoint=web', '/livez'], 100),
  visit(['/diagnose?controller=controller-2', '/controllers/controller-3', '/?format=html'], 1000),
]);

write(`a day of ${DAY_MINUTES} minutes in ${values.minutes}, ${CONTROLLERS} controllers, a row each hour`);
const rows: Row[] = [];
for (let hour = 1; hour <= HOURS; hour += 1) {
  await pause(HOUR_MS * 0.8);
  const row = await sampleRow();
  rows.push(row);
  write(lineOf(hour, row));
}
const metrics = await textOf('/metrics');
clients.abort();
await visiting;
write(`${sumOf('attempts_total')} scheduled probes, ${sumOf('connections_total')} connections of the daemon`);
write(`${Math.max(...seriesByController().values())} series of the controller that has most`);
const flat = judge(rows.slice(WARM_UP_HOURS));
daemon.disconnect();
controllers.disconnect();
rmSync(folder, { recursive: true });
process.exitCode = flat ? 0 : 1;

function startProcess(file: string, ...args: readonly string[]) {
  // As in the container image, with the heap that Node.js takes in a container of 256 MiB.
  const execArgv = ['--expose-gc', '--max-old-space-size=128', '--max-semi-space-size=4'];
  const env = { ...process.env, MALLOC_ARENA_MAX: '1', UV_THREADPOOL_SIZE: '128' };
  return fork(fileURLToPath(new URL(file, import.meta.url)), args, { execArgv, env });
}

async function answerOf<T>(process: ReturnType<typeof fork>): Promise<T> {
  const [answer] = await once(process, 'message');
  return answer as T;
}

async function textOf(path: string): Promise<string> {
  return (await fetch(base + path)).text();
}

/** Asks for each path in turn until the soak is over. */
async function visit(paths: readonly string[], everyMs: number): Promise<void> {
  for (let turn = 0; !clients.signal.aborted; turn += 1) {
    await textOf(paths[turn % paths.length] ?? '/').catch(() => '');
    await pause(everyMs);
  }
}

/** The sum of a metric over all its series. */
function sumOf(name: string): number {
  const lines = metrics.matchAll(new RegExp(`^jenkins_agent_probe_${name}(?:\\{.*\\})? (\\S+)$`, 'gm'));
  return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
}

function seriesByController(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [, name = ''] of metrics.matchAll(/^[a-z].*controller="([^"]+)"/gm))
    counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** The means of several looks within the last fifth of an hour. */
async function sampleRow(): Promise<Row> {
  const looks: Row[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    await pause((HOUR_MS * 0.2) / LOOKS);
    daemon.send('measure');
    const ours = prefixed('daemon', await answerOf<Sample>(daemon));
    controllers.send('measure');
    const theirs = prefixed('controllers', await answerOf<ControllersSample>(controllers));
    const series = (await textOf('/metrics')).split('\n').filter((line) => /^[a-z]/.test(line)).length;
    looks.push({ ...ours, ...theirs, series } as Row);
  }
  const mean = (key: string) => looks.reduce((sum, look) => sum + look[key as keyof Row], 0) / looks.length;
  return Object.fromEntries(Object.keys(looks[0] ?? {}).map((key) => [key, mean(key)])) as Row;
}

function prefixed(side: string, sample: Sample): Record<string, number> {
  return Object.fromEntries(Object.entries(sample).map(([key, value]) => [`${side} ${key}`, value]));
}

function lineOf(hour: number, row: Row): string {
  const cells = Object.entries(row).map(([key, value]) => `${key} ${round(value)}`);
  return `${String(hour).padStart(2)} h: ${cells.join(', ')}`;
}

/** Prints the trend of each value. @returns whether all of them are flat */
function judge(judged: readonly Row[]): boolean {
  write('| value | first | last | highest | gain | judged |\n|---|---|---|---|---|---|');
  const keys = Object.keys(JUDGED) as (keyof Row)[];
  const trends = keys.map((key) => {
    const trend = trendOf(
      judged.map((row) => row[key]),
      JUDGED[key] ?? { share: 0, amount: 0 },
    );
    const { first, last, highest, gain, flat } = trend;
    const cells = [key, ...[first, last, highest, gain].map(round), flat ? 'flat' : 'RISING'];
    write(`| ${cells.join(' | ')} |`);
    return flat;
  });
  return trends.every((each) => each);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
