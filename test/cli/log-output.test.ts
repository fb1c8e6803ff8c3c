import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { freePort } from '../free-port.ts';
import { CACHE } from './command.ts';

const BIN = fileURLToPath(new URL('../../bin/jenkins-agent-probe', import.meta.url));

t.setTimeout(240_000);

/** An output that fails with a given error. */
interface BadOutput {
  readonly descriptor: number | 'pipe';
  readonly started?: (child: ChildProcess) => void;
}

const OUTPUTS: Readonly<Record<string, (t: Test) => BadOutput>> = {
  'on a full disk': () => ({ descriptor: openSync('/dev/full', 'w') }),
  'in a closed pipe': () => ({ descriptor: 'pipe', started: (child) => child.stdout?.destroy() }),
  'in a pipe that nobody reads': (t) => ({ descriptor: stuckPipe(t) }),
};

/** A full pipe whose reader does not read. */
function stuckPipe(t: Test): number {
  const path = `${t.testdirName}/fifo`;
  spawnSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  t.teardown(() => closeSync(reader));
  try {
    for (;;) writeSync(reader, Buffer.alloc(4096));
  } catch {
    return openSync(path, 'w');
  }
}

async function statusOf(url: string): Promise<number> {
  return fetch(url, { signal: AbortSignal.timeout(1000) }).then(
    ({ status }) => status,
    () => 0,
  );
}

for (const [where, make] of Object.entries(OUTPUTS)) {
  t.test(`a log ${where} neither blocks nor ends the daemon`, async (t) => {
    const simulator = await startSimulator();
    t.teardown(() => simulator.close());
    const port = await freePort();
    const folder = t.testdir({ 'probe.yaml': config(port, simulator.url) });
    const { descriptor, started } = make(t);
    const child = spawn(BIN, ['serve', '--config', `${folder}/probe.yaml`, '--log-level', 'debug'], {
      env: { PATH: process.env.PATH ?? '', ...CACHE },
      stdio: ['ignore', descriptor, 'inherit'],
    });
    t.teardown(() => child.kill('SIGKILL'));
    started?.(child);
    const base = `http://127.0.0.1:${port}`;
    for (const endsAt = performance.now() + 60_000; performance.now() < endsAt; await pause(100))
      if ((await statusOf(`${base}/health`)) === 200) break;
    t.equal(await statusOf(`${base}/health`), 200, 'the verdicts are reached and served');
    const metrics = await (await fetch(`${base}/metrics`)).text();
    const [, lost = ''] = /_log_lines_lost_total (\d+)/.exec(metrics) ?? [];
    if (where === 'in a pipe that nobody reads') t.match(lost, /^\d+$/, 'the lines wait');
    else t.ok(Number(lost) > 0, `${lost} lost lines are counted`);
    const asked = performance.now();
    child.kill('SIGTERM');
    const [code, signal] = await once(child, 'exit');
    t.same({ code, signal }, { code: 0, signal: null });
    t.ok(performance.now() - asked < 2000, 'it ends within two seconds');
  });
}

function config(port: number, url: string): string {
  return `listen: { host: 127.0.0.1, port: ${port} }
probe: { cadence: { web: 5s, ping: 5s } }
controllers: [{ name: main, url: '${url}' }]
`;
}
