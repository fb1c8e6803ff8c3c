import fc from 'fast-check';
import t from 'tap';
import { RULES } from '../../src/diagnosis/diagnose.ts';
import { gatherEvidence } from '../../src/diagnosis/evidence.ts';
import { DEPTHS, isAgentPortDepth, type ProbeResult, STEPS } from '../../src/model/result.ts';
import type { Survey } from '../../src/model/survey.ts';
import { announcement, hello, page, result, surveyOf } from './surveys.ts';

const session = fc.constantFrom('aa', 'bb', null);
const fingerprint = fc.constantFrom('11:11', '22:22');
const status = fc.constantFrom(101, 200, 302, 401, 403, 404, 500, 502, 503);
const server = fc.constantFrom('Jetty(12.0.25)', 'nginx', 'envoy', 'awselb/2.0', null);
const address = fc.constantFrom('10.0.0.1:443', '10.0.0.2:50000', '10.0.0.3:50000', '[fd00::1]:50000');
const response = fc
  .record({
    status,
    server,
    jenkinsSession: session,
    jenkinsVersion: fc.constantFrom('2.516.3', null),
    date: fc.option(fc.nat()),
  })
  .map(({ status, ...rest }) => page(status, rest));

/** A result in which every step succeeded, with any evidence: pages, sessions and identities that do not fit together. */
const succeeded: fc.Arbitrary<ProbeResult> = fc
  .record({
    depth: fc.constantFrom(...DEPTHS),
    at: fc.uniqueArray(address, { minLength: 1, maxLength: 2 }),
    steps: fc.subarray([...STEPS]),
    durations: fc.array(fc.constantFrom(1, 600, 2000, 4900, 20_000), { minLength: 4, maxLength: 8 }),
    hellos: fc.array(fc.tuple(session, address), { maxLength: 3 }),
    presented: fc.array(fc.record({ address, fingerprint }), { maxLength: 2 }),
    published: fc.option(fingerprint),
    pinned: fc.option(fingerprint),
    pages: fc.record(
      { listenerResponse: response, loginResponse: response, websocketResponse: response },
      { requiredKeys: [] },
    ),
    port: fc.integer({ min: 1, max: 65_535 }),
    hostAnnounced: fc.boolean(),
    startedAt: fc.nat(),
    stalledMs: fc.nat({ max: 5000 }),
    proxy: fc.option(fc.constant('http://proxy.example.com:3128')),
  })
  .map(({ depth, at, steps, durations, startedAt, stalledMs, port, hostAnnounced, pages, proxy, ...seen }) =>
    result(
      isAgentPortDepth(depth) ? 'agent-port' : depth,
      true,
      at.flatMap((one) =>
        steps.map(
          (step, index) => [step, 'ok', null, one, durations[index % durations.length] ?? 1] as const,
        ),
      ),
      {
        ...pages,
        announcement: announcement({ port, hostAnnounced }),
        hellos: seen.hellos.flatMap(([of, at]) => (of === null ? [] : hello(of, at))),
        identity: { published: seen.published, pinned: seen.pinned, presented: seen.presented },
        ...(proxy !== null && { proxy }),
      },
      { depth, startedAt, stalledMs },
    ),
  );

const surveys: fc.Arbitrary<Survey> = fc
  .record({
    results: fc.array(succeeded, { minLength: 1, maxLength: 4 }),
    way: fc.constantFrom('discovery', 'tunnel', 'direct'),
    websocket: fc.constantFrom('off', 'on', 'only'),
    earlierPorts: fc.array(fc.integer({ min: 1, max: 65_535 }), { maxLength: 3 }),
    agentVersion: fc.constantFrom(null, '3000.v1', '3355.v388858a_47b_33'),
  })
  .map(({ results, ...asked }) => surveyOf(results, asked));

t.test('if every step succeeded, only the rules that say so apply', async (t) => {
  const others = RULES.filter(({ onSuccess }) => onSuccess !== true);
  t.ok(others.length > 40);
  const applied = new Set<string>();
  fc.assert(
    fc.property(surveys, (survey) => {
      const evidence = gatherEvidence(survey);
      for (const { code, onSuccess, judge } of RULES) {
        if (onSuccess === true && judge(evidence) !== null) applied.add(code);
      }
      return others.every(({ judge }) => judge(evidence) === null);
    }),
    { numRuns: 2000 },
  );
  const named = RULES.filter(({ onSuccess }) => onSuccess === true).map(({ code }) => code);
  t.strictSame([...applied].sort(), named.toSorted(), 'each of these can apply');
});
