import t from 'tap';
import type { ControllerSettings } from '../../src/config/settings.ts';
import { BudgetSpent, ConnectionBudget } from '../../src/daemon/budget.ts';
import type { WatchObserver } from '../../src/daemon/observer.ts';
import { healthOf } from '../../src/daemon/status.ts';
import { Watch } from '../../src/daemon/watch.ts';
import type { ExtraCheckPermissions } from '../../src/model/extra-check-permissions.ts';
import type { Depth, ProbeResult } from '../../src/model/result.ts';
import { Secret } from '../../src/model/secret.ts';
import { FakeClock } from './fake-clock.ts';
import { announcing, resultOf } from './results.ts';
import { ScriptedProbes } from './scripted-probes.ts';
import { controllerOf } from './settings-of.ts';

const S = 1000;
const CADENCES = { web: 15 * S, ping: 15 * S, handshake: 300 * S };
const REFUSED = { step: 'port-connect', reason: 'agent-port-refused' } as const;
const MISMATCH = { step: 'identity', reason: 'identity-mismatch' } as const;
const STARTING = { step: 'listener', reason: 'controller-starting' } as const;
const HELLO = {
  version: '2.545',
  session: null,
  protocols: ['JNLP4-connect', 'Ping'],
  remotingMinimumVersion: null,
  client: null,
  server: null,
};
const NO_JITTER = () => 0.5;

interface Heard {
  readonly changes: string[];
  readonly lags: number[];
  readonly broken: unknown[];
  backoffMs: number;
  ended: number;
  surveyed: number;
  faults: string[];
}

function watchOf(settings: ControllerSettings, random = NO_JITTER) {
  const clock = new FakeClock();
  const probes = new ScriptedProbes();
  const heard: Heard = { changes: [], lags: [], broken: [], backoffMs: 0, ended: 0, surveyed: 0, faults: [] };
  const observer: WatchObserver = {
    begun: (_name, lagMs) => heard.lags.push(lagMs),
    ended: () => {
      heard.ended += 1;
    },
    inconclusive: (_name, fault) => heard.faults.push(fault),
    surveyed: () => {
      heard.surveyed += 1;
    },
    verdictChanged: ({ entrypoint, from, to }) => heard.changes.push(`${entrypoint} ${from} ${to}`),
    diagnosed: () => undefined,
    backedOff: (_name, extraMs) => {
      heard.backoffMs = extraMs;
    },
    broke: (_name, _depth, error) => heard.broken.push(error),
  };
  return {
    clock,
    probes,
    heard,
    watch: new Watch(settings, new ConnectionBudget(settings.connectionsPerMinute, clock), {
      clock,
      random,
      probes,
      observer,
      agentVersion: () => null,
    }),
  };
}

t.test('the first round takes every depth in order, then each keeps its cadence', async (t) => {
  const { clock, probes, watch } = watchOf(controllerOf(CADENCES));
  watch.start(100);
  t.equal(watch.firstRoundDone, false);
  await clock.advance(99);
  t.same(probes.depths, []);
  await clock.advance(1);
  t.same(probes.depths, ['web', 'ping', 'handshake']);
  t.equal(watch.firstRoundDone, true);
  t.match(watch.known(), { scheduled: true, durationMs: 0, results: { length: 3 } });
  await clock.advance(600 * S);
  t.equal(probes.count('web'), 41);
  t.equal(probes.count('ping'), 41);
  t.equal(probes.count('handshake'), 3);
  t.equal(probes.mostAtOnce, 1);
  await watch.close();
});

t.test('one probe at a time, whatever falls due meanwhile', async (t) => {
  const { clock, probes, heard, watch } = watchOf(controllerOf(CADENCES));
  probes.hold = true;
  watch.start(0);
  await clock.advance(20 * S);
  t.same(probes.depths, ['web'], 'the others wait for the one that hangs');
  const survey = watch.survey();
  await clock.advance(0);
  t.equal(probes.running, 1, 'and so does a diagnosis');
  probes.hold = false;
  probes.release();
  await survey;
  await clock.advance(0);
  t.same(probes.depths.slice(0, 4), ['web', 'survey', 'ping', 'handshake']);
  t.equal(probes.mostAtOnce, 1);
  t.equal(heard.lags[1], 20 * S, 'the ping was due twenty seconds ago');
  t.equal(heard.surveyed, 1);
  await watch.close();
});

