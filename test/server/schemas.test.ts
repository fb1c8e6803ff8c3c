import t from 'tap';
import { Type } from 'typebox';
import type { InClusterStatus } from '../../src/report/cluster-status.ts';
import type { Report } from '../../src/report/report.ts';
import { controllerDetail } from '../../src/server/controller-answers.ts';
import { knownFacts } from '../../src/server/known-facts.ts';
import { exactly } from '../../src/server/schemas/exactly.ts';
import { resultOf } from '../daemon/results.ts';
import { appOf, detailOf, entrypoint, NO_DETAIL, statusOf } from './app-of.ts';

/** A type with every field required, at every depth. */
type Complete<T> = T extends readonly (infer Item)[]
  ? readonly [Complete<Item>, ...Complete<Item>[]]
  : T extends object
    ? { readonly [Key in keyof T]-?: Complete<T[Key]> }
    : NonNullable<T>;

const FINDING = {
  code: 'agent-port-not-in-service',
  step: 'k8s-service',
  object: 'Service ci/jenkins',
  field: 'spec.ports',
  actual: '8080',
  expected: '50000',
  fix: 'kubectl patch',
  confidence: 'certain',
} as const;

const FULL = {
  schemaVersion: 1,
  controller: 'main',
  summary: 'main is unreachable at ping (10.0.0.7:50000): No live backend',
  startedAt: '2026-01-02T03:04:05.000Z',
  durationMs: 12.34,
  verdict: 'unreachable',
  brokenStep: { step: 'ping', address: '10.0.0.7:50000' },
  target: {
    web: 'jenkins.example.com:443',
    agentPort: 'jenkins.example.com:50000',
    mode: 'discovery',
    websocketToo: true,
  },
  origin: {
    version: '1.2.3',
    vantage: { host: 'probe-0', pod: 'probe-0', namespace: 'ci', node: 'node-1', cluster: 'east' },
  },
  diagnoses: [
    {
      code: 'l4-accept-then-close',
      severity: 'error',
      confidence: 'likely',
      layer: 'agent-port',
      title: 'The load balancer has no live backend',
      cause: 'It accepts and closes.',
      remedy: 'Register the controller.',
      evidence: ['10.0.0.7:50000 closed without a byte'],
      next: ['The log of the load balancer.'],
      docs: 'http://localhost:80/diagnoses/l4-accept-then-close',
    },
  ],
  steps: [
    {
      step: 'ping',
      entrypoint: 'agent-port',
      address: '10.0.0.7:50000',
      outcome: 'failed',
      reason: 'l4-accept-then-close',
      durationMs: 1.5,
      detail: 'closed',
    },
  ],
  extra: [{ look: 'repeat-hello', why: 'two controllers?', cost: 'two connections', result: 'one session' }],
  notChecked: [{ what: 'the WebSocket', why: 'not requested' }],
  log: {
    agrees: true,
    connection: 'not-connected',
    kind: 'agent',
    unexplained: { line: 4, quote: 'SEVERE: x', causes: ['java.io.IOException'] },
    differences: ['the agent fails, the probes do not'],
    findings: [
      {
        code: 'ack-timeout',
        title: 'No acknowledgement',
        confidence: 'likely',
        alternatives: ['l4-accept-then-close'],
        line: 3,
        quote: 'Timeout waiting for ACK',
        count: 2,
        past: false,
        note: 'every minute',
        agrees: true,
        comment: 'the probes say the same',
      },
    ],
    facts: {
      remotingVersion: '3327.v868139a_d00e0',
      minimumRemotingVersion: '4.13',
      agentName: 'linux-1',
      urls: ['https://jenkins.example.com/'],
      tunnel: 'agents.example.com:50000',
      direct: 'agents.example.com:50001',
      webSocket: true,
      agentHost: 'agents.example.com',
      agentPort: 50000,
      identity: 'd4:1d:8c',
    },
    cut: true,
  },
  scheduled: true,
  clusters: [
    {
      role: 'controller-cluster',
      namespace: 'ci',
      checks: [{ step: 'k8s-service', rule: 'service-ports', outcome: 'failed', detail: 'no port 50000' }],
      findings: [FINDING],
    },
  ],
} as const satisfies Complete<Report>;

