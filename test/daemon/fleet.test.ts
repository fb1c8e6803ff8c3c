import t from 'tap';
import type { ControllerSettings } from '../../src/config/settings.ts';
import { Fleet } from '../../src/daemon/fleet.ts';
import { MetricsRecorder } from '../../src/metrics/recorder.ts';
import { MetricsRegistry } from '../../src/metrics/registry.ts';
import type { Depth } from '../../src/model/result.ts';
import { askedOf } from '../../src/probe/take-survey.ts';
import { targetOf } from '../probe/target.ts';
import { FakeClock } from './fake-clock.ts';
import { announcing, resultOf } from './results.ts';
import { ScriptedProbes } from './scripted-probes.ts';
import { controllerOf } from './settings-of.ts';
import { SILENT } from './silent-observer.ts';

const S = 1000;
const COUNT = 300;

/** Returns pseudo-random numbers that are the same in each run (generator of Park and Miller). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

t.test('hundreds of controllers are spread, and each keeps its cadence', async (t) => {
  const clock = new FakeClock();
  const probes = new ScriptedProbes();
  const begun: number[] = [];
  let lagMs = 0;
  probes.answer = (depth: Depth) => {
    begun.push(clock.elapsed());
    return depth === 'web' ? announcing() : resultOf(depth);
  };
  const observer = {
    ...SILENT,
    begun: (_controller: string, lag: number) => {
      lagMs = Math.max(lagMs, lag);
    },
    broke: (_controller: string, _depth: Depth, error: unknown) => t.fail(String(error)),
  };
  const recorder = new MetricsRecorder(new MetricsRegistry({}));
  const fleet = new Fleet({ clock, random: seeded(7), probes, observer, agentVersion: () => null }, recorder);
  const controllers = Array.from({ length: COUNT }, (_, index) =>
    controllerOf({ web: 15 * S, ping: 15 * S, handshake: 300 * S }, { name: `c${index}` }),
  );
  await fleet.apply(controllers);
  await clock.advance(10 * S);
  t.equal(fleet.firstRoundDone, true, 'every one is known after ten seconds');
  await clock.advance(15 * S);
  const from = begun.length;
  await clock.advance(30 * S);
  const inSecond = new Map<number, number>();
  for (const at of begun.slice(from)) {
    const second = Math.floor(at / S);
    inSecond.set(second, (inSecond.get(second) ?? 0) + 1);
  }
  const mean = (begun.length - from) / 30;
  t.ok(mean > 36 && mean < 45, `${mean} probes a second`);
  t.ok(
    Math.max(...inSecond.values()) < 2.5 * mean,
    `${Math.max(...inSecond.values())} in the busiest second`,
  );
  t.equal(lagMs, 0, 'none is late');

  const before = fleet.watchOf('c7');
  const change = await fleet.apply([
    ...controllers.slice(0, 150),
    controllerOf({ web: 30 * S }, { name: 'c150' }),
    controllerOf({ web: 30 * S }, { name: 'fresh' }),
  ]);
  t.match(change, { added: ['fresh'], changed: ['c150'] });
  t.equal(change.removed.length, COUNT - 151);
  t.equal(fleet.watchOf('c7'), before, 'whoever stays keeps all it knows');
  await fleet.close();
  t.equal(clock.timers, 0);
});

t.test('a survey at a watched address keeps out of the way of its probes, on its budget', async (t) => {
  const clock = new FakeClock();
  const probes = new ScriptedProbes();
  const recorder = new MetricsRecorder(new MetricsRegistry({}));
  const fleet = new Fleet(
    { clock, random: seeded(7), probes, observer: SILENT, agentVersion: () => null },
    recorder,
  );
  await fleet.apply([{ ...controllerOf({ web: 15 * S }), connectionsPerMinute: 20 }]);
  const survey = {
    startedAt: 0,
    durationMs: 0,
    results: [resultOf('web', { connections: 12 })],
    direct: false,
    asked: askedOf(targetOf({}), 'handshake', null),
    checks: [],
  };
  const place = (host: string) => ({ host, port: 443 });
  await clock.advance(S);
  const first = fleet.visit();
  t.equal(first.enter(place('elsewhere.test'), ['10.9.9.9']), null, 'nobody watches it');
  t.equal(first.enter(place('JENKINS.example.com.'), []), null);
  t.equal(fleet.visit().enter(place('jenkins.example.com'), []), 'busy', 'one at a time');
  t.equal(
    fleet.visit().enter(place('x.test'), ['::ffff:10.0.0.7']),
    'busy',
    'by any spelling of its address',
  );
  t.equal(first.signal.aborted, false);
  await clock.advance(15 * S);
  t.equal(first.signal.aborted, true, 'it makes way for the schedule');
  t.equal(probes.count('web'), 1, 'which waits until it has gone');
  first.leave(survey);
  await clock.advance(0);
  t.equal(probes.count('web'), 2);
  t.match(fleet.visit().enter(place('jenkins.example.com'), []), { name: 'BudgetSpent' });

  probes.hold = true;
  await clock.advance(60 * S);
  t.equal(fleet.visit().enter(place('jenkins.example.com'), []), 'busy', 'while a probe runs');
  probes.hold = false;
  probes.release();
  await fleet.close();
});

t.test('settings that change use up the same budget', async (t) => {
  const changes: Readonly<Record<string, (round: number) => ControllerSettings[]>> = {
    'a changed controller': (round) => [controllerOf({ web: (15 + round) * S })],
    'a renamed controller': (round) => [controllerOf({ web: 15 * S }, { name: `c${round}` })],
    'one that is removed and added': (round) => (round % 2 === 0 ? [controllerOf({ web: 15 * S })] : []),
  };
  for (const [name, configured] of Object.entries(changes)) {
    await t.test(name, async (t) => {
      const clock = new FakeClock();
      const probes = new ScriptedProbes();
      probes.answer = () => resultOf('web', { connections: 2 });
      const fleet = new Fleet(
        { clock, random: seeded(7), probes, observer: SILENT, agentVersion: () => null },
        new MetricsRecorder(new MetricsRegistry({})),
      );
      for (let round = 0; round < 50; round += 1) {
        await fleet.apply(configured(round).map((each) => ({ ...each, connectionsPerMinute: 10 })));
        await clock.advance(S);
      }
      t.equal(probes.count('web'), 5, 'two connections each');
      await clock.advance(60 * S);
      await fleet.apply([{ ...controllerOf({ web: 14 * S }), connectionsPerMinute: 10 }]);
      await clock.advance(30 * S);
      t.ok(probes.count('web') > 5, 'after a minute it goes on');
      await fleet.close();
    });
  }
});
