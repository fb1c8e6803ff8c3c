// Measures the time and memory for reading a log: 10 MB in this process, then 100 MB with the command, which reads only the
// end. `node bench/log-reader.ts`.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAgentLog } from '../src/logs/agent-log.ts';

const RUNS = 7;
const FOLDER = new URL('../test/logs/testdata/', import.meta.url);
const logs = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.log'))
  .sort()
  .map((name) => readFileSync(new URL(name, FOLDER), 'utf8'));
const whole = logs.join('\n');
const refused = readFileSync(new URL('agent-port-refused.log', FOLDER), 'utf8');
const spam = Array.from(
  { length: 50_000 },
  (_, index) =>
    `2026-06-01 10:${String(Math.floor(index / 60) % 60).padStart(2, '0')}:${String(index % 60).padStart(2, '0')}.123+0000 [id=${index}]\tINFO\th.TcpSlaveAgentListener$ConnectionHandler#run: Connection #${index} from /10.0.2.1:${40_000 + (index % 20_000)} failed: null\n`,
).join('');

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
const repeated = (text: string, length: number) =>
  text.repeat(Math.ceil(length / text.length)).slice(0, length);
const MB = 1024 * 1024;

for (const [name, text] of [
  ['every log of the corpus', whole],
  ['one failing agent', refused],
  ['the same by kubectl logs --prefix', refused.replaceAll(/^/gm, '[pod/agent-5j324/jnlp] ')],
  ['a controller with health checks', spam],
  ['empty lines', '\n'],
  ['lines of one character', 'x\n'],
] as const) {
  const log = repeated(text, 10 * MB);
  const runs = Array.from({ length: RUNS }, () => {
    const started = performance.now();
    const before = process.cpuUsage();
    readAgentLog(log);
    const { user, system } = process.cpuUsage(before);
    return { wall: performance.now() - started, cpu: (user + system) / 1000 };
  });
  const wall = median(runs.map((run) => run.wall));
  const cpu = median(runs.map((run) => run.cpu));
  process.stdout.write(
    `10 MB, ${name}: median ${wall.toFixed(0)} ms, of processor time ${cpu.toFixed(0)} ms\n`,
  );
}

const folder = mkdtempSync(join(tmpdir(), 'log-reader-'));
try {
  const file = join(folder, 'agent.log');
  const handle = openSync(file, 'w');
  for (let written = 0; written < 100 * MB; written += 10 * MB) writeSync(handle, repeated(whole, 10 * MB));
  writeSync(handle, `\n${refused}`);
  closeSync(handle);
  const started = performance.now();
  const { stdout, stderr } = spawnSync(
    '/usr/bin/env',
    ['time', '-f', '%M', process.execPath, 'src/cli/main.ts', 'diagnose', '--log', file, '--json'],
    { cwd: new URL('../', import.meta.url), encoding: 'utf8', maxBuffer: 64 * MB },
  );
  const [first] = (JSON.parse(stdout) as { diagnoses: readonly { code: string }[] }).diagnoses;
  process.stdout.write(
    `100 MB by the command: ${((performance.now() - started) / 1000).toFixed(1)} s, ` +
      `${Math.round(Number(stderr.trim().split('\n').at(-1)) / 1024)} MB at most, first: ${first?.code}\n`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