t.test('a connection that is held on purpose does not hold up the schedule', async (t) => {
  const { clock, probes, watch } = watchOf(controllerOf({ web: 15 * S }));
  watch.start(0);
  await clock.advance(0);
  const holding = Promise.withResolvers<void>();
  const asked: (ExtraCheckPermissions | undefined)[] = [];
  probes.checkFurther = async (_target, survey, options) => {
    asked.push(options?.permissions);
    await holding.promise;
    return survey;
  };
  const survey = watch.survey({ deep: true, holdMs: 400 * S });
  await clock.advance(60 * S);
  t.ok(probes.count('web') >= 4, 'it is probed meanwhile');
  t.same(asked, [{ deep: true, holdMs: 400 * S }]);
  holding.resolve();
  await survey;
  await watch.close();
});

t.test('pauses are off by a tenth at most', async (t) => {
  for (const [random, first] of [
    [() => 0, 13_500],
    [() => 1 - Number.EPSILON, 16_500],
  ] as const) {
    const { clock, probes, watch } = watchOf(controllerOf({ web: 15 * S }), random);
    watch.start(0);
    await clock.advance(first - 1);
    t.equal(probes.count('web'), 1);
    await clock.advance(1);
    t.equal(probes.count('web'), 2);
    await watch.close();
  }
});

t.test('a failing port is down after exactly `fall` results and up after `rise`', async (t) => {
  const { clock, probes, heard, watch } = watchOf(controllerOf({ web: 15 * S, ping: 15 * S }));
  watch.start(0);
  await clock.advance(0);
  t.equal(watch.status().verdict, 'unknown');
  await clock.advance(15 * S);
  t.equal(watch.status().verdict, 'up');
  probes.answer = (depth) => (depth === 'web' ? announcing() : resultOf(depth, { failure: REFUSED }));
  await clock.advance(30 * S);
  t.equal(watch.status().verdict, 'up', 'after two failures');
  await clock.advance(15 * S);
  t.equal(watch.status().verdict, 'down', 'after three');
  t.match(watch.status().entrypoints, [
    { entrypoint: 'web', verdict: 'up' },
    { entrypoint: 'agent-port', verdict: 'down', lastReason: 'agent-port-refused', since: clock.now() },
  ]);
  probes.answer = (depth) => (depth === 'web' ? announcing() : resultOf(depth));
  await clock.advance(30 * S);
  t.equal(watch.status().verdict, 'down', 'the slowed probe succeeds once');
  await clock.advance(15 * S);
  t.equal(watch.status().verdict, 'up', 'and the next one comes at the cadence');
  t.same(heard.changes, [
    'web unknown up',
    'agent-port unknown up',
    'agent-port up down',
    'agent-port down up',
  ]);
  await watch.close();
});

t.test('failures slow the depths of their entrypoint, those of the Jenkins URL all depths', async (t) => {
  const { clock, probes, heard, watch } = watchOf(controllerOf({ web: 15 * S, ping: 15 * S }));
  watch.start(0);
  await clock.advance(0);
  probes.answer = (depth) => (depth === 'web' ? announcing() : resultOf(depth, { failure: REFUSED }));
  await clock.advance(1000 * S);
  let before = { web: probes.count('web'), ping: probes.count('ping') };
  await clock.advance(600 * S);
  t.equal(probes.count('web') - before.web, 40);
  t.equal(probes.count('ping') - before.ping, 10);
  t.equal(heard.backoffMs, 45 * S);

  probes.answer = (depth) =>
    depth === 'web'
      ? resultOf('web', { failure: { step: 'listener', reason: 'controller-starting' } })
      : resultOf(depth);
  await clock.advance(1000 * S);
  before = { web: probes.count('web'), ping: probes.count('ping') };
  await clock.advance(600 * S);
  t.equal(probes.count('web') - before.web, 10);
  t.equal(probes.count('ping') - before.ping, 10);

  probes.answer = (depth) => (depth === 'web' ? announcing() : resultOf(depth));
  await clock.advance(120 * S);
  t.equal(heard.backoffMs, 0);
  t.equal(watch.status().verdict, 'up');
  await watch.close();
});

