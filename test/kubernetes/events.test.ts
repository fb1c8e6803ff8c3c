import t from 'tap';
import { stringify } from 'yaml';
import type { DiscoverySettings, KubernetesSettings } from '../../src/config/kubernetes-settings.ts';
import { rolesFor } from '../../src/kubernetes/api/permissions.ts';
import { run, start } from '../cli/command.ts';
import { announcing, resultOf } from '../daemon/results.ts';
import { controllerOf } from '../daemon/settings-of.ts';
import { simulate } from '../probe/simulated.ts';
import { startCuttingProxy } from './api/cutting-proxy.ts';
import { startApiServer } from './api-server.ts';
import { apiServerMissing } from './api-server-program.ts';
import { until } from './cluster-objects.ts';
import { fastClock, startInCluster } from './daemon-in-cluster.ts';

const USER = 'system:serviceaccount:probe:probe';
const { target: _, ...schedule } = controllerOf({ web: 15_000, ping: 15_000, websocket: 60_000 });
const DISCOVERY: DiscoverySettings = {
  namespaces: ['jenkins'],
  sources: ['services', 'ingresses'],
  selector: null,
  container: 'jnlp',
  gracePeriodMs: 60_000,
  limit: 100,
  probe: { ...schedule, fall: 1, rise: 1, timeoutMs: 5000 },
};

interface Event {
  readonly reason: string;
  readonly type: string;
  readonly message: string;
  readonly involvedObject: { readonly kind: string; readonly name: string };
}

const REPORTED = { reportingComponent: 'jenkins-agent-probe', reportingInstance: 'probe-0' };

t.test('events on annotated Services', { skip: apiServerMissing(), timeout: 115_000 }, async (t) => {
  const server = await startApiServer({ users: [USER] });
  t.teardown(() => server.stop());
  await server.make('POST', '/api/v1/namespaces', { metadata: { name: 'jenkins' } });
  const settings = { discovery: DISCOVERY, lease: null, events: true, inspection: null };
  const kubernetes: KubernetesSettings = {
    ...settings,
    kubeconfig: server.kubeconfig(USER, { namespace: 'probe' }),
  };
  // The pod's own namespace has no Role: its Events are not written, those of the Services are.
  for (const { namespace, rules } of rolesFor(kubernetes)) {
    if (namespace !== null) await server.grant(USER, namespace, rules);
  }
  const annotations = { 'jenkins-agent-probe.io/url': 'https://ci.example.com/' };
  await server.make('POST', '/api/v1/namespaces/jenkins/services', {
    metadata: { name: 'ci', annotations },
    spec: { ports: [{ port: 8080 }] },
  });
  await server.make('POST', '/apis/networking.k8s.io/v1/namespaces/jenkins/ingresses', {
    metadata: {
      name: 'other',
      annotations: {
        'jenkins-agent-probe.io/url': 'https://other.example.com/',
        'jenkins-agent-probe.io/websocket': 'only',
      },
    },
    spec: { rules: [{ host: 'other.example.com' }] },
  });
  const env = { POD_NAME: 'probe-0', POD_NAMESPACE: 'probe', POD_UID: 'uid' };
  const { probes, watching, seen, get } = await startInCluster(t, { kubernetes, clock: fastClock(20), env });

  await t.test('a Service and an Ingress name controllers', async (t) => {
    await watching('https://ci.example.com/', 'https://other.example.com/');
    const { controllers } = await seen();
    const other = controllers.find(({ url }) => url === 'https://other.example.com/');
    const { entrypoints } = JSON.parse(await get(`/controllers/${other?.name}`));
    t.match(entrypoints, [{ entrypoint: 'web' }, { entrypoint: 'websocket', needed: true }]);
  });

  await t.test('the verdict and its root cause are written on the Service', async (t) => {
    const refused = { step: 'port-connect', reason: 'agent-port-refused' } as const;
    probes.answer = (depth) =>
      depth === 'web' ? announcing() : resultOf(depth, depth === 'websocket' ? {} : { failure: refused });
    const events = await until(async () => {
      const { items } = await server.make('GET', '/api/v1/namespaces/jenkins/events');
      return items.length >= 2 ? (items as Event[]) : null;
    });
    t.match(
      events.map(({ involvedObject: { kind, name } }) => `${kind} ${name}`),
      ['Service ci', 'Service ci'],
    );
    t.match(events.map(({ reason }) => reason).sort(), ['AgentPortDown', 'AgentPortRefused']);
    const cause = events.find(({ reason }) => reason === 'AgentPortRefused');
    t.match(events, [REPORTED, REPORTED], 'kubectl and event exporters see who reports');
    t.ok((cause?.message.length ?? 0) <= 1024);
    t.match(cause?.message, /\(agent-port-refused\)\n./, 'with what mends it');
  });
});

t.test('each node sees for itself', { skip: apiServerMissing(), timeout: 60_000 }, async (t) => {
  const server = await startApiServer({ users: [USER] });
  t.teardown(() => server.stop());
  const proxy = await startCuttingProxy(server.port);
  t.teardown(() => proxy.close());
  const { simulator } = await simulate(t);
  const folder = t.testdir({
    'probe.yaml': stringify({
      listen: { host: '127.0.0.1', port: 0 },
      probe: { rise: 1, fall: 1, cadence: { web: '1s', ping: '1s', handshake: 'off' } },
      kubernetes: {
        kubeconfig: server.kubeconfig(USER, { namespace: 'probe', port: proxy.port }),
        lease: { mode: 'every-node' },
        inspection: {},
      },
      controllers: [{ name: 'main', url: simulator.url }],
    }),
  });
  for (const node of ['node-a', 'node-b']) {
    const running = start(t, ['serve', '--config', `${folder}/probe.yaml`], { env: { NODE_NAME: node } });
    const [, port] = await running.printed(/"port":(\d+)/);
    await running.printed(/"entrypoint":"agent-port","from":"unknown","to":"up"/);
    const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
    const up = new RegExp(
      `^jenkins_agent_probe_up\\{controller="main",entrypoint="agent-port",node="${node}"\\} 1$`,
      'm',
    );
    t.match(await get('/metrics'), up);
    t.match(JSON.parse(await get('/controllers')).kubernetes, { role: null, leader: null });
    running.child.kill('SIGTERM');
    t.equal((await running.ended).code, 0);
  }
  const missing = await run(t, ['config', 'check', '--config', `${folder}/probe.yaml`]);
  t.equal(missing.code, 2);
  t.match(missing.stderr, /every-node needs the environment variable NODE_NAME with the name of the node/);
  t.equal(
    proxy.accepted,
    0,
    'no Lease, and no inspection but for a diagnosis: the API server is never asked',
  );
});