const CLUSTER = {
  role: 'leading',
  leader: 'probe-0',
  features: [{ feature: 'lease', state: 'denied', detail: '403' }],
  discovery: {
    stale: true,
    controllers: [{ name: 'a', configuredAs: 'b', pods: 2, remoting: ['3327'] }],
    unusable: ['ci/x: no URL'],
  },
  inspection: [
    {
      role: 'agent-cluster',
      namespace: 'ci',
      readAt: '2026-01-02T03:04:05.000Z',
      notChecked: [{ what: 'quota', why: 'permission' }],
      findings: [{ controller: 'main', code: FINDING.code, object: FINDING.object, field: FINDING.field }],
    },
  ],
} as const satisfies Complete<InClusterStatus>;

t.test('a report comes back with every field, as JSON and in the event stream', async (t) => {
  const report: Report = FULL;
  const { app } = await appOf(t, [statusOf('main', [])], { diagnose: async () => report });
  const json = await app.inject('/diagnose?controller=main');
  t.strictSame(json.json(), JSON.parse(JSON.stringify(report)));
  const stream = await app.inject({
    url: '/diagnose?controller=main',
    headers: { accept: 'text/event-stream' },
  });
  const [, data = ''] = /event: report\ndata: (.*)/.exec(stream.body) ?? [];
  t.strictSame(JSON.parse(data), json.json());
});

t.test('the status of a cluster comes back with every field', async (t) => {
  const { app } = await appOf(t, [], { cluster: () => CLUSTER });
  t.strictSame((await app.inject('/controllers')).json().kubernetes, CLUSTER);
});

t.test('a controller comes back with every field but those that are left out on purpose', async (t) => {
  const result = resultOf('ping', { failure: { step: 'ping', reason: 'l4-accept-then-close' } });
  const status = statusOf('main', [entrypoint('agent-port', 'down')], [result]);
  const { app } = await appOf(t, [status]);
  const shown = (await app.inject('/controllers/main')).json();
  const without = (value: object, ...left: readonly string[]) =>
    Object.keys(value)
      .filter((key) => !left.includes(key))
      .sort();
  const known = { status, detail: { ...(detailOf(status) ?? NO_DETAIL), standing: [result] }, causes: [] };
  const detail = controllerDetail(known, null, 10);
  t.strictSame(shown, JSON.parse(JSON.stringify(detail)));
  const added = [
    'state',
    'since',
    'rootCauses',
    ...Object.keys(knownFacts([])),
    'lastStart',
    'changes',
    'timeline',
  ];
  const all = [...without(status, 'takenBack'), ...added, 'schedule', 'budget'];
  t.strictSame(Object.keys(shown).sort(), all.sort());
  const last = ['lastStep', 'lastAddress', 'lastDetail', 'addresses'];
  const wanted = [...without(status.entrypoints[0] ?? {}, 'onStale'), ...last].sort();
  t.strictSame(Object.keys(shown.entrypoints[0]).sort(), wanted);
  t.strictSame(Object.keys(shown.results[0]).sort(), without(result, 'evidence', 'inconclusive'));
  t.strictSame(Object.keys(shown.recent[0]).sort(), without(status.recent[0] ?? {}));
});

t.test(
  'the compiler refuses a schema that lacks a field, has one too many, or makes one optional',
  async (t) => {
    interface Named {
      readonly name: string;
      readonly note?: string;
    }
    const whole = { name: Type.String(), note: Type.Optional(Type.String()) };
    const right = exactly<Named>()(whole);
    // @ts-expect-error An optional field is missing.
    exactly<Named>()({ name: Type.String() });
    // @ts-expect-error There is a field too many.
    exactly<Named>()({ ...whole, more: Type.Boolean() });
    // @ts-expect-error A field that is always there is optional.
    exactly<Named>()({ ...whole, name: Type.Optional(Type.String()) });
    t.same(Object.keys(right.properties), ['name', 'note']);
  },
);
