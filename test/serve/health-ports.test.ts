import { pino } from 'pino';
import t from 'tap';
import type { ControllerStatus, EntrypointStatus } from '../../src/daemon/status.ts';
import { HealthPorts } from '../../src/serve/health-ports.ts';
import { FakeClock } from '../daemon/fake-clock.ts';

function statusOf(entrypoints: readonly Partial<EntrypointStatus>[]): ControllerStatus {
  const whole = entrypoints.map(
    (part): EntrypointStatus => ({
      entrypoint: 'agent-port',
      verdict: 'up',
      stale: false,
      onStale: 'fail',
      needed: true,
      since: 0,
      lastReason: null,
      ageMs: null,
      ...part,
    }),
  );
  return {
    name: 'main',
    url: null,
    tunnel: null,
    direct: null,
    verdict: 'up',
    drained: false,
    takenBack: false,
    entrypoints: whole,
    results: [],
    recent: [],
    failures: [],
  };
}

/** Waits until a gate has the expected state, because gates use real sockets. */
async function until(look: () => boolean): Promise<void> {
  while (!look()) await new Promise((resolve) => setImmediate(resolve));
}

async function open(
  t: { teardown(close: () => Promise<void>): void },
  status: () => ControllerStatus,
  ports: readonly number[] = [0],
) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const logger = pino({}, { write: (line: string) => lines.push(line) });
  const gates = ports.map((port) => ({ controller: 'main', port, entrypoint: null }));
  const opened = new HealthPorts({ host: '127.0.0.1', statusOf: status, clock, logger });
  t.teardown(() => opened.close());
  await opened.apply({ gates, agentChecks: [] });
  return { clock, lines, opened, gate: opened.gates[0]?.gate };
}

t.test('a gate shuts when its verdict goes stale, though no result says so', async (t) => {
  let stale = false;
  const { clock, gate } = await open(t, () => statusOf([{ stale }]));
  await until(() => gate?.isOpen === true);
  stale = true;
  await clock.advance(1000);
  await until(() => gate?.isOpen === false);
  t.pass('within a second');
});

t.test('a gate stands for all that agents need, and for nothing that they do not', async (t) => {
  let web: Partial<EntrypointStatus> = { entrypoint: 'web', verdict: 'down', needed: false };
  const { opened, gate } = await open(t, () => statusOf([web, {}]));
  await until(() => gate?.isOpen === true);
  web = { ...web, needed: true };
  opened.sync();
  await until(() => gate?.isOpen === false);
  t.pass('shut once the web door counts');
});

t.test('a gate that cannot open is said once, not every second', async (t) => {
  const first = await open(t, () => statusOf([{}]));
  await until(() => first.gate?.isOpen === true);
  const second = await open(t, () => statusOf([{}]), [first.gate?.port ?? 0]);
  await until(() => second.lines.length > 0);
  for (let i = 0; i < 5; i++) await second.clock.advance(1000);
  await second.gate?.sync().catch(() => undefined);
  t.equal(second.lines.length, 1);
  t.match(JSON.parse(second.lines[0] ?? '{}'), {
    controller: 'main',
    msg: 'gate cannot be opened',
    err: { code: 'EADDRINUSE' },
  });
});

t.test('settings that fail leave every port as it was', async (t) => {
  const { opened, gate } = await open(t, () => statusOf([{}]));
  await until(() => gate?.isOpen === true);
  const gates = opened.gates.map(({ settings }) => settings);
  const taken = { controller: 'main', port: gate?.port ?? 0, entrypoint: null };
  const occupied = await open(t, () => statusOf([{}]));
  await until(() => occupied.gate?.isOpen === true);
  const failing = { gates: [], agentChecks: [{ ...taken, port: occupied.gate?.port ?? 0 }] };
  await t.rejects(opened.apply(failing), { code: 'EADDRINUSE' });
  t.equal(gate?.isOpen, true);
  t.same(opened.agentCheckPorts, []);
  await opened.apply({ gates, agentChecks: [] });
  t.equal(opened.gates[0]?.gate, gate);
});
