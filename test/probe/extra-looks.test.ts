import t from 'tap';
import { lookPlanner } from '../../src/diagnosis/plan-looks.ts';
import { buildReport } from '../../src/diagnosis/report.ts';
import { investigate } from '../../src/probe/investigate.ts';
import type { LookTimes } from '../../src/probe/look.ts';
import { simulate } from './simulated.ts';

export const QUICK: LookTimes = { spacingMs: 10, silenceMs: 400, patienceMs: 3000 };
const cheap = lookPlanner({ deep: false, holdMs: null });

t.test('two controllers behind one agent port are named, by hellos alone', async (t) => {
  const { simulator, target } = await simulate(t, { fault: 'two-sessions' });
  const report = buildReport('test', await investigate(target, 'handshake', cheap, { times: QUICK }));
  t.equal(report.diagnoses[0]?.code, 'two-controllers-one-service', JSON.stringify(report));
  t.equal(report.diagnoses[0]?.confidence, 'certain');
  t.match(report.extra, [{ look: 'repeat-hello', cost: /no log line/, result: /2 sessions/ }]);
  t.equal(simulator.counts.bareConnects, 0);
});
