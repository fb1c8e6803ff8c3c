import t from 'tap';
import type { StepName } from '../../src/model/result.ts';
import { takeSurvey } from '../../src/probe/take-survey.ts';
import { renderReport } from '../../src/report/render-report.ts';
import { buildReport } from '../../src/report/report.ts';
import type { FaultName } from '../../src/simulator/faults.ts';
import { simulate } from './simulated.ts';

/** Faults for which a probe waits, and the step at which it waits. */
const WAITING: readonly (readonly [FaultName, StepName])[] = [
  ['web-silent', 'listener'],
  ['port-silent', 'hello'],
  ['ack-never', 'ack'],
  ['tls-never', 'tls'],
];

t.test('a step that we interrupt is neither a failure nor a timeout', async (t) => {
  for (const [fault, waiting] of WAITING) {
    const { target } = await simulate(t, { fault }, { timeoutMs: 20_000 });
    const stop = new AbortController();
    const before: Partial<Record<StepName, StepName>> = {
      listener: 'web-connect',
      hello: 'port-connect',
      ack: 'ping',
      tls: 'ack',
    };
    const seen = await takeSurvey(target, 'handshake', {
      signal: stop.signal,
      onStep: ({ step }) => void (step === before[waiting] && stop.abort()),
    });
    const report = buildReport('main', seen);
    const own = report.steps.find(({ step }) => step === waiting);
    t.match(own, { outcome: 'skipped', reason: null, detail: 'interrupted' }, `${fault} at ${waiting}`);
    t.strictSame(report.diagnoses, [], 'nothing is diagnosed');
    t.equal(report.verdict, 'unknown');
    t.equal(report.brokenStep, null);
    t.notMatch(renderReport(report), /first broken hop/);
  }
});
