import { fork } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { stringify } from 'yaml';
import { startSimulator } from '../../src/simulator/simulator.ts';
import type { Measure } from './hostile-daemon.ts';
import { statusOf, until } from './watched-daemon.ts';

const CONTROLLERS = 50;
/** The promise is 50 ms on a machine of its own; this is for one on which other tests run. */
const MAX_STOOD_MS = 500;
const MIB = 1024 * 1024;

t.test('health checks are answered promptly, whatever clients ask for', { timeout: 60_000 }, async (t) => {
  const simulator = await startSimulator();
  t.teardown(() => simulator.close());
  const folder = t.testdir({
    'probe.yaml': stringify({
      listen: { host: '127.0.0.1', port: 0 },
      probe: { timeout: '5s', cadence: { web: '5s', ping: '5s', handshake: 'off' } },
      controllers: Array.from({ length: CONTROLLERS }, (_, i) => ({ name: `c-${i}`, url: simulator.url })),
    }),
  });
  const daemon = fileURLToPath(new URL('hostile-daemon.ts', import.meta.url));
  const child = fork(daemon, [`${folder}/probe.yaml`], { execArgv: ['--expose-gc'] });
  t.teardown(() => child.kill('SIGKILL'));
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  await until(async () => (await statusOf(port, '/health/c-1')) === 200);
  const stood = async () => {
    child.send('measure');
    return ((await once(child, 'message')) as [Measure])[0].stoodMs;
  };
  const get = (path: string) => () => statusOf(port, path);
  const paste = (log: string) => async () => {
    const response = await fetch(`http://127.0.0.1:${port}/diagnose`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ log }),
    });
    await response.arrayBuffer();
    return response.status;
  };
  const work = {
    'pasted logs of empty lines': paste('\n'.repeat(MIB / 4)),
    'pasted logs of short lines': paste('x\n'.repeat(MIB / 8)),
    scrapes: get('/metrics'),
    diagnoses: get('/diagnose?controller=c-0'),
    'the list of controllers': get('/controllers'),
    'the first page': get('/?format=html'),
    'the catalogue': get('/diagnoses?format=html'),
    'the description of the API': get('/openapi.json'),
  };
  for (const [what, ask] of Object.entries(work)) {
    await ask();
    await stood();
    const asked = performance.now();
    const health = [get('/health/c-1')(), get('/livez')()];
    const answers = await Promise.all([ask(), ask(), ...health]);
    const tookMs = Math.round(performance.now() - asked);
    t.ok(
      answers.every((status) => status < 500),
      `${what}: ${answers}`,
    );
    const stoodMs = await stood();
    t.ok(
      stoodMs < MAX_STOOD_MS,
      `${what}: the event loop stood still for ${stoodMs} ms at most, in ${tookMs} ms`,
    );
  }
});