t.test('with a direct connection the Jenkins URL is looked at but not needed', async (t) => {
  const settings = controllerOf(
    { web: 15 * S, ping: 15 * S },
    { direct: { host: 'jenkins.example.com', port: 50000 } },
  );
  const { clock, probes, watch } = watchOf(settings);
  probes.answer = (depth) =>
    depth === 'web'
      ? resultOf('web', { failure: { step: 'web-connect', reason: 'discovery-connect-refused' } })
      : resultOf(depth);
  watch.start(0);
  await clock.advance(600 * S);
  t.equal(watch.status().verdict, 'up');
  t.equal(probes.count('ping'), 41, 'nor does it slow the port');
  t.match(watch.status().entrypoints, [
    { entrypoint: 'web', verdict: 'down', needed: false },
    { entrypoint: 'agent-port', verdict: 'up', needed: true },
  ]);
  await watch.close();
});

t.test('the agent port waits for the first announcement, which is kept from then on', async (t) => {
  const { clock, probes, watch } = watchOf(controllerOf(CADENCES));
  const webDown = resultOf('web', { failure: { step: 'listener', reason: 'listener-timeout' } });
  probes.answer = (depth) => (depth === 'web' ? webDown : resultOf(depth));
  watch.start(0);
  await clock.advance(60 * S);
  t.same([...new Set(probes.depths)], ['web']);
  t.equal(watch.firstRoundDone, true, 'a turn that cannot be taken is done');
  t.match(watch.status().entrypoints[1], { entrypoint: 'agent-port', verdict: 'unknown', stale: false });

  probes.answer = (depth) => (depth === 'web' ? announcing(50001) : resultOf(depth));
  const before = probes.calls.length;
  await clock.advance(60 * S);
  t.same(
    probes.depths.slice(before, before + 3),
    ['web', 'ping', 'handshake'],
    'due at once, not in five minutes',
  );
  probes.answer = (depth) => (depth === 'web' ? webDown : resultOf(depth));
  await clock.advance(60 * S);
  const last = probes.calls.findLast(({ depth }) => depth === 'ping');
  t.equal(last?.announcement?.agentPort.port, 50001);
  await watch.close();
});

t.test('a tunnel to host and port needs no announcement', async (t) => {
  const settings = controllerOf({ ping: 15 * S }, { tunnel: { host: 'agents.example.com', port: 50000 } });
  const { clock, probes, watch } = watchOf(settings);
  watch.start(0);
  await clock.advance(0);
  t.match(probes.calls, [{ depth: 'ping', announcement: null }]);
  await watch.close();
});

t.test('pings do not outweigh a handshake that fails beyond them', async (t) => {
  const { clock, probes, heard, watch } = watchOf(controllerOf(CADENCES));
  watch.start(0);
  await clock.advance(60 * S);
  t.equal(watch.status().verdict, 'up');
  probes.answer = (depth) =>
    depth === 'web' ? announcing() : resultOf(depth, depth === 'handshake' ? { failure: MISMATCH } : {});
  await clock.advance(240 * S);
  t.equal(probes.count('handshake'), 2, 'the first that fails');
  t.equal(watch.status().verdict, 'up');
  await clock.advance(60 * S);
  t.equal(probes.count('handshake'), 4, 'confirmed every thirty seconds until the verdict is settled');
  t.match(watch.status().entrypoints[1], { verdict: 'down', lastReason: 'identity-mismatch' });
  await clock.advance(290 * S);
  t.equal(probes.count('handshake'), 4, 'then at its cadence again');

  probes.answer = (depth) => (depth === 'web' ? announcing() : resultOf(depth));
  await clock.advance(120 * S);
  t.equal(watch.status().verdict, 'up', 'one handshake and the next ping make it up');
  t.same(heard.changes.slice(-2), ['agent-port up down', 'agent-port down up']);
  await watch.close();
});

