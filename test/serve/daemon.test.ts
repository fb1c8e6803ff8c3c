import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { pino } from 'pino';
import t from 'tap';
import { Client } from 'undici';
import { emptySettings } from '../../src/config/file-settings.ts';
import type { ControllerSettings, Settings } from '../../src/config/settings.ts';
import { type Probes, realProbes } from '../../src/daemon/probes.ts';
import type { ProbeResult } from '../../src/model/result.ts';
import { Secret } from '../../src/model/secret.ts';
import { type RunningDaemon, startDaemon } from '../../src/serve/daemon.ts';
import type { DaemonOptions } from '../../src/serve/parts.ts';
import { FakeClock } from '../daemon/fake-clock.ts';
import { ScriptedProbes } from '../daemon/scripted-probes.ts';
import { controllerOf } from '../daemon/settings-of.ts';
import { wrappedProbes } from '../daemon/wrapped-probes.ts';
import { simulate } from '../probe/simulated.ts';

const S = 1000;

function settingsOf(...controllers: readonly ControllerSettings[]): Settings {
  return {
    ...emptySettings(),
    listen: { host: '127.0.0.1', port: 0 },
    labels: { cluster: 'test' },
    controllers,
  };
}

/** A log that a test can read. */
function loggerOf() {
  const lines: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => lines.push(line) });
  return { logger, logged: () => lines.map((line) => JSON.parse(line)), text: () => lines.join('') };
}

/**
 * The real probes, with a function that waits for a number of finished probes. Probes that become due meanwhile start.
 */
function countedProbes(clock: FakeClock) {
  let ended = 0;
  let wake = (): void => undefined;
  async function counted(probe: Promise<ProbeResult>): Promise<ProbeResult> {
    const result = await probe;
    ended += 1;
    // The watch must have processed the result first.
    setImmediate(() => wake());
    return result;
  }
  const probes = wrappedProbes(counted);
  async function until(count: number): Promise<void> {
    for (;;) {
      const ending = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await clock.advance(0);
      if (ended >= count) return;
      await ending;
    }
  }
  return { probes, until };
}

async function start(
  t: { teardown(close: () => Promise<void>): void },
  settings: Settings,
  options: DaemonOptions,
): Promise<{ readonly daemon: RunningDaemon; readonly url: string }> {
  const daemon = await startDaemon(settings, options);
  t.teardown(() => daemon.close());
  return { daemon, url: `http://127.0.0.1:${daemon.address.port}` };
}

async function verdictAt(url: string): Promise<string> {
  const response = await fetch(`${url}/health/main`);
  const { status } = (await response.json()) as { status: string };
  return status;
}

