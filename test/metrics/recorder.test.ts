import { readFileSync } from 'node:fs';
import t from 'tap';
import { ALL_CONTROLLERS, MetricsRecorder } from '../../src/metrics/recorder.ts';
import { MetricsRegistry } from '../../src/metrics/registry.ts';
import { METRICS } from '../../src/metrics/table.ts';
import { DEPTHS, type Depth, ENTRYPOINTS, type Evidence } from '../../src/model/result.ts';
import { type Passage, possibleFailures } from '../../src/model/step-reasons.ts';
import { announcing, resultOf, STARTED_AT, stepsAt } from '../daemon/results.ts';

const MAIN = {
  name: 'main',
  entrypoints: ['web', 'agent-port'],
  initial: 'unknown' as const,
  depths: ['web', 'ping', 'handshake'],
  passage: { tls: true, proxy: false },
} as const;

function setUp(labels = {}) {
  const registry = new MetricsRegistry(labels);
  const recorder = new MetricsRecorder(registry);
  recorder.initialise();
  recorder.remember(MAIN);
  return { registry, recorder };
}

/** The series of one family, without its prefix, comments and histogram parts. */
async function series(registry: MetricsRegistry, name: string): Promise<readonly string[]> {
  const lines = (await registry.text()).split('\n');
  return lines
    .filter((line) => line.startsWith(`jenkins_agent_probe_${name}`))
    .map((line) => line.replace('jenkins_agent_probe_', ''));
}

/** How many failures can happen at these depths. */
function failureCount(depths: readonly Depth[], passage: Passage): number {
  return depths.flatMap((depth) => possibleFailures(depth, passage)).length;
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
  recorder.diagnosed('main', ['agent-port-refused']);
  recorder.backoff('main', 15_000);
  recorder.connections('main', resultOf('ping', { connections: 2 }));
  recorder.healthRequest('main', 503);
  recorder.healthRequest(ALL_CONTROLLERS, 200);
  recorder.build('1.2.3', '24.0.0');
  const golden = new URL('./testdata/golden.prom', import.meta.url);
  // Failures that have not happened have a test of their own, so that a new reason leaves this file as it is.
  const text = (await registry.text()).replaceAll(/^jenkins_agent_probe_failures_total.* 0\n/gm, '');
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

t.test('every counter of the table begins at 0, and failures begin with all that can happen', async (t) => {
  const { registry, recorder } = setUp();
  for (const [name, { type }] of Object.entries(METRICS)) {
    // Those begin where the cluster is joined: without it there are none.
    if (type !== 'counter' || name.startsWith('kubernetes_')) continue;
    const lines = await series(registry, `${name}{`);
    t.not(lines.length, 0, name);
    t.ok(
      lines.every((line) => line.endsWith(' 0')),
      `${name} is 0`,
    );
  }
  const before = await series(registry, 'failures_total');
  t.equal(before.length, failureCount(MAIN.depths, MAIN.passage));
  t.notMatch(
    before.join('\n'),
    /depth="(login|websocket)"|reason="proxy-unreachable"/,
    'what is not planned',
  );
  recorder.result('main', resultOf('ping', { failure: { step: 'ping', reason: 'l4-accept-then-close' } }));
  const after = await series(registry, 'failures_total');
  t.equal(after.length, before.length, 'no new series');
  t.strictSame(
    after.filter((line) => !line.endsWith(' 0')),
    ['failures_total{controller="main",depth="ping",step="ping",reason="l4-accept-then-close"} 1'],
  );
  await recorder.forget('main');
  t.same(await series(registry, 'failures_total'), [], 'they go with the controller');
});

t.test('proxies, logins and WebSockets have their failures where they are used', async (t) => {
  const registry = new MetricsRegistry({});
  const recorder = new MetricsRecorder(registry);
  const passage = { tls: true, proxy: true };
  recorder.remember({ name: 'all', entrypoints: ENTRYPOINTS, depths: DEPTHS, initial: 'unknown', passage });
  const all = await series(registry, 'failures_total');
  t.equal(all.length, failureCount(DEPTHS, passage));
  for (const labels of [
    'depth="login",step="headers",reason="wrong-secret"',
    'depth="websocket",step="ws-upgrade",reason="ws-path-404"',
    'depth="ping",step="port-connect",reason="proxy-auth-required"',
  ]) {
    t.ok(all.includes(`failures_total{controller="all",${labels}} 0`), labels);
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

t.test('a diagnosis is 1 while it holds and 0 afterwards', async (t) => {
  const { registry, recorder } = setUp();
  recorder.diagnosed('main', ['agent-port-refused']);
  recorder.diagnosed('main', ['agent-port-refused', 'cert-expired']);
  recorder.diagnosed('main', ['cert-expired']);
  t.same(await series(registry, 'diagnosis'), [
    'diagnosis{controller="main",code="agent-port-refused"} 0',
    'diagnosis{controller="main",code="cert-expired"} 1',
  ]);
  await recorder.forget('main');
  t.same(await series(registry, 'diagnosis'), []);
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
  const failures = await series(registry, 'failures_total');
  t.same(
    failures.filter((line) => !line.endsWith(' 0')),
    [],
    'one good address is a good probe',
  );
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
  t.match(await registry.text(), /^process_resident_memory_bytes\{cluster="c"\} \d+$/m);
  t.equal(registry.contentType, 'text/plain; version=0.0.4; charset=utf-8');
});
