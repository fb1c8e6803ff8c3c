import t from 'tap';
import type { ControllerScope } from '../../../src/config/inspection-settings.ts';
import { systemClock } from '../../../src/daemon/system-clock.ts';
import { connectKubernetes } from '../../../src/kubernetes/api/client.ts';
import { readObjects } from '../../../src/kubernetes/inspection/read-objects.ts';
import { runHere } from '../../cli/in-process.ts';
import { isWithoutSubject } from '../../inspection/cluster.ts';
import { startApiServer } from '../api-server.ts';
import { apiServerMissing } from '../api-server-program.ts';
import { installKinds } from '../custom-resources.ts';
import { controllerObjects, type Manifest, write } from './inspected-objects.ts';

const OLD = '2026-01-01T00:00:00Z';
const told = (type: string, status: string, reason = type) => ({
  ...{ type, status, reason, message: '', observedGeneration: 1, lastTransitionTime: OLD },
});
const PARENT = { name: 'public', sectionName: 'agents' };
const taken = (parentRef: object, ...conditions: object[]) => ({
  parents: [
    {
      parentRef,
      controllerName: 'gateway.envoyproxy.io/gatewayclass-controller',
      conditions:
        conditions.length > 0 ? conditions : [told('Accepted', 'True'), told('ResolvedRefs', 'True')],
    },
  ],
});

/** A controller that a Gateway publishes, all right. */
function gatewayObjects(namespace: string): Manifest[] {
  const listener = (name: string, protocol: string, port: number) => ({
    ...{ name, protocol, port, allowedRoutes: { namespaces: { from: 'Same' } } },
  });
  const ready = [told('Accepted', 'True'), told('Programmed', 'True'), told('ResolvedRefs', 'True')];
  // Each break has objects of its own.
  const objects = [
    ...controllerObjects(namespace).filter(({ kind }) => kind !== 'Ingress'),
    {
      kind: 'Gateway',
      metadata: { name: 'public' },
      spec: {
        gatewayClassName: 'eg',
        listeners: [listener('web', 'HTTP', 80), listener('agents', 'TCP', 50_000)],
      },
      status: {
        addresses: [{ type: 'IPAddress', value: '203.0.113.9' }],
        conditions: [told('Accepted', 'True'), told('Programmed', 'True')],
        listeners: [
          { name: 'web', attachedRoutes: 1, supportedKinds: [], conditions: ready },
          { name: 'agents', attachedRoutes: 1, supportedKinds: [], conditions: ready },
        ],
      },
    },
    {
      kind: 'TCPRoute',
      metadata: { name: 'agents' },
      spec: { parentRefs: [PARENT], rules: [{ backendRefs: [{ name: 'main-agent', port: 50_000 }] }] },
      status: taken(PARENT),
    },
    {
      kind: 'HTTPRoute',
      metadata: { name: 'web' },
      spec: {
        parentRefs: [{ name: 'public', sectionName: 'web' }],
        hostnames: ['jenkins.example.com'],
        rules: [
          {
            matches: [{ path: { type: 'PathPrefix', value: '/' } }],
            backendRefs: [{ name: 'main', port: 8080 }],
          },
        ],
      },
      status: taken({ name: 'public', sectionName: 'web' }),
    },
  ];
  return objects.map((each): Manifest => JSON.parse(JSON.stringify(each)));
}

interface GatewayBreak {
  readonly rule: string;
  readonly code: string;
  readonly object: string;
  readonly field: string;
  readonly fix: RegExp;
  // biome-ignore lint/suspicious/noExplicitAny: a break changes whatever field it is about.
  readonly change: (find: (kind: string) => any, all: Manifest[]) => void;
}

const TCP = 'TCPRoute NS/agents';
const BACKEND = 'spec.rules[0].backendRefs[0]';

