import { readFileSync } from 'node:fs';
import t from 'tap';
import { probeText } from '../../src/metrics/probe-text.ts';
import { ALL_CONTROLLERS, MetricsRecorder } from '../../src/metrics/recorder.ts';
import { MetricsRegistry } from '../../src/metrics/registry.ts';
import { METRICS, type MetricName } from '../../src/metrics/table.ts';
import { DEPTHS, type Depth, ENTRYPOINTS, type Evidence } from '../../src/model/result.ts';
import { failingSteps } from '../../src/model/step-reasons.ts';
import { probeAgentPort } from '../../src/probe/agent-port/probe-agent-port.ts';
import { takeSurvey } from '../../src/probe/take-survey.ts';
import { probeWeb } from '../../src/probe/web/probe-web.ts';
import { promtool, skipWithoutPrometheus } from '../alerts/prometheus-program.ts';
import { announcing, resultOf, STARTED_AT, stepsAt } from '../daemon/results.ts';
import { simulate } from '../probe/simulated.ts';

function planOf(depths: readonly Depth[]) {
  return depths.map((depth) => ({ depth, cadenceMs: 15_000 }));
}

const MAIN = {
  name: 'main',
  entrypoints: ['web', 'agent-port'],
  initial: 'unknown' as const,
  plan: planOf(['web', 'ping', 'handshake']),
  tls: true,
} as const;

function setUp(labels = {}) {
  const registry = new MetricsRegistry(labels);
  const recorder = new MetricsRecorder(registry);
  recorder.initialise();
  recorder.remember(MAIN);
  return { registry, recorder };
}

/** Returns the series of one family, without its prefix, comments and histogram parts. */
async function series(registry: MetricsRegistry, name: string): Promise<readonly string[]> {
  const lines = (await registry.text()).split('\n');
  return lines
    .filter((line) => line.startsWith(`jenkins_agent_probe_${name}`))
    .map((line) => line.replace('jenkins_agent_probe_', ''));
}

function hello(version: string, session: string): Evidence {
  return {
    hellos: [
      {
        address: '10.0.0.7:50000',
        hello: {
          version,
          session,
          protocols: [],
          remotingMinimumVersion: null,
          client: null,
          server: null,
        },
      },
    ],
  };
}

t.test('a day in the life of a controller', async (t) => {
  const { registry, recorder } = setUp({ cluster: 'us-east-2' });
  const certificate = { subject: '', issuer: '', altNames: [], notBefore: 0, sha256: '' };
  recorder.lag(250);
  recorder.result(
    'main',
    announcing(50000, {
      certificates: [
        { ...certificate, address: 'a', entrypoint: 'web', notAfter: STARTED_AT + 86_400_000 },
        { ...certificate, address: 'b', entrypoint: 'web', notAfter: STARTED_AT + 43_200_000 },
        { ...certificate, address: 'c', entrypoint: 'web', notAfter: Number.NaN },
      ],
    }),
  );
  recorder.result('main', resultOf('ping', { evidence: hello('2.516.3', 's1'), connections: 2 }));
  recorder.result('main', resultOf('handshake', { durationMs: 1500, connections: 3 }));
  recorder.verdict('main', 'web', 'up');
  recorder.verdict('main', 'agent-port', 'up');
  recorder.result('main', resultOf('ping', { evidence: hello('2.528.1', 's2'), connections: 2 }));
  recorder.result(
    'main',
    resultOf('ping', {
      failure: { step: 'port-connect', reason: 'agent-port-refused' },
      startedAt: STARTED_AT + 15_000,
    }),
  );
  recorder.verdict('main', 'agent-port', 'down');
  recorder.diagnosed('main', [{ code: 'agent-port-refused', confidence: 'likely' }]);
  recorder.backoff('main', 15_000);
  recorder.connections('main', resultOf('ping', { connections: 2 }));
  recorder.healthRequest('main', 503);
  recorder.healthRequest(ALL_CONTROLLERS, 200);
  recorder.build('1.2.3', '24.0.0');
  const golden = new URL('./testdata/golden.prom', import.meta.url);
  const text = await registry.text();
  t.equal(text, readFileSync(golden, 'utf8'), 'a change that is meant belongs into testdata/golden.prom');
});

t.test('counters whose labels are known exist from the start, verdicts do not', async (t) => {
  const { registry } = setUp();
  t.same(await series(registry, 'attempts_total'), [
    'attempts_total{controller="main",depth="web"} 0',
    'attempts_total{controller="main",depth="ping"} 0',
    'attempts_total{controller="main",depth="handshake"} 0',
  ]);
  t.equal((await series(registry, 'transitions_total')).length, 4);
  t.equal((await series(registry, 'health_requests_total')).length, 4);
  t.same(await series(registry, 'up'), []);
  t.same(await series(registry, 'success'), []);
});

