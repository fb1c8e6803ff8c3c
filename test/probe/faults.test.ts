import t from 'tap';
import { extraCheckPlanner } from '../../src/diagnosis/plan-extra-checks.ts';
import { CHEAP_CHECKS } from '../../src/model/extra-check-permissions.ts';
import type { StepName } from '../../src/model/result.ts';
import { STEP_REASONS } from '../../src/model/step-reasons.ts';
import type { WebSocketMode } from '../../src/model/target.ts';
import { investigate } from '../../src/probe/extra-checks/investigate.ts';
import type { Reason } from '../../src/protocol/reason.ts';
import { buildReport } from '../../src/report/report.ts';
import { FAULTS, type FaultName } from '../../src/simulator/faults.ts';
import { simulate } from './simulated.ts';

interface Expected {
  /** The first step that fails; null if it depends on timing. */
  readonly step: StepName | null;
  readonly code: Reason;
  readonly https?: true;
  readonly websocket?: WebSocketMode;
}

/** Faults that agents ignore, or that affect only some agents. They have their own tests below. */
type Harmless = 'none' | 'endless-body' | 'two-sessions' | 'ws-origin';

const plan = extraCheckPlanner(CHEAP_CHECKS);
/** Short timeouts: no peer in this file is slow. */
const times = { spacingMs: 10, silenceMs: 300, patienceMs: 500 };

/** The expected reason of each fault of the simulator, as seen by probes. */
const EXPECTED: Readonly<Record<Exclude<FaultName, Harmless>, Expected>> = {
  'web-refused': { step: 'web-connect', code: 'discovery-connect-refused' },
  'web-silent': { step: 'listener', code: 'listener-timeout' },
  garbage: { step: 'listener', code: 'response-malformed' },
  'slow-drip': { step: 'listener', code: 'listener-timeout' },
  'endless-headers': { step: 'listener', code: 'response-too-large' },
  'expired-certificate': { step: 'web-tls', code: 'cert-expired', https: true },
  'untrusted-certificate': { step: 'web-tls', code: 'cert-unknown-ca', https: true },
  'wrong-name-certificate': { step: 'web-tls', code: 'cert-name-mismatch', https: true },
  starting: { step: 'listener', code: 'controller-starting' },
  'no-backend': { step: 'listener', code: 'ingress-no-backend-503' },
  redirect: { step: 'listener', code: 'discovery-redirect-only' },
  'redirect-to-login': { step: 'listener', code: 'sso-or-login-in-front' },
  'login-page-200': { step: 'listener', code: 'sso-or-login-in-front' },
  forbidden: { step: 'listener', code: 'ip-allowlist-403' },
  'not-jenkins': { step: 'listener', code: 'not-jenkins-200' },
  'headers-stripped': { step: 'listener', code: 'headers-stripped-by-proxy' },
  'identity-missing': { step: 'listener', code: 'instance-identity-missing' },
  'identity-garbage': { step: 'listener', code: 'instance-identity-invalid' },
  'invalid-port-header': { step: 'listener', code: 'invalid-agent-port' },
  'jnlp4-not-offered': { step: 'listener', code: 'jnlp4-disabled' },
  'port-disabled': { step: 'listener', code: 'agent-port-disabled' },
  'port-refused': { step: 'port-connect', code: 'agent-port-refused' },
  'port-filtered': { step: 'port-connect', code: 'agent-port-timeout-filtered' },
  'port-silent': { step: 'ping', code: 'listener-accepts-but-silent' },
  'port-closes-at-once': { step: 'ping', code: 'l4-accept-then-close' },
  'port-resets': { step: null, code: 'l4-accept-then-close' }, // the reset may arrive before or after the first bytes
  'http-on-port': { step: 'ping', code: 'alb-or-http-lb-on-50000' },
  'tls-on-port': { step: 'ping', code: 'tls-terminated-on-50000' },
  'ssh-on-port': { step: 'ping', code: 'ssh-on-agent-port' },
  'protocol-prefix': { step: 'ping', code: 'stream-rewritten' },
  'wrong-ack': { step: 'ack', code: 'not-an-agent-port' },
  'ack-never': { step: 'ack', code: 'ack-timeout' },
  'closes-before-ack': { step: 'ack', code: 'jnlp4-closed-no-ack' },
  'tls-never': { step: 'tls', code: 'jnlp4-tls-timeout' },
  'wrong-identity': { step: 'identity', code: 'identity-mismatch' },
  'headers-garbage': { step: 'headers', code: 'headers-malformed' },
  'unknown-name': { step: 'headers', code: 'unknown-client-name' },
  'wrong-secret': { step: 'headers', code: 'wrong-secret' },
  'not-inbound': { step: 'headers', code: 'not-an-inbound-agent' },
  'already-connected': { step: 'headers', code: 'already-connected' },
  'capability-garbage': { step: 'capability', code: 'capability-malformed' },
  'upgrade-stripped': { step: 'ws-upgrade', code: 'ws-upgrade-stripped', websocket: 'only' },
  'ws-blocked': { step: 'ws-upgrade', code: 'ws-blocked-by-proxy', websocket: 'only' },
  'ws-closes': { step: 'ws-roundtrip', code: 'ws-closed-early', websocket: 'only' },
  'ws-path-404': { step: 'ws-upgrade', code: 'ws-path-404', websocket: 'only' },
};

