import fc from 'fast-check';
import t from 'tap';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { isSurer } from '../../src/catalogue/entry.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Entrypoint, ProbeResult, StepName } from '../../src/model/result.ts';
import { STEPS } from '../../src/model/result.ts';
import { STEP_REASONS } from '../../src/model/step-reasons.ts';
import type { Reason } from '../../src/protocol/reason.ts';
import { page, result, surveyOf } from './surveys.ts';

interface Failure {
  readonly step: StepName;
  readonly reason: Reason;
}

const FAILURES: readonly Failure[] = STEPS.flatMap((step) =>
  STEP_REASONS[step].map((reason) => ({ step, reason })),
);

function entrypointOf(step: StepName): Entrypoint {
  if (step.startsWith('ws-')) return 'websocket';
  return step.startsWith('web-') || step === 'listener' ? 'web' : 'agent-port';
}

function broken({ step, reason }: Failure): ProbeResult {
  return result(entrypointOf(step), false, [[step, 'failed', reason]]);
}

t.test(
  'a step that fails, and nothing else, is as sure as its entry allows for one observation',
  async (t) => {
    for (const failure of FAILURES) {
      const diagnoses = diagnose(surveyOf([broken(failure)]));
      const { observedAlone } = CATALOGUE[failure.reason];
      t.match(diagnoses, [{ code: failure.reason }], `${failure.step} ${failure.reason}`);
      for (const { code, confidence } of diagnoses) {
        t.notOk(
          isSurer(confidence, observedAlone),
          `${failure.step} ${failure.reason}: ${code} ${confidence}`,
        );
      }
    }
  },
);

t.test('the usual cause of an answer is no more than likely', async (t) => {
  for (const reason of ['ingress-no-backend-503', 'not-jenkins-200'] as const) {
    t.match(diagnose(surveyOf([broken({ step: 'listener', reason })])), [
      { code: reason, confidence: 'likely' },
    ]);
  }
  const rewritten = broken({ step: 'ping', reason: 'stream-rewritten' });
  t.match(diagnose(surveyOf([rewritten])), [{ code: 'stream-rewritten', confidence: 'likely' }]);
});

t.test('no diagnosis of any survey is surer than its entry', async (t) => {
  const failures = fc.uniqueArray(fc.constantFrom(...FAILURES), {
    maxLength: 4,
    selector: ({ step }) => step,
  });
  const login = fc.option(
    fc.record({
      status: fc.constantFrom(200, 302, 403, 404, 502),
      version: fc.constantFrom(undefined, '2.516'),
    }),
  );
  const asked = fc.record({
    way: fc.constantFrom('discovery', 'tunnel', 'direct'),
    websocket: fc.constantFrom('off', 'on', 'only'),
    agentVersion: fc.constantFrom(null, '4.13'),
    earlierPorts: fc.array(fc.integer({ min: 1, max: 65_535 }), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(failures, login, asked, (seen, answer, given) => {
      const evidence =
        answer === null
          ? {}
          : {
              loginResponse: page(
                answer.status,
                answer.version === undefined ? {} : { version: answer.version },
              ),
            };
      const results = seen.map((failure) => ({ ...broken(failure), evidence }));
      return diagnose(surveyOf(results, given)).every(
        ({ code, confidence }) => !isSurer(confidence, CATALOGUE[code].confidence),
      );
    }),
    { numRuns: 1000 },
  );
  t.pass('1,000 surveys');
});