t.test('a verdict goes stale when results stop coming', async (t) => {
  const { clock, probes, watch } = watchOf(controllerOf({ web: 15 * S }));
  watch.start(0);
  await clock.advance(60 * S);
  probes.hold = true;
  await clock.advance(120 * S);
  t.match(watch.status().entrypoints, [{ verdict: 'up', stale: false }]);
  await clock.advance(60 * S);
  t.match(watch.status().entrypoints, [{ verdict: 'up', stale: true }]);
  await watch.close();
});

t.test('login evidence is asked for only where no hello tells the version', async (t) => {
  for (const [websocket, login] of [
    ['off', false],
    ['only', true],
  ] as const) {
    const { clock, probes, watch } = watchOf(controllerOf({ web: 15 * S }, { websocket }));
    watch.start(0);
    await clock.advance(0);
    t.match(probes.calls, [{ depth: 'web', login }]);
    await watch.close();
  }
});

t.test('a diagnosis logs in only where that is scheduled and puts no node online', async (t) => {
  const agent = { name: 'canary', secret: new Secret('s') };
  for (const [cadences, websocket, login] of [
    [{ login: 600 * S }, 'off', true],
    [{ ping: 15 * S }, 'off', false],
    [{ login: 600 * S }, 'on', false],
  ] as const) {
    const { probes, watch } = watchOf(controllerOf(cadences, { agent, websocket }));
    await watch.survey();
    t.match(probes.calls, [{ depth: 'survey', login }]);
    await watch.close();
  }
});

t.test('closing calls off the running probe and drops its result', async (t) => {
  const { clock, probes, heard, watch } = watchOf(controllerOf(CADENCES));
  probes.hold = true;
  watch.start(0);
  await clock.advance(0);
  const survey = watch.survey();
  await watch.close();
  await survey;
  t.equal(probes.running, 0);
  t.equal(heard.ended, 0);
  t.equal(clock.timers, 0);
  await clock.advance(600 * S);
  t.same(probes.depths, ['web', 'survey'], 'and no further probe begins');
  t.same(watch.status().results, []);
});

t.test('a probe that throws is reported and the schedule goes on', async (t) => {
  const { clock, probes, heard, watch } = watchOf(controllerOf({ web: 15 * S }));
  const bug = new Error('bug');
  probes.answer = () => {
    throw bug;
  };
  watch.start(0);
  await clock.advance(0);
  t.same(heard.broken, [bug]);
  probes.answer = () => announcing();
  await clock.advance(30 * S);
  t.equal(watch.status().verdict, 'up');
  await watch.close();
});

t.test('the status holds the latest result of each depth and the history', async (t) => {
  const { clock, probes, watch } = watchOf(controllerOf({ web: 15 * S, ping: 15 * S }));
  probes.answer = (depth) => (depth === 'web' ? announcing() : resultOf(depth, { failure: REFUSED }));
  watch.start(0);
  await clock.advance(15 * S);
  const status = watch.status();
  t.same(
    status.results.map(({ depth, success }) => [depth, success]),
    [
      ['web', true],
      ['ping', false],
    ],
  );
  t.same(
    status.recent.map(({ depth }) => depth),
    ['ping', 'web', 'ping', 'web'],
  );
  t.equal(status.failures.length, 2);
  await watch.close();
});