// biome-ignore format: a table.
const BREAKS: readonly GatewayBreak[] = [
  { rule: 'gateway-backend', code: 'gateway-backend-refused', object: TCP, field: `${BACKEND}.port`, fix: /"value":50000/, change: (find) => { find('TCPRoute').spec.rules[0].backendRefs[0].port = 50_001; } },
  { rule: 'gateway-backend', code: 'gateway-backend-refused', object: TCP, field: `${BACKEND}.name`, fix: /"value":"main-agent"/, change: (find) => { find('TCPRoute').spec.rules[0].backendRefs[0].name = 'mian-agent'; } },
  { rule: 'gateway-backend', code: 'alb-or-http-lb-on-50000', object: TCP, field: BACKEND, fix: /"value":"main-agent"/, change: (find) => { find('TCPRoute').spec.rules[0].backendRefs[0] = { name: 'main', port: 8080 }; } },
  { rule: 'gateway-backend', code: 'url-points-at-agent-port', object: 'HTTPRoute NS/web', field: BACKEND, fix: /"value":8080/, change: (find) => { find('HTTPRoute').spec.rules[0].backendRefs[0] = { name: 'main-agent', port: 50_000 }; } },
  { rule: 'gateway-backend', code: 'gateway-backend-refused', object: 'TCPRoute NS-edge/agents', field: `${BACKEND}.namespace`, fix: /kind: ReferenceGrant/, change: (find) => { const route = find('TCPRoute'); route.metadata.namespace = `${find('HTTPRoute').metadata.namespace ?? ''}`; route.elsewhere = true; } },
  { rule: 'gateway-backend', code: 'gateway-backend-refused', object: TCP, field: 'status.parents[].conditions[type=ResolvedRefs]', fix: /kubectl/, change: (find) => { find('TCPRoute').status = taken(PARENT, told('Accepted', 'True'), told('ResolvedRefs', 'False', 'UnsupportedProtocol')); } },
  { rule: 'gateway-route-attached', code: 'gateway-route-not-attached', object: TCP, field: 'spec.parentRefs[0].sectionName', fix: /"protocol":"TCP"/, change: (find) => { find('Gateway').spec.listeners.pop(); delete find('TCPRoute').status; } },
  { rule: 'gateway-route-attached', code: 'gateway-route-not-attached', object: TCP, field: 'spec.parentRefs[0]', fix: /get gateway public/, change: (find) => { find('TCPRoute').status = taken(PARENT, told('Accepted', 'False', 'NotAllowedByListeners')); } },
  { rule: 'gateway-route-attached', code: 'gateway-route-not-attached', object: TCP, field: 'spec.parentRefs[0].name', fix: /"value":"public"/, change: (find) => { find('TCPRoute').spec.parentRefs[0].name = 'pubilc'; } },
  { rule: 'gateway-listener-ready', code: 'gateway-listener-not-ready', object: 'Gateway NS/public', field: 'status.listeners[name=agents].conditions[type=Accepted]', fix: /another port/, change: (find) => { find('Gateway').status.listeners[1].conditions[0] = told('Accepted', 'False', 'PortUnavailable'); } },
  { rule: 'gateway-listener-plain', code: 'tls-terminated-on-50000', object: 'Gateway NS/public', field: 'spec.listeners[1].protocol', fix: /"value":"TCP"/, change: (find) => { find('Gateway').spec.listeners[1].protocol = 'TLS'; } },
  { rule: 'gateway-listener-plain', code: 'alb-or-http-lb-on-50000', object: 'Gateway NS/public', field: 'spec.listeners[1].protocol', fix: /"value":"TCP"/, change: (find) => { find('Gateway').spec.listeners[1].protocol = 'HTTP'; } },
  { rule: 'gateway-listener-plain', code: 'sni-needed-on-agent-port', object: 'TLSRoute NS/agents', field: 'spec.hostnames', fix: /kind: TCPRoute/, change: (find, all) => { const route = find('TCPRoute'); route.kind = 'TLSRoute'; route.spec.hostnames = ['agents.example.com']; find('Gateway').spec.listeners[1] = { ...find('Gateway').spec.listeners[1], protocol: 'TLS', tls: { mode: 'Passthrough' } }; all.reverse(); } },
  { rule: 'gateway-paths', code: 'listener-not-found', object: 'HTTPRoute NS/web', field: 'spec.rules[0].matches', fix: /tcpSlaveAgentListener/, change: (find) => { find('HTTPRoute').spec.rules[0].matches[0].path.value = '/github-webhook'; } },
  { rule: 'gateway-settings', code: 'discovery-redirect-only', object: 'HTTPRoute NS/web', field: 'spec.rules[0].filters[0].requestRedirect', fix: /"op":"remove"/, change: (find) => { find('HTTPRoute').spec.rules[0].filters = [{ type: 'RequestRedirect', requestRedirect: { scheme: 'http', statusCode: 301 } }]; } },
];

