import t from 'tap';
import { ConnectionBudget } from '../../src/daemon/budget.ts';
import { OnDemand } from '../../src/daemon/on-demand.ts';
import { Watch } from '../../src/daemon/watch.ts';
import { FakeClock, settled } from './fake-clock.ts';
import { ScriptedProbes } from './scripted-probes.ts';
import { controllerOf } from './settings-of.ts';
import { SILENT } from './silent-observer.ts';

function setUp() {
  const clock = new FakeClock();
  const probes = new ScriptedProbes();
  const watch = (name: string) =>
    new Watch(controllerOf({}, { name }), new ConnectionBudget(120, clock), {
      clock,
      random: Math.random,
      probes,
      observer: SILENT,
      agentVersion: () => null,
    });
  return {
    clock,
    probes,
    onDemand: new OnDemand(clock, () => async (report) => report),
    main: watch('main'),
    other: watch('other'),
  };
}

t.test('one at a time per controller, shared by all who ask', async (t) => {
  const { clock, probes, onDemand, main, other } = setUp();
  probes.hold = true;
  const asked = [onDemand.diagnose(main), onDemand.diagnose(main)];
  await clock.advance(60_000);
  asked.push(onDemand.diagnose(main), onDemand.diagnose(other));
  await settled();
  t.equal(probes.count('survey'), 2, 'one per controller, however long it takes');
  probes.release();
  const [first, second, third, fourth] = await Promise.all(asked);
  t.equal(second, first);
  t.equal(third, first);
  t.match(fourth, { controller: 'other' });
});

t.test('a deep diagnosis that holds waits for the hold that is under way', async (t) => {
  const { clock, probes, onDemand, main } = setUp();
  let holding = 0;
  const mostAtOnce: number[] = [];
  const ends: (() => void)[] = [];
  probes.checkFurther = async (_target, survey) => {
    holding += 1;
    mostAtOnce.push(holding);
    await new Promise<void>((resolve) => ends.push(resolve));
    holding -= 1;
    return survey;
  };
  const plain = onDemand.diagnose(main, { deep: false, holdMs: 60_000 });
  const deep = onDemand.diagnose(main, { deep: true, holdMs: 60_000 });
  await clock.advance(1000);
  t.same(mostAtOnce, [1]);
  ends.shift()?.();
  await plain;
  await clock.advance(0);
  ends.shift()?.();
  await deep;
  t.same(mostAtOnce, [1, 1]);
});

t.test('one hold at a time, and no plain diagnosis gets its report', async (t) => {
  const { probes, onDemand, main } = setUp();
  let holds = 0;
  const holding = Promise.withResolvers<void>();
  probes.checkFurther = async (_target, survey) => {
    holds += 1;
    await holding.promise;
    return survey;
  };
  const first = onDemand.diagnose(main, { deep: false, holdMs: 60_000 });
  const second = onDemand.diagnose(main, { deep: false, holdMs: 400_000 });
  const plain = await onDemand.diagnose(main);
  t.equal(holds, 1);
  holding.resolve();
  t.equal(await second, await first);
  t.not(plain, await first);
});

t.test('at most one begins in five seconds', async (t) => {
  const { clock, probes, onDemand, main } = setUp();
  const first = await onDemand.diagnose(main);
  await clock.advance(4_999);
  t.equal(await onDemand.diagnose(main), first);
  await clock.advance(1);
  t.not(await onDemand.diagnose(main), first);
  t.equal(probes.count('survey'), 2);
});

t.test('one that broke is not shared with the next caller', async (t) => {
  const { probes, onDemand, main } = setUp();
  const { answer } = probes;
  probes.answer = () => {
    throw new Error('bug');
  };
  await t.rejects(onDemand.diagnose(main), { message: 'bug' });
  probes.answer = answer;
  t.match(await onDemand.diagnose(main), { controller: 'main' });
});

t.test(
  'a probe asked for finds the agent port first where nothing has announced it, and is shared as well',
  async (t) => {
    const { clock, probes, onDemand, main } = setUp();
    const [first, second] = await Promise.all([onDemand.probe(main, 'ping'), onDemand.probe(main, 'ping')]);
    t.equal(second, first);
    t.same(probes.depths, ['web', 'ping']);
    t.not(probes.calls[1]?.announcement, null, 'with what the Jenkins URL announced');
    await clock.advance(5_000);
    await onDemand.probe(main, 'ping');
    t.same(probes.depths, ['web', 'ping', 'ping'], 'which is kept');
    t.equal(main.status().entrypoints.length, 0, 'and counts for no verdict');
  },
);

t.test('a depth that agents have no use for is not probed', async (t) => {
  const { probes, onDemand, main } = setUp();
  t.equal(await onDemand.probe(main, 'login'), null, 'no agent');
  t.equal(await onDemand.probe(main, 'websocket'), null, 'not asked for');
  t.same(probes.depths, []);
});