t.test('every counter of the table begins at 0, failures at every step that can fail', async (t) => {
  const { registry, recorder } = setUp();
  for (const [name, { type }] of Object.entries(METRICS)) {
    // The series of the cluster start when the process joins it, and some series start with the first failure.
    if (type !== 'counter' || name.startsWith('kubernetes_') || name === 'failures_by_reason_total') continue;
    const { length } = METRICS[name as MetricName].labels;
    const lines = await series(registry, length === 0 ? `${name} ` : `${name}{`);
    t.not(lines.length, 0, name);
    t.ok(
      lines.every((line) => line.endsWith(' 0')),
      `${name} is 0`,
    );
  }
  const before = await series(registry, 'failures_total');
  t.equal(before.length, MAIN.plan.flatMap(({ depth }) => failingSteps(depth, true)).length);
  t.notMatch(before.join('\n'), /depth="(login|websocket)"/, 'what is not planned');
  recorder.result('main', resultOf('ping', { failure: { step: 'ping', reason: 'l4-accept-then-close' } }));
  const after = await series(registry, 'failures_total');
  t.equal(after.length, before.length, 'no new series');
  t.strictSame(
    after.filter((line) => !line.endsWith(' 0')),
    ['failures_total{controller="main",depth="ping",step="ping"} 1'],
  );
  t.strictSame(await series(registry, 'failures_by_reason_total'), [
    'failures_by_reason_total{controller="main",depth="ping",step="ping",reason="l4-accept-then-close"} 1',
  ]);
  recorder.forget('main');
  t.notMatch(await registry.text(), /controller="main"/, 'they go with the controller');
});

t.test('logins, WebSockets and TLS have their failures where they are used', async (t) => {
  for (const tls of [true, false]) {
    const registry = new MetricsRegistry({});
    const recorder = new MetricsRecorder(registry);
    recorder.remember({
      name: 'all',
      entrypoints: ENTRYPOINTS,
      plan: planOf(DEPTHS),
      initial: 'unknown',
      tls,
    });
    const all = await series(registry, 'failures_total');
    t.equal(all.length, new Set(all).size);
    for (const labels of ['depth="login",step="headers"', 'depth="websocket",step="ws-upgrade"']) {
      t.ok(all.includes(`failures_total{controller="all",${labels}} 0`), labels);
    }
    t.equal(all.includes('failures_total{controller="all",depth="web",step="web-tls"} 0'), tls);
  }
});

t.test('the labels of controller_info change in place', async (t) => {
  const { registry, recorder } = setUp();
  recorder.result('main', resultOf('ping', { evidence: hello('2.516.3', 's1') }));
  recorder.result('main', announcing());
  recorder.result('main', resultOf('ping', { evidence: hello('2.528.1', 's2') }));
  const info = await series(registry, 'controller_info');
  t.equal(info.length, 1);
  t.match(info[0], /version="2\.528\.1",identity="[0-9a-f:]{47}"} 1$/);
  t.same(await series(registry, 'controller_restarts_total'), [
    'controller_restarts_total{controller="main"} 1',
  ]);
});

t.test('a diagnosis is 1 while it holds and 0 afterwards; its rank ends with it', async (t) => {
  const { registry, recorder } = setUp();
  const ranks = () => series(registry, 'diagnosis_rank');
  recorder.diagnosed('main', [{ code: 'agent-port-refused', confidence: 'possible' }]);
  recorder.diagnosed('main', [
    { code: 'cert-expired', confidence: 'certain' },
    { code: 'agent-port-refused', confidence: 'likely' },
  ]);
  t.strictSame((await ranks()).toSorted(), [
    'diagnosis_rank{controller="main",code="agent-port-refused",confidence="likely"} 2',
    'diagnosis_rank{controller="main",code="cert-expired",confidence="certain"} 1',
  ]);
  recorder.diagnosed('main', [{ code: 'cert-expired', confidence: 'certain' }]);
  t.strictSame(await series(registry, 'diagnosis{'), [
    'diagnosis{controller="main",code="agent-port-refused"} 0',
    'diagnosis{controller="main",code="cert-expired"} 1',
  ]);
  t.strictSame(await ranks(), [
    'diagnosis_rank{controller="main",code="cert-expired",confidence="certain"} 1',
  ]);
  recorder.diagnosed('main', []);
  t.strictSame(await ranks(), []);
  recorder.forget('main');
  t.strictSame(await series(registry, 'diagnosis'), []);
});

t.test('a step takes as long as at the slowest address, and a skipped one no time', async (t) => {
  const { registry, recorder } = setUp();
  const [step] = stepsAt('ping', '10.0.0.1:50000');
  if (step === undefined) throw new Error('a ping has steps');
  const at = (address: string, durationMs: number) => ({ ...step, address, durationMs });
  const steps = [at('a', 40), at('b', 900), at('c', 5)];
  recorder.result('main', resultOf('ping', { steps: [...steps, { ...at('d', 9000), outcome: 'skipped' }] }));
  t.strictSame(await series(registry, 'step_duration_seconds'), [
    `step_duration_seconds{controller="main",step="${step.step}"} 0.9`,
  ]);
});