t.test(
  'a Gateway, right and broken, against a real API server',
  { skip: apiServerMissing(), timeout: 240_000 },
  async (t) => {
    const server = await startApiServer({ users: ['limited'] });
    const client = await connectKubernetes(server.kubeconfig('admin'), systemClock);
    t.teardown(async () => {
      await client.close();
      await server.stop();
    });

    const scopeOf = (namespace: string, more: Partial<ControllerScope> = {}): ControllerScope => ({
      ...{ role: 'controller-cluster', namespace, controllers: null, agentPort: 50_000, exposures: 'auto' },
      ...{ ingressNamespaces: [namespace, `${namespace}-edge`], provider: 'other', healthNodePort: null },
      ...more,
    });

    async function inspect(namespace: string, asked = client) {
      const { judge } = await readObjects(asked, scopeOf(namespace));
      return judge({
        controller: 'main',
        url: 'https://jenkins.example.com/',
        steps: [],
        announcedPort: null,
      });
    }
    const gateway = (results: Awaited<ReturnType<typeof inspect>>) =>
      results.filter(({ rule }) => rule.startsWith('gateway-'));

    await t.test('where the kinds are not installed there is not a word about them', async (t) => {
      await write(server, 'bare', controllerObjects('bare'));
      t.same(gateway(await inspect('bare')), []);
    });

    await installKinds(server);

    await t.test('all right', async (t) => {
      await write(server, 'right', gatewayObjects('right'));
      const results = await inspect('right');
      t.equal(gateway(results).length, 7);
      t.same(
        results
          .filter((each) => each.outcome !== 'ok' && !isWithoutSubject(each))
          .map(({ rule, detail }) => [rule, detail]),
        [],
      );
    });

    for (const [index, { rule, code, object, field, fix, change }] of BREAKS.entries()) {
      await t.test(`${rule}: ${code} at ${field}`, async (t) => {
        const namespace = `gateway-${index}`;
        const all = gatewayObjects(namespace);
        change((kind) => all.find((each) => each.kind === kind), all);
        for (const each of all.filter(({ elsewhere }) => elsewhere)) {
          Object.assign(each, { elsewhere: undefined, status: undefined });
          each.metadata.namespace = `${namespace}-edge`;
          each.spec.parentRefs[0].namespace = namespace;
          each.spec.rules[0].backendRefs[0].namespace = namespace;
        }
        await write(server, namespace, all);
        const result = (await inspect(namespace)).find((each) => each.rule === rule);
        const expected = { code, object: object.replaceAll('NS', namespace), field, confidence: 'certain' };
        t.match(result?.findings[0] ?? result, expected);
        t.match(result?.findings[0]?.fix, fix);
      });
    }

    await t.test('the command names code, object, field and fix', async (t) => {
      const config = server.kubeconfig('admin');
      const flags = ['--kubernetes', '--role', 'controller-cluster', '--kubeconfig', config];
      for (const [namespace, words] of [
        ['gateway-0', ['gateway-backend-refused', 'TCPRoute gateway-0/agents', `${BACKEND}.port`, 'kubectl']],
        ['gateway-4', ['gateway-backend-refused', 'kind: ReferenceGrant']],
        ['gateway-6', ['gateway-route-not-attached', 'spec.parentRefs[0].sectionName', '"protocol":"TCP"']],
        ['gateway-7', ['gateway-route-not-attached', 'NotAllowedByListeners']],
      ] as const) {
        const beside = ['--ingress-namespace', namespace, `${namespace}-edge`];
        const { stdout } = await runHere(['diagnose', ...flags, '--namespace', namespace, ...beside]);
        for (const word of words)
          t.ok(stdout.replaceAll(/\s+/g, ' ').includes(word), `${namespace}: ${word}`);
      }
    });

    await t.test('without the right the API is skipped, and that is said once', async (t) => {
      const limited = await connectKubernetes(server.kubeconfig('limited'), systemClock);
      t.teardown(() => limited.close());
      const core = ['pods', 'services', 'endpoints', 'configmaps'];
      await server.make('POST', '/api/v1/namespaces', { metadata: { name: 'right-edge' } });
      for (const namespace of ['right', 'right-edge']) {
        await server.grant('limited', namespace, [
          { apiGroups: [''], resources: core, verbs: ['list'] },
          { apiGroups: ['networking.k8s.io', 'apps'], resources: ['*'], verbs: ['list'] },
        ]);
      }
      const results = await inspect('right', limited);
      t.same(
        gateway(results).map(({ rule, outcome }) => [rule, outcome]),
        [['gateway-route-attached', 'skipped']],
      );
      t.match(gateway(results)[0]?.detail, 'the permission to list gateways in namespace right is missing');
    });
  },
);