t.test(
  'a slow cadence does not delay a verdict: an entrypoint is looked at more often until it is settled',
  async (t) => {
    const settings = controllerOf({ web: 15 * S, websocket: 300 * S }, { websocket: 'only' });
    const { clock, probes, heard, watch } = watchOf(settings);
    watch.start(0);
    await clock.advance(16 * S);
    t.same(
      heard.changes,
      ['web unknown up', 'websocket unknown up'],
      'up after two, a quarter of a minute apart',
    );
    await clock.advance(284 * S);
    t.equal(probes.count('websocket'), 2, 'then the cadence holds');
    probes.answer = (depth) =>
      depth === 'web'
        ? announcing()
        : resultOf(depth, { failure: { step: 'ws-upgrade', reason: 'ws-blocked-by-proxy' } });
    await clock.advance(60 * S);
    t.same(
      heard.changes.at(-1),
      'websocket up down',
      'down after three failures, no five minutes between them',
    );
    t.equal(probes.count('websocket'), 5);
    await watch.close();
  },
);

t.test('a stale verdict is kept where the policy says so', async (t) => {
  const settings = { ...controllerOf({ web: 15 * S }), onStale: 'keep' as const, staleAfter: 1 };
  const { clock, probes, watch } = watchOf(settings);
  watch.start(0);
  await clock.advance(60 * S);
  probes.hold = true;
  await clock.advance(120 * S);
  const [web] = watch.status().entrypoints;
  t.match(web, { verdict: 'up', stale: true }, 'one pause is enough where staleAfter is 1');
  t.equal(web && healthOf(web), 'up');
  await watch.close();
});

t.test('the initial verdict holds until results speak against it', async (t) => {
  const { clock, probes, heard, watch } = watchOf({
    ...controllerOf({ web: 15 * S, ping: 15 * S }),
    initial: 'up',
  });
  t.equal(watch.status().verdict, 'up');
  probes.answer = (depth) => (depth === 'web' ? announcing() : resultOf(depth, { failure: REFUSED }));
  watch.start(0);
  await clock.advance(29 * S);
  t.equal(watch.status().verdict, 'up', 'two failures are not three');
  await clock.advance(S);
  t.same(heard.changes, ['agent-port up down']);
  await watch.close();
});

t.test('the status is the same object until something changes, and its age goes on', async (t) => {
  const { clock, watch } = watchOf(controllerOf({ web: 15 * S }));
  watch.start(0);
  await clock.advance(10 * S);
  const status = watch.status();
  t.equal(status.entrypoints[0]?.ageMs, 10 * S);
  await clock.advance(2 * S);
  t.equal(watch.status(), status);
  t.equal(status.entrypoints[0]?.ageMs, 12 * S);
  watch.drain({ drained: true, takenBack: false });
  t.equal(watch.status().drained, true);
  await clock.advance(5 * S);
  t.not(watch.status(), status);
  await watch.close();
});

t.test('no more connections in a minute than the budget has, on demand included', async (t) => {
  const { clock, probes, watch } = watchOf({
    ...controllerOf({ web: S, ping: S }),
    connectionsPerMinute: 20,
  });
  const opened: number[] = [];
  probes.answer = (depth) => {
    opened.push(...Array.from({ length: 2 }, () => clock.elapsed()));
    return depth === 'web' ? { ...announcing(), connections: 2 } : resultOf(depth, { connections: 2 });
  };
  watch.start(0);
  let refused = 0;
  for (let second = 0; second < 300; second += 1) {
    await clock.advance(S);
    if (second % 10 !== 0) continue;
    await watch.probeNow('ping').catch((error: unknown) => {
      t.match(error, { name: 'BudgetSpent' });
      t.ok(error instanceof BudgetSpent && error.retryAfterMs > 0 && error.retryAfterMs <= 60 * S);
      refused += 1;
    });
  }
  const most = Math.max(
    ...opened.map((at) => opened.filter((other) => other >= at && other < at + 60 * S).length),
  );
  t.equal(most, 20, 'the schedule uses it up and does not exceed it');
  t.ok(refused > 20, 'what is asked on demand steps back');
  t.ok(probes.count('web') > 20 && probes.count('ping') > 20, 'both depths get their share');
  await watch.close();
});

