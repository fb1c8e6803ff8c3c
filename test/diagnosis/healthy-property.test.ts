import fc from 'fast-check';
import t from 'tap';
import { extraCheckPlanner } from '../../src/diagnosis/plan-extra-checks.ts';
import type { CheckResult, HelloSighting } from '../../src/model/extra-check.ts';
import { CHEAP_CHECKS } from '../../src/model/extra-check-permissions.ts';
import { AGENT_PORT_DEPTHS, type ProbeResult, type StepName } from '../../src/model/result.ts';
import type { Survey } from '../../src/model/survey.ts';
import { buildReport } from '../../src/report/report.ts';
import { announcement, hello, page, result, surveyOf } from './surveys.ts';

const STEPS_OF: Readonly<Record<(typeof AGENT_PORT_DEPTHS)[number], readonly StepName[]>> = {
  ping: ['port-connect', 'hello', 'ping'],
  handshake: ['port-connect', 'hello', 'ping', 'ack', 'tls', 'identity'],
  login: ['port-connect', 'hello', 'ping', 'ack', 'tls', 'identity', 'headers', 'capability'],
};

const addresses = fc.uniqueArray(
  fc.oneof(
    fc.ipV4().map((ip) => `${ip}:50000`),
    fc.constantFrom('[fd00::1]:50000', '[fd00::2]:50000'),
  ),
  { minLength: 1, maxLength: 8 },
);

/** Every healthy set-up: mode, depth, what the ingress publishes, addresses, latencies, clocks of almost the same time. */
const healthy: fc.Arbitrary<Survey> = fc
  .record({
    way: fc.constantFrom('discovery', 'tunnel', 'direct'),
    withUrl: fc.boolean(),
    websocket: fc.constantFrom('off', 'on', 'only'),
    depth: fc.constantFrom(...AGENT_PORT_DEPTHS),
    // An ingress that publishes the listener's path alone answers 404 for login, or nothing of use.
    login: fc.constantFrom('jenkins', 'ingress-404', 'none'),
    port: fc.integer({ min: 1, max: 65_535 }),
    server: fc.constantFrom('Jetty(12.0.25)', 'nginx', 'awselb/2.0', null),
    hostAnnounced: fc.boolean(),
    at: addresses,
    latencies: fc.array(fc.integer({ min: 0, max: 1500 }), { minLength: 8, maxLength: 8 }),
    dateOffsetMs: fc.option(fc.integer({ min: -60_000, max: 60_000 })),
    earlierPorts: fc.array(fc.integer({ min: 1, max: 65_535 }), { maxLength: 3 }),
    agentVersion: fc.constantFrom(null, '3107.v665000b_51092', '3355.v388858a_47b_33'),
    pinned: fc.boolean(),
    repeated: fc.boolean(),
    listenerDisabled: fc.boolean(),
  })
  .map((setUp) => {
    const { way, websocket, depth, at, login, latencies, dateOffsetMs } = setUp;
    const needsUrl = way !== 'direct' || websocket !== 'off';
    const url = needsUrl || setUp.withUrl;
    const results: ProbeResult[] = [];
    if (url) {
      const onlyWebSocket = websocket === 'only' && setUp.listenerDisabled;
      const startedAt = Date.UTC(2026, 0, 2);
      const version = login === 'jenkins' ? { version: '2.516.3', session: 'aa' } : {};
      results.push(
        result(
          'web',
          true,
          [
            ['web-connect', 'ok'],
            ['listener', onlyWebSocket ? 'warning' : 'ok', onlyWebSocket ? 'listener-not-found' : null],
          ],
          {
            listenerResponse: page(onlyWebSocket ? 404 : 200, {
              server: setUp.server,
              date: dateOffsetMs === null ? null : startedAt + dateOffsetMs,
            }),
            ...(onlyWebSocket
              ? {}
              : { announcement: announcement({ port: setUp.port, hostAnnounced: setUp.hostAnnounced }) }),
            ...(login === 'none' ? {} : { loginResponse: page(login === 'jenkins' ? 200 : 404, version) }),
          },
          { startedAt },
        ),
      );
    }
    if (websocket !== 'only') {
      results.push(
        result(
          'agent-port',
          true,
          at.flatMap((address) =>
            STEPS_OF[depth].map((step, index) => [step, 'ok', null, address, latencies[index] ?? 1] as const),
          ),
          {
            hellos: at.map((address) => hello('aa', address)),
            identity: {
              published: url ? '11:11' : null,
              pinned: setUp.pinned ? '11:11' : null,
              presented: at.map((address) => ({ address, fingerprint: '11:11' })),
            },
          },
        ),
      );
    }
    if (websocket !== 'off')
      results.push(
        result('websocket', true, [
          ['ws-upgrade', 'ok'],
          ['ws-roundtrip', 'ok'],
        ]),
      );
    return surveyOf(results, {
      way,
      websocket,
      depth,
      web: url ? { host: 'jenkins.example.com', port: 443 } : null,
      earlierPorts: setUp.earlierPorts,
      agentVersion: setUp.agentVersion,
    });
  });

const sameAgain: readonly HelloSighting[] = [
  { session: 'aa', server: '10.0.0.7' },
  { session: 'aa', server: '10.0.0.7' },
];

const helloAgain = { kind: 'repeat-hello', hellos: sameAgain, missed: [], loginSession: null } as const;
const answered = { reason: null, detail: 'as Jenkins answers' };
const answeredAgain = { kind: 'repeat-web', answers: [answered, answered] } as const;

t.test(
  '1,000 healthy set-ups have no diagnosis, and ask for two more hellos and two more requests',
  async (t) => {
    fc.assert(
      fc.property(healthy, (seen) => {
        const checks = extraCheckPlanner(CHEAP_CHECKS)(seen);
        const results: CheckResult[] = checks.map((check) => ({
          check,
          evidence: check.kind === 'repeat-web' ? answeredAgain : helloAgain,
          result: 'the same',
          spent: {},
        }));
        const report = buildReport('x', { ...seen, checks: results });
        return (
          report.diagnoses.length === 0 &&
          report.verdict === 'reachable' &&
          checks.every((look) => 'times' in look && look.times === 2)
        );
      }),
      { numRuns: 1000 },
    );
    t.pass('none of them');
  },
);