t.test('at most 100 series a controller, whatever is switched on and broken', async (t) => {
  const { simulator, target } = await simulate(t, { https: true });
  const { results } = await takeSurvey({ ...target, websocket: 'on' }, 'handshake');
  const { announcement } = await probeWeb(target).then(({ evidence }) => evidence);
  if (announcement === undefined) throw new Error(`${simulator.url} announces no agent port`);
  const ping = await probeAgentPort(target, 'ping', announcement);
  for (const depths of [['web', 'ping', 'handshake'], ['web', 'ping', 'handshake', 'websocket'], DEPTHS]) {
    const registry = new MetricsRegistry({ cluster: 'c' });
    const recorder = new MetricsRecorder(registry);
    const plan = planOf(depths as readonly Depth[]);
    recorder.remember({ name: 'main', entrypoints: ENTRYPOINTS, plan, initial: 'up', tls: true });
    for (const result of [...results, ping]) recorder.result('main', result);
    recorder.result('main', resultOf('ping', { failure: { step: 'ping', reason: 'l4-accept-then-close' } }));
    recorder.diagnosed('main', [{ code: 'l4-accept-then-close', confidence: 'certain' }]);
    const count = (await registry.text()).split('\n').filter((line) => line.includes('controller="main"'));
    t.comment(`${depths}: ${count.length} series`);
    t.ok(count.length <= 100, `${depths}: ${count.length}`);
  }
});

t.test('promtool has nothing against any family', { skip: skipWithoutPrometheus }, async (t) => {
  const { registry, recorder } = setUp({ cluster: 'c' });
  registry.collectProcess();
  recorder.diagnosed('main', [{ code: 'agent-port-refused', confidence: 'likely' }]);
  for (const depth of DEPTHS) {
    const failure = { step: 'port-connect', reason: 'agent-port-refused' } as const;
    recorder.result('main', resultOf(depth, depth === 'ping' ? { failure } : {}));
  }
  recorder.result('main', announcing());
  for (const text of [await registry.text(), probeText('main', resultOf('handshake'), { cluster: 'c' })]) {
    t.strictSame(promtool(['check', 'metrics'], text), { code: 0, output: '' });
  }
  t.match(promtool(['check', 'metrics'], '# HELP a_total b\n# TYPE a_total gauge\na_total 1\n'), {
    code: 3,
    output: /a_total/,
  });
});

t.test('an address that is gone takes its series along', async (t) => {
  const { registry, recorder } = setUp();
  const refused = { step: 'port-connect', reason: 'agent-port-refused' } as const;
  const steps = [...stepsAt('ping', '10.0.0.1:50000'), ...stepsAt('ping', '10.0.0.2:50000', refused)];
  recorder.result('main', resultOf('ping', { steps }));
  const labels = 'controller="main",entrypoint="agent-port"';
  t.same(await series(registry, 'address_up'), [
    `address_up{${labels},address="10.0.0.1:50000"} 1`,
    `address_up{${labels},address="10.0.0.2:50000"} 0`,
  ]);
  const failures = await series(registry, 'failures_by_reason_total');
  t.strictSame(failures, [], 'one good address is a good probe');
  recorder.result('main', resultOf('ping', { steps: stepsAt('ping', '10.0.0.3:50000') }));
  t.same(await series(registry, 'address_up'), [`address_up{${labels},address="10.0.0.3:50000"} 1`]);
});

t.test('the identity is judged by the latest handshake that got so far', async (t) => {
  const { registry, recorder } = setUp();
  const match = () => series(registry, 'identity_match');
  recorder.result('main', resultOf('ping'));
  recorder.result('main', resultOf('handshake', { failure: { step: 'tls', reason: 'jnlp4-tls-failed' } }));
  t.same(await match(), []);
  const mismatch = { step: 'identity', reason: 'identity-mismatch' } as const;
  recorder.result('main', resultOf('handshake', { failure: mismatch }));
  t.same(await match(), ['identity_match{controller="main"} 0']);
  recorder.result('main', resultOf('ping'));
  t.same(await match(), ['identity_match{controller="main"} 0']);
  recorder.result('main', resultOf('handshake'));
  t.same(await match(), ['identity_match{controller="main"} 1']);
});

t.test('a hostile label value cannot break the text', async (t) => {
  const { registry, recorder } = setUp();
  recorder.result('main', resultOf('ping', { evidence: hello('2"}\\', 's1') }));
  t.match(await series(registry, 'controller_info'), [
    'controller_info{controller="main",version="2\\"}\\\\",identity=""} 1',
  ]);
});

t.test('the metrics of the process come on demand', async (t) => {
  const { registry } = setUp({ cluster: 'c' });
  t.notMatch(await registry.text(), /process_/);
  registry.collectProcess();
  t.notMatch(await registry.text(), /nodejs_active_\w+_total/, 'gauges that are named as counters');
  t.match(await registry.text(), /^process_resident_memory_bytes\{cluster="c"\} \d+$/m);
  t.equal(registry.contentType, 'text/plain; version=0.0.4; charset=utf-8');
});
