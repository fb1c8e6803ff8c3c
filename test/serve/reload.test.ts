import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { pino } from 'pino';
import t from 'tap';
import { emptySettings } from '../../src/config/file-settings.ts';
import { ConfigError } from '../../src/config/problems.ts';
import type { ControllerSettings, Settings } from '../../src/config/settings.ts';
import { fingerprintOf } from '../../src/model/fingerprint.ts';
import { Secret } from '../../src/model/secret.ts';
import { startDaemon } from '../../src/serve/daemon.ts';
import { FakeClock } from '../daemon/fake-clock.ts';
import { ScriptedProbes } from '../daemon/scripted-probes.ts';
import { controllerOf } from '../daemon/settings-of.ts';

const CADENCES = { web: 15_000, ping: 15_000 };

function settingsOf(...controllers: readonly ControllerSettings[]): Settings {
  return {
    ...emptySettings(),
    listen: { host: '127.0.0.1', port: 0 },
    controllers,
  };
}

const problemOf = (message: string) =>
  new ConfigError([{ message, file: null, line: null, path: '', suggestion: null }]);
const named = (name: string, cadences: typeof CADENCES = CADENCES) => controllerOf(cadences, { name });

async function start(
  t: { teardown(close: () => Promise<void>): void },
  settings: Settings,
  load?: () => Settings,
) {
  const clock = new FakeClock();
  const probes = new ScriptedProbes();
  const lines: string[] = [];
  const logger = pino({}, { write: (line: string) => lines.push(line) });
  const daemon = await startDaemon(settings, {
    logger,
    clock,
    random: () => 0.5,
    probes,
    ...(load && { load }),
  });
  t.teardown(() => daemon.close());
  const base = `http://127.0.0.1:${daemon.address.port}`;
  return { clock, probes, daemon, lines, base, get: (path: string) => fetch(`${base}${path}`) };
}

t.test('controllers come, go and change; the others do not notice', async (t) => {
  const { clock, daemon, get, lines } = await start(
    t,
    settingsOf(named('kept'), named('gone'), named('changed')),
  );
  await clock.advance(60_000);
  t.equal((await get('/health/kept')).status, 200);
  const before = await (await get('/controllers/kept')).json();

  const change = await daemon.apply(
    settingsOf(named('kept'), named('changed', { web: 20_000, ping: 20_000 }), named('new')),
  );
  t.same(change, { added: ['new'], changed: ['changed'], removed: ['gone'] });
  t.same(await (await get('/controllers/kept')).json(), before, 'verdicts and history of the unchanged stay');
  t.equal((await get('/health/gone')).status, 404);
  t.equal((await get('/health/new')).status, 503, 'not known yet');
  await clock.advance(60_000);
  t.equal((await get('/health/new')).status, 200);
  t.equal((await get('/health')).status, 200);
  t.match(lines.join(''), /"msg":"configuration reloaded"/);
});

t.test('a controller that goes takes every one of its series along, histograms included', async (t) => {
  const { clock, daemon, get } = await start(t, settingsOf(named('kept'), named('gone')));
  await clock.advance(60_000);
  const series = async (name: string) =>
    (await (await get('/metrics')).text()).split('\n').filter((line) => line.includes(`controller="${name}"`))
      .length;
  const kept = await series('kept');
  t.equal(await series('gone'), kept);
  t.ok(kept > 30);
  await daemon.apply(settingsOf(named('kept')));
  t.equal(await series('gone'), 0);
  t.equal(await series('kept'), kept);
});

t.test('the metrics say whether the last configuration could be used', async (t) => {
  let problem: string | null = null;
  const load = () => {
    if (problem !== null) throw problemOf(problem);
    return settingsOf(named('a'));
  };
  const { daemon, get } = await start(t, settingsOf(named('a')), load);
  const value = async () =>
    /^jenkins_agent_probe_config_last_reload_successful (\d)$/m.exec(
      await (await get('/metrics')).text(),
    )?.[1];
  t.equal(await value(), '1');
  problem = 'must be a list';
  t.same(await daemon.reload(), ['must be a list']);
  t.equal(await value(), '0');
  problem = null;
  t.same(await daemon.reload(), []);
  t.equal(await value(), '1');
});

t.test('no request is lost while the configuration changes all the time', async (t) => {
  const { clock, daemon, get } = await start(t, settingsOf(named('kept'), named('other')));
  await clock.advance(60_000);
  let over = false;
  const statuses = new Set<number>();
  const asking = Array.from({ length: 8 }, async () => {
    while (!over) statuses.add((await get('/health/kept')).status);
  });
  for (let i = 0; i < 30; i++) {
    await daemon.apply(i % 2 === 0 ? settingsOf(named('kept')) : settingsOf(named('kept'), named('other')));
  }
  over = true;
  await Promise.all(asking);
  t.same([...statuses], [200]);
});

