import t from 'tap';
import { Diagnoses } from '../../src/daemon/diagnoses.ts';
import { Watch } from '../../src/daemon/watch.ts';
import { FakeClock, settled } from './fake-clock.ts';
import { ScriptedProbes } from './scripted-probes.ts';
import { controllerOf } from './settings-of.ts';

function setUp() {
  const clock = new FakeClock();
  const probes = new ScriptedProbes();
  const silent = () => undefined;
  const observer = {
    begun: silent,
    ended: silent,
    surveyed: silent,
    verdictChanged: silent,
    backedOff: silent,
    broke: silent,
  };
  const watch = (name: string) =>
    new Watch(controllerOf({}, { name }), { clock, random: Math.random, probes, observer });
  return { clock, probes, diagnoses: new Diagnoses(clock), main: watch('main'), other: watch('other') };
}

t.test('one at a time per controller, shared by all who ask', async (t) => {
  const { clock, probes, diagnoses, main, other } = setUp();
  probes.hold = true;
  const asked = [diagnoses.diagnose(main), diagnoses.diagnose(main)];
  await clock.advance(60_000);
  asked.push(diagnoses.diagnose(main), diagnoses.diagnose(other));
  await settled();
  t.equal(probes.count('survey'), 2, 'one per controller, however long it takes');
  probes.release();
  const [first, second, third, fourth] = await Promise.all(asked);
  t.equal(second, first);
  t.equal(third, first);
  t.match(fourth, { controller: 'other' });
});

t.test('at most one begins in five seconds', async (t) => {
  const { clock, probes, diagnoses, main } = setUp();
  const first = await diagnoses.diagnose(main);
  await clock.advance(4_999);
  t.equal(await diagnoses.diagnose(main), first);
  await clock.advance(1);
  t.not(await diagnoses.diagnose(main), first);
  t.equal(probes.count('survey'), 2);
});

t.test('one that broke is not shared with the next caller', async (t) => {
  const { probes, diagnoses, main } = setUp();
  const { answer } = probes;
  probes.answer = () => {
    throw new Error('bug');
  };
  await t.rejects(diagnoses.diagnose(main), { message: 'bug' });
  probes.answer = answer;
  t.match(await diagnoses.diagnose(main), { controller: 'main' });
});