t.test('every fault is called by its name, at the step where it breaks', async (t) => {
  for (const [fault, expected] of Object.entries(EXPECTED) as [FaultName, Expected][]) {
    t.test(`${fault}: ${FAULTS[fault].summary}`, async (t) => {
      const { target } = await simulate(
        t,
        { fault, https: expected.https === true },
        { websocket: expected.websocket ?? 'off', timeoutMs: 1500 },
      );
      const seen = await investigate(target, 'login', plan, { times });
      const report = buildReport('test', seen);
      const [first] = report.diagnoses;
      t.equal(first?.code, expected.code, 'first diagnosis', { steps: report.steps });
      const others = report.diagnoses.slice(1).filter(({ confidence }) => confidence !== 'possible');
      t.strictSame(
        others.map(({ code }) => code),
        [],
        'nothing else is blamed',
      );
      const broken = report.steps.find(({ outcome }) => outcome === 'failed');
      if (expected.step !== null) t.equal(broken?.step, expected.step, 'first broken step');
      t.equal(report.verdict, 'unreachable');
      for (const result of seen.results) {
        for (const { step, reason } of result.steps) {
          t.ok(reason === null || STEP_REASONS[step].includes(reason), `${step} may say ${reason}`);
        }
        t.ok(result.durationMs < 2500, `${result.depth} keeps to its timeout: ${result.durationMs} ms`);
      }
      t.notOk(JSON.stringify(seen).includes(target.agent?.secret.reveal() ?? '?'), 'no secret in any result');
    });
  }
});

t.test('a body without end is no failure: an agent reads the headers only', async (t) => {
  const { target } = await simulate(t, { fault: 'endless-body' });
  const report = buildReport('test', await investigate(target, 'handshake', plan, { times }));
  t.equal(report.verdict, 'reachable');
  t.strictSame(report.diagnoses, []);
});

t.test('an Origin that only the CLI compares is no failure: agents get through', async (t) => {
  for (const websocket of ['only', 'on'] as const) {
    for (const depth of ['handshake', 'login'] as const) {
      const { target } = await simulate(t, { fault: 'ws-origin' }, { websocket });
      const report = buildReport('test', await investigate(target, depth, plan, { times }));
      t.equal(report.verdict, 'reachable', `${websocket} at depth ${depth}`);
      t.strictSame(report.diagnoses, []);
      const upgrade = report.steps.find(({ step }) => step === 'ws-upgrade');
      t.match(upgrade, { outcome: 'warning', reason: 'ws-origin-or-root-url-wrong' });
      const open = report.notChecked.some(({ what }) => what === 'WebSocket upgrades');
      t.equal(open, depth === 'handshake', 'a login answers what the CLI does not');
    }
  }
});

t.test('two controllers behind one agent port show by their sessions', async (t) => {
  const { target } = await simulate(t, { fault: 'two-sessions' });
  const report = buildReport('test', await investigate(target, 'ping', plan, { times }));
  t.equal(report.verdict, 'degraded');
  t.match(report.diagnoses, [{ code: 'two-controllers-one-service', confidence: 'certain' }]);
});