t.test('a controller that restarts gets fewer connections, and no deep probe', async (t) => {
  const { clock, probes, watch } = watchOf(controllerOf({ web: 15 * S, ping: 15 * S, handshake: 60 * S }));
  let session = 'first';
  const helloed = () => ({
    hellos: [{ address: '10.0.0.7:50000', hello: { ...HELLO, session } }],
  });
  const healthy = (depth: Depth) =>
    depth === 'web'
      ? announcing()
      : resultOf(depth, { evidence: helloed(), connections: depth === 'ping' ? 2 : 3 });
  probes.answer = healthy;
  let connections = 0;
  const counted = async (ms: number) => {
    const before = connections;
    await clock.advance(ms);
    return connections - before;
  };
  const count = (answer: (depth: Depth) => ProbeResult) => {
    probes.answer = (depth) => {
      const result = answer(depth);
      connections += result.connections;
      return result;
    };
  };
  count(healthy);
  watch.start(0);
  await clock.advance(300 * S);
  const usual = await counted(120 * S);
  const handshakes = probes.count('handshake');

  count((depth) => resultOf(depth, { failure: depth === 'web' ? STARTING : REFUSED }));
  const down = await counted(120 * S);
  t.equal(probes.count('handshake'), handshakes, 'no handshake while the port refuses');
  t.ok(down < usual / 2, `${down} connections while it is down, ${usual} before`);

  session = 'second';
  count(healthy);
  while (watch.status().entrypoints[1]?.lastReason !== null) await clock.advance(S);
  const upAt = clock.elapsed();
  t.equal(probes.count('handshake'), handshakes);
  const up = await counted(60 * S);
  t.equal(probes.count('handshake'), handshakes, 'nor in the minute after it has started');
  t.ok(up <= usual / 2, `${up} connections in the minute after`);
  await clock.advance(60 * S);
  t.ok(probes.count('handshake') > handshakes, 'then it is looked at in depth again');
  t.ok(clock.elapsed() - upAt <= 120 * S);
  await watch.close();
});

t.test('a handshake that met a closed port is taken again once pings succeed', async (t) => {
  const { clock, probes, watch } = watchOf(controllerOf({ web: 15 * S, ping: 15 * S, handshake: 60 * S }));
  probes.answer = (depth) =>
    depth === 'web' ? announcing() : resultOf(depth, depth === 'handshake' ? { failure: REFUSED } : {});
  watch.start(0);
  await clock.advance(300 * S);
  t.ok(probes.count('handshake') > 3);
  await watch.close();
});

t.test('a turn that waited behind a diagnosis waits on where that has used up the budget', async (t) => {
  const { clock, probes, watch } = watchOf({
    ...controllerOf({ web: 15 * S }),
    connectionsPerMinute: 16,
  });
  watch.start(0);
  await clock.advance(0);
  probes.hold = true;
  const { answer } = probes;
  probes.answer = () => resultOf('web', { connections: 15 });
  const survey = watch.survey();
  await clock.advance(20 * S);
  t.equal(probes.count('web'), 1, 'the next turn has come, and the survey is still under way');
  probes.hold = false;
  probes.release();
  await survey;
  probes.answer = answer;
  await clock.advance(0);
  t.equal(probes.count('web'), 1, 'the survey took what was left');
  await clock.advance(60 * S);
  t.ok(probes.count('web') > 1, 'which comes back');
  await watch.close();
});

t.test(
  'a probe that failed because of a fault of ours changes nothing; results that stay away grow stale',
  async (t) => {
    const { clock, probes, heard, watch } = watchOf(controllerOf({ web: 5 * S }));
    watch.start(0);
    await clock.advance(20 * S);
    t.equal(watch.status().verdict, 'up');
    probes.answer = (depth) => resultOf(depth, { success: false, steps: [], inconclusive: 'lookups-busy' });
    const ended = heard.ended;
    await clock.advance(30 * S);
    t.same([...new Set(heard.faults)], ['lookups-busy']);
    t.equal(heard.ended, ended);
    t.equal(watch.status().verdict, 'up');
    await clock.advance(600 * S);
    t.match(watch.status().entrypoints, [{ verdict: 'up', stale: true }]);
  },
);