t.test('a controller comes up, breaks and recovers', async (t) => {
  const { simulator, target } = await simulate(t, {}, { name: 'main' });
  const clock = new FakeClock();
  const { probes, until } = countedProbes(clock);
  const { logger, logged } = loggerOf();
  const controller = { ...controllerOf({ web: 15 * S, ping: 15 * S }), target };
  const { url } = await start(t, settingsOf(controller), { logger, clock, random: () => 0.5, probes });
  let rounds = 0;
  /** The number of probes in a round: `web` and then `ping`. */
  const round = async (ms = 15 * S) => {
    await clock.advance(ms);
    rounds += 2;
    await until(rounds);
    return verdictAt(url);
  };

  t.equal((await fetch(`${url}/readyz`)).status, 503);
  t.equal(await round(125), 'unknown', 'one success');
  t.equal((await fetch(`${url}/readyz`)).status, 200);
  t.equal(await round(), 'up', 'rise is 2');
  await simulator.setFault('port-closes-at-once');
  t.equal(await round(), 'up', 'one failure');
  t.equal(await round(), 'up', 'two failures');
  t.equal(await round(), 'down', 'fall is 3');
  t.equal((await fetch(`${url}/health/main?entrypoint=web`)).status, 200);

  const metrics = await (await fetch(`${url}/metrics`)).text();
  t.match(metrics, /^jenkins_agent_probe_up\{controller="main",entrypoint="agent-port",cluster="test"\} 0$/m);
  t.match(
    metrics,
    /failures_by_reason_total\{controller="main",depth="ping",step="ping",reason="l4-accept-then-close",cluster="test"\} 3$/m,
  );
  t.match(metrics, `identity="${simulator.fingerprint}"`);
  t.match(metrics, /^process_cpu_seconds_total\{/m);

  await simulator.setFault('none');
  await clock.advance(15 * S);
  rounds += 1; // only web: probes of the port are postponed
  await until(rounds);
  t.equal(await round(), 'down', 'one success');
  t.equal(await round(), 'up', 'two');

  const changes = logged().filter(({ msg }) => msg === 'verdict changed');
  t.match(changes, [
    { controller: 'main', entrypoint: 'web', from: 'unknown', to: 'up', reason: null },
    { controller: 'main', entrypoint: 'agent-port', from: 'unknown', to: 'up' },
    {
      level: 40,
      controller: 'main',
      entrypoint: 'agent-port',
      from: 'up',
      to: 'down',
      step: 'ping',
      reason: 'l4-accept-then-close',
      detail: /closed/,
    },
    { controller: 'main', entrypoint: 'agent-port', from: 'down', to: 'up', step: null },
  ]);
  t.equal(changes.length, 4);
  t.equal(simulator.counts.bareConnects, 0);
  t.equal(simulator.counts.closeNotifies, 0);
});

t.test('a secret that the controller refuses shows up nowhere', async (t) => {
  const secret = 'f00dfeed'.repeat(8);
  const agent = { name: 'canary', secret: new Secret(secret) };
  const { simulator, target } = await simulate(t, {}, { name: 'main', agent });
  const clock = new FakeClock();
  const { probes, until } = countedProbes(clock);
  const { logger, text } = loggerOf();
  const controller = { ...controllerOf({ web: 15 * S, login: 15 * S }), target };
  const { url } = await start(t, settingsOf(controller), { logger, clock, random: () => 0.5, probes });
  for (let round = 1; round <= 3; round += 1) {
    await clock.advance(15 * S);
    await until(2 * round);
  }
  t.equal(await verdictAt(url), 'down');
  t.match(text(), '"reason":"wrong-secret"');
  t.equal(simulator.counts.logins, 0);
  const seen = [text()];
  for (const path of [
    '',
    'metrics',
    'controllers',
    'controllers/main',
    'diagnose?controller=main',
    'health',
  ]) {
    seen.push(await (await fetch(`${url}/${path}`)).text());
  }
  t.notOk(seen.join('').includes(secret));
});

t.test('the wrong identity is down although every ping succeeds', async (t) => {
  const { simulator, target } = await simulate(t, { fault: 'wrong-identity' }, { name: 'main' });
  const clock = new FakeClock();
  const { probes, until } = countedProbes(clock);
  const { logger } = loggerOf();
  const cadences = { web: 15 * S, ping: 15 * S, handshake: 15 * S };
  const controller = { ...controllerOf(cadences), target };
  const { url } = await start(t, settingsOf(controller), { logger, clock, random: () => 0.5, probes });
  for (let round = 1; round <= 3; round += 1) {
    await clock.advance(15 * S);
    await until(3 * round);
  }
  t.equal(await verdictAt(url), 'down');
  t.equal(simulator.counts.pings, 6, 'all answered');
  t.match(
    await (await fetch(`${url}/metrics`)).text(),
    /identity_match\{controller="main",cluster="test"\} 0$/m,
  );
});

t.test('a diagnosis on demand', async (t) => {
  const { simulator, target } = await simulate(t, { fault: 'port-closes-at-once' }, { name: 'main' });
  const { logger } = loggerOf();
  const clock = new FakeClock();
  const controller = { ...controllerOf({ web: 15 * S }), target };
  const { url } = await start(t, settingsOf(controller), { logger, clock });
  const ask = async () => (await fetch(`${url}/diagnose?controller=main`)).json();
  const reports = await Promise.all([ask(), ask(), ask()]);
  t.match(reports[0], { controller: 'main', verdict: 'unreachable' });
  t.match(JSON.stringify(reports[0]), 'l4-accept-then-close');
  t.same(reports[1], reports[0]);
  t.same(reports[2], reports[0]);
  const connections = simulator.counts.agentPortConnections;
  t.same(await ask(), reports[0]);
  t.equal(simulator.counts.agentPortConnections, connections, 'within five seconds it is shared');
  t.match(
    await (await fetch(`${url}/metrics`)).text(),
    new RegExp(
      `connections_total{controller="main",entrypoint="agent-port",cluster="test"} ${connections}\n`,
    ),
  );
});

t.test('ten thousand health checks cost the controller nothing', async (t) => {
  const { simulator, target } = await simulate(t, {}, { name: 'main' });
  const clock = new FakeClock();
  const { probes, until } = countedProbes(clock);
  const { logger } = loggerOf();
  const controller = { ...controllerOf({ web: 15 * S, ping: 15 * S }), target };
  const { url } = await start(t, settingsOf(controller), { logger, clock, probes });
  for (const rounds of [1, 2]) {
    await clock.advance(17 * S);
    await until(2 * rounds);
  }
  const before = { ...simulator.counts };
  const client = new Client(url, { pipelining: 50 });
  t.teardown(() => client.destroy());
  const statuses = new Map<number, number>();
  await Promise.all(
    Array.from({ length: 10_000 }, async (_, index) => {
      const path = index % 2 === 0 ? '/health' : '/health/main?entrypoint=agent-port';
      const { statusCode, body } = await client.request({ method: 'GET', path });
      await body.dump();
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    }),
  );
  t.same([...statuses], [[200, 10_000]]);
  t.same({ ...simulator.counts }, before);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  t.match(metrics, /health_requests_total\{controller="main",code="200",cluster="test"\} 5000$/m);
  t.match(metrics, /health_requests_total\{controller="\*",code="200",cluster="test"\} 5000$/m);
});

t.test('closing takes less than two seconds while probes hang', async (t) => {
  const { target } = await simulate(t, { fault: 'port-silent' }, { name: 'main', timeoutMs: 60 * S });
  const hanging = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const probes: Probes = {
    ...realProbes,
    agentPort: (...args) => {
      hanging.resolve();
      return realProbes.agentPort(...args).finally(() => ended.resolve());
    },
  };
  const { logger, logged } = loggerOf();
  const controller = { ...controllerOf({ web: 15 * S, ping: 15 * S }), target };
  const { daemon } = await start(t, settingsOf(controller), { logger, probes });
  await hanging.promise;
  const idle = connect(daemon.address.port, '127.0.0.1');
  t.teardown(async () => void idle.destroy());
  const cut = new Promise((resolve) => idle.once('close', resolve));
  await new Promise((resolve) => idle.once('connect', resolve));
  idle.resume();
  const from = performance.now();
  await Promise.all([daemon.close(), daemon.close()]);
  t.ok(performance.now() - from < 1000, 'as nothing has to be waited for');
  await Promise.all([cut, ended.promise]);
  t.equal(logged().filter(({ msg }) => msg === 'stopped').length, 1);
  t.equal(logged().filter(({ msg }) => msg === 'probed' && msg.depth === 'ping').length, 0);
});

t.test('closing is not held up by a probe that does not obey', async (t) => {
  const stuck = Promise.withResolvers<void>();
  const probes: Probes = {
    ...new ScriptedProbes(),
    web: () => {
      stuck.resolve();
      return new Promise(() => undefined);
    },
  };
  const { logger } = loggerOf();
  const daemon = await startDaemon(settingsOf(controllerOf({ web: 15 * S })), { logger, probes });
  await stuck.promise;
  const from = performance.now();
  await daemon.close();
  t.ok(performance.now() - from < 2000);
});

t.test('a port that is taken is an error that says so, and nothing is probed', async (t) => {
  const { logger } = loggerOf();
  const { daemon } = await start(t, settingsOf(), { logger });
  const probes = new ScriptedProbes();
  const clock = new FakeClock();
  const settings = {
    ...settingsOf(controllerOf({ web: 15 * S })),
    listen: { host: '127.0.0.1', port: daemon.address.port },
  };
  await t.rejects(startDaemon(settings, { logger, probes, clock }), { code: 'EADDRINUSE' });
  await clock.advance(60 * S);
  t.same(probes.calls, []);
});
