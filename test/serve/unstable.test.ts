import { pino } from 'pino';
import t, { type Test } from 'tap';
import { loadSettings } from '../../src/config/load.ts';
import { startDaemon } from '../../src/serve/daemon.ts';
import { type SimulatedController, startSimulator } from '../../src/simulator/simulator.ts';
import { until } from '../kubernetes/cluster-objects.ts';
import { fastClock } from '../kubernetes/daemon-in-cluster.ts';

const SPEED = 20;
const PER_MINUTE = 60;

/** A daemon whose clock runs faster, with one controller. */
async function daemonOf(t: Test, simulator: SimulatedController) {
  t.teardown(() => simulator.close());
  const folder = t.testdir({
    'probe.yaml': `listen: { host: 127.0.0.1, port: 0 }
probe: { timeout: 1s, rise: 2, fall: 3, cadence: { web: 5s, ping: 5s, handshake: 30s }, connectionsPerMinute: ${PER_MINUTE} }
controllers: [{ name: main, url: '${simulator.url}' }]
`,
  });
  const settings = loadSettings({ file: `${folder}/probe.yaml`, env: {} });
  const logger = pino({ level: 'silent' });
  const daemon = await startDaemon(settings, { logger, clock: fastClock(SPEED) });
  t.teardown(() => daemon.close());
  const get = (path: string) => fetch(`http://127.0.0.1:${daemon.address.port}${path}`);
  return { health: async () => (await get('/health/main')).status, get };
}

t.test('a controller that restarts every second keeps its budget, and is up again at the end', async (t) => {
  const simulator = await startSimulator();
  const { health } = await daemonOf(t, simulator);
  await until(async () => (await health()) === 200);
  const before = simulator.counts.webConnections + simulator.counts.agentPortConnections;
  const started = performance.now();
  let restarts = 0;
  while (restarts < 60) {
    await simulator.setFault(restarts % 2 === 0 ? 'starting' : 'none');
    await simulator.restart();
    restarts += 1;
    await new Promise((resolve) => setTimeout(resolve, 1000 / SPEED));
  }
  const minutes = ((performance.now() - started) * SPEED) / 60_000;
  const made = simulator.counts.webConnections + simulator.counts.agentPortConnections - before;
  t.ok(made <= PER_MINUTE * (Math.ceil(minutes) + 1), `${made} connections in ${minutes.toFixed(1)} minutes`);
  t.equal(simulator.counts.closeNotifies, 0);
  await simulator.setFault('none');
  await until(async () => (await health()) === 200);
  t.pass('up');
});

t.test('a clock that jumps by a day changes no verdict', async (t) => {
  const { health, get } = await daemonOf(t, await startSimulator());
  await until(async () => (await health()) === 200);
  const real = Date.now;
  t.teardown(() => {
    Date.now = real;
  });
  const probed = async () => {
    const { recent } = (await (await get('/controllers/main')).json()) as { recent: readonly unknown[] };
    return JSON.stringify(recent.at(-1)) + recent.length;
  };
  for (const days of [-1, 1]) {
    Date.now = () => real() + days * 86_400_000;
    const seen = await probed();
    await until(async () => (await probed()) !== seen);
    t.equal(await health(), 200, `${days} days`);
  }
});