t.test('what listens stays where it is, and says so', async (t) => {
  const { daemon, lines, get } = await start(t, settingsOf(named('a')));
  await daemon.apply({ ...settingsOf(named('a')), labels: { cluster: 'x' } });
  t.match(lines.join(''), /need a restart/);
  t.equal((await get('/livez')).status, 200);
});

t.test('settings that differ in a secret alone differ; their fingerprint tells nothing', async (t) => {
  const withSecret = (secret: string) =>
    controllerOf(CADENCES, { agent: { name: 'a', secret: new Secret(secret) } });
  t.equal(fingerprintOf(withSecret('one')), fingerprintOf(withSecret('one')));
  t.not(fingerprintOf(withSecret('one')), fingerprintOf(withSecret('two')));
  t.match(fingerprintOf(withSecret('one')), /^[0-9a-f]{64}$/);
});

t.test('the order in which keys are written makes no difference', async (t) => {
  const entries = Object.entries(controllerOf(CADENCES));
  t.equal(
    fingerprintOf(Object.fromEntries(entries.toReversed())),
    fingerprintOf(Object.fromEntries(entries)),
  );
  t.not(fingerprintOf(['a', 'b']), fingerprintOf(['b', 'a']));
});

/** Returns the answer of an agent check, or the code of an error. */
function askCheck(port: number): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    connect(port, '127.0.0.1')
      .on('data', (chunk) => {
        text += chunk;
      })
      .on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
      .on('close', () => resolve(text));
  });
}

t.test(
  'a reload that cannot have a port changes nothing at all, and the next good one is applied',
  async (t) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    t.teardown(() => taken.close());
    const { port } = taken.address() as AddressInfo;
    const check = (controller: string, at: number) => ({ controller, port: at, entrypoint: null });
    const before = { ...settingsOf(named('kept')), agentChecks: [check('kept', 0)] };
    const { clock, daemon, get } = await start(t, before);
    await clock.advance(60_000);
    const [open = 0] = daemon.agentCheckPorts();
    t.equal(await askCheck(open), 'up\n');

    const next = settingsOf(named('kept', { web: 20_000, ping: 20_000 }), named('new'));
    const broken = { ...next, agentChecks: [check('kept', 0), check('new', 0), check('new', port)] };
    await t.rejects(daemon.apply(broken), { code: 'EADDRINUSE' });
    t.equal((await get('/health/kept')).status, 200, 'the verdict is the old one');
    t.equal((await get('/health/new')).status, 404);
    t.same(daemon.agentCheckPorts(), [open]);
    t.equal(await askCheck(open), 'up\n');

    t.same(await daemon.apply(before), { added: [], changed: [], removed: [] });
    await daemon.apply({ ...next, agentChecks: [check('kept', 0), check('new', 0)] });
    t.equal(daemon.agentCheckPorts()[0], open, 'a port that stays is never closed');
    t.equal((await get('/health/new')).status, 503);
  },
);

t.test('a port that shows another controller from now on stays open', async (t) => {
  const { clock, daemon } = await start(t, { ...settingsOf(named('a'), named('b')), agentChecks: [] });
  await clock.advance(60_000);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const shown = (controller: string) => ({
    ...settingsOf(named('a'), named('b')),
    agentChecks: [{ controller, port, entrypoint: null }],
  });
  await daemon.apply(shown('a'));
  t.equal(await askCheck(port), 'up\n');
  await daemon.apply(shown('nobody'));
  t.equal(await askCheck(port), 'down #unknown\n');
});

t.test('a manual drain outlives other settings, and a controller that is gone for a while', async (t) => {
  const token = new Secret('c0ffee');
  const { clock, daemon, base, get } = await start(t, { ...settingsOf(named('main')), token });
  await clock.advance(60_000);
  const ask = (what: string) =>
    fetch(`${base}/controllers/main/${what}`, {
      method: 'POST',
      headers: { authorization: 'Bearer c0ffee' },
    });
  const health = async () => (await get('/health/main')).headers.get('health-verdict');
  t.equal((await ask('drain')).status, 200);
  t.equal(await health(), 'drain');
  await daemon.apply({ ...settingsOf(named('main', { web: 20_000, ping: 20_000 })), token });
  t.equal(await health(), 'drain', 'after a change of its settings');
  await daemon.apply({ ...settingsOf(), token });
  await daemon.apply({ ...settingsOf(named('main')), token });
  t.equal(await health(), 'drain', 'after it was gone');
  t.equal((await ask('undrain')).status, 200);
  await clock.advance(60_000);
  t.equal(await health(), 'up');
});
