import t from 'tap';
import { inspectControllerCluster } from '../../src/inspection/apply-rules.ts';
import type { ControllerClusterFacts } from '../../src/inspection/cluster-facts.ts';
import { controllerCases, controllerFacts } from './cluster.ts';
import {
  all,
  CONTROLLER,
  condition,
  GATEWAY,
  gateway,
  NOT_ATTACHED,
  OLD,
  route,
  TCP,
  WEB,
  web,
  YOUNG,
} from './gateway-cases.ts';
import { AT_HTTP, GATEWAY_SETTING_CASES, policed } from './gateway-setting-cases.ts';

controllerCases('gateway-route-attached', [
  { name: 'taken', objects: all(gateway(), route()), found: null },
  {
    name: 'no such Gateway',
    objects: all(gateway(), route({ parent: '{ name: pubilc }', conditions: null })),
    found: { ...NOT_ATTACHED, field: 'spec.parentRefs[0].name', confidence: 'certain' },
    fix: /"value":"public"/,
  },
  {
    name: 'a Gateway of a namespace that was not read',
    objects: all(gateway(), route({ parent: '{ name: other, namespace: infra }', conditions: null })),
    found: 'skipped',
  },
  {
    name: 'a Gateway of a namespace that was not read, and a status that tells',
    objects: all(route({ parent: '{ name: other, namespace: infra }' })),
    found: null,
  },
  {
    name: 'no such listener',
    objects: all(gateway(), route({ parent: '{ name: public, sectionName: agnets }', conditions: null })),
    found: { ...NOT_ATTACHED, field: 'spec.parentRefs[0].sectionName', confidence: 'certain' },
    fix: /"protocol":"TCP","port":50000/,
  },
  {
    name: 'no listener of that port',
    objects: all(gateway(), route({ parent: '{ name: public, port: 50001 }', conditions: null })),
    found: { ...NOT_ATTACHED, field: 'spec.parentRefs[0].port' },
  },
  {
    name: 'the Gateway allows its own namespace alone',
    objects: all(
      gateway({ namespace: 'infra' }),
      route({ parent: '{ name: public, namespace: infra, sectionName: agents }', conditions: null }),
    ),
    found: {
      code: 'gateway-route-not-attached',
      object: 'Gateway infra/public',
      field: 'spec.listeners[1].allowedRoutes.namespaces',
      confidence: 'certain',
    },
    fix: /"op":"test","path":"\/spec\/listeners\/1\/name","value":"agents".*"kubernetes\.io\/metadata\.name":"jenkins"/,
  },
  {
    name: 'a selector that takes the namespace',
    objects: all(
      gateway({
        namespace: 'infra',
        allowed:
          '{ namespaces: { from: Selector, selector: { matchLabels: { kubernetes.io/metadata.name: jenkins } } } }',
      }),
      route({ parent: '{ name: public, namespace: infra, sectionName: agents }' }),
    ),
    found: null,
  },
  {
    name: 'kinds that leave TCPRoute out',
    objects: all(gateway({ allowed: '{ kinds: [{ kind: TLSRoute }] }' }), route({ conditions: null })),
    found: { ...NOT_ATTACHED, object: GATEWAY, field: 'spec.listeners[1].allowedRoutes.kinds' },
  },
  {
    name: 'a host that no listener takes',
    objects: all(
      gateway(),
      web('[{ backendRefs: [{ name: main, port: 8080 }] }]', 'hostnames: [jenkins.example.org]').replace(
        /status:.*/,
        '',
      ),
    ),
    found: { ...NOT_ATTACHED, object: 'HTTPRoute jenkins/web', field: 'spec.hostnames' },
  },
  {
    name: 'rejected by the controller',
    objects: all(gateway(), route({ conditions: condition('Accepted', 'False', 'NotAllowedByListeners') })),
    found: { ...NOT_ATTACHED, field: 'spec.parentRefs[0]', confidence: 'certain' },
  },
  {
    name: 'rejected a moment ago',
    objects: all(
      gateway(),
      route({ conditions: condition('Accepted', 'False', 'NotAllowedByListeners', YOUNG) }),
    ),
    found: 'skipped',
  },
  {
    name: 'rejected in an older generation',
    objects: all(
      gateway(),
      route({ conditions: condition('Accepted', 'False', 'NotAllowedByListeners', OLD, 0) }),
    ),
    found: 'skipped',
  },
  {
    name: 'no status yet',
    objects: all(gateway(), route({ conditions: null, created: YOUNG })),
    found: 'skipped',
  },
  {
    name: 'no status after a long time',
    objects: all(gateway(), route({ conditions: null })),
    found: { code: 'gateway-route-not-read', object: TCP, field: 'status.parents', confidence: 'likely' },
  },
  {
    name: 'no status, and the Gateway does not work either',
    objects: all(
      gateway({ conditions: condition('Accepted', 'Unknown', 'Pending') }),
      route({ conditions: null }),
    ),
    found: 'skipped',
  },
  {
    name: 'v1 alone is served, and the class of the Gateway is one of Traefik',
    objects: all(
      gateway().replace('spec:\n', 'spec:\n  gatewayClassName: public\n'),
      route({ conditions: null }),
      'kind: GatewayClass\nmetadata: { name: public }\nspec: { controllerName: traefik.io/gateway-controller }',
    ),
    found: { code: 'gateway-route-not-read', object: TCP, field: 'status.parents', confidence: 'certain' },
    fix: /IngressRouteTCP/,
  },
  {
    name: 'v1 alone is served, and Traefik reads v1alpha2',
    objects: all(
      gateway(),
      route({ conditions: null }),
      WEB.replace(/gateway\.envoyproxy\.io\/\S+,/, 'traefik.io/gateway-controller,'),
    ),
    found: { code: 'gateway-route-not-read', object: TCP, field: 'status.parents', confidence: 'certain' },
    fix: /IngressRouteTCP/,
  },
  {
    name: 'HAProxy writes no status',
    objects: all(
      gateway(),
      route({ conditions: null }),
      WEB.replace(/gateway\.envoyproxy\.io\/\S+,/, 'haproxy.org/gateway-controller,'),
    ),
    found: 'skipped',
  },
  {
    name: 'one of two Gateways takes it',
    objects: all(
      gateway(),
      route({ parent: '{ name: other }, { name: public, sectionName: agents }' }).replace(
        /parentRef: \{ name: other \}, /,
        'parentRef: ',
      ),
    ),
    found: { ...NOT_ATTACHED, field: 'spec.parentRefs[0].name', confidence: 'possible' },
  },
  {
    name: 'the API may not be read',
    objects: CONTROLLER,
    facts: {
      exposures: [
        { name: 'gateway-api', unreadable: 'the permission is missing', namespaces: [], resources: [] },
      ],
    },
    found: 'skipped',
  },
]);

const REFUSED = { code: 'gateway-backend-refused', object: TCP, confidence: 'certain' } as const;
const REF = 'spec.rules[0].backendRefs[0]';
const to = (ref: string) => all(gateway(), route({ rules: `[{ backendRefs: [${ref}] }]` }));
const GRANT = (kind = 'TCPRoute', name = '') => `
kind: ReferenceGrant
metadata: { name: x, namespace: jenkins }
spec: { from: [{ group: gateway.networking.k8s.io, kind: ${kind}, namespace: edge }], to: [{ group: "", kind: Service${name} }] }`;
const ELSEWHERE = route({
  namespace: 'edge',
  rules: '[{ backendRefs: [{ name: main-agent, namespace: jenkins, port: 50000 }] }]',
});

controllerCases('gateway-backend', [
  { name: 'right', objects: to('{ name: main-agent, port: 50000 }'), found: null },
  {
    name: 'another port',
    objects: to('{ name: main-agent, port: 50001 }'),
    found: { ...REFUSED, field: `${REF}.port` },
  },
  {
    name: 'no such Service',
    objects: to('{ name: agent, port: 50000 }'),
    found: { ...REFUSED, field: `${REF}.name` },
  },
  {
    name: 'weight 0',
    objects: to('{ name: main-agent, port: 50000, weight: 0 }'),
    found: { ...REFUSED, field: `${REF}.weight` },
    fix: /"weight","value":1|weight","value":1/,
  },
  {
    name: 'the web port',
    objects: to('{ name: main, port: 8080 }'),
    facts: { agentPort: 50_000 },
    found: { ...REFUSED, code: 'alb-or-http-lb-on-50000', field: REF },
  },
  {
    name: 'D to the agent port',
    objects: all(gateway(), web('[{ backendRefs: [{ name: main-agent, port: 50000 }] }]')),
    found: { ...REFUSED, code: 'url-points-at-agent-port', object: 'HTTPRoute jenkins/web', field: REF },
  },
  {
    name: 'another namespace, no grant',
    objects: all(gateway(), ELSEWHERE),
    found: { ...REFUSED, object: 'TCPRoute edge/agents', field: `${REF}.namespace` },
    fix: /^apiVersion[\s\S]*kind: ReferenceGrant/,
  },
  { name: 'another namespace, a grant', objects: all(gateway(), ELSEWHERE, GRANT()), found: null },
  {
    name: 'a grant for another kind',
    objects: all(gateway(), ELSEWHERE, GRANT('HTTPRoute')),
    found: { ...REFUSED, object: 'TCPRoute edge/agents', field: `${REF}.namespace` },
  },
  {
    name: 'a grant for another Service',
    objects: all(gateway(), ELSEWHERE, GRANT('TCPRoute', ', name: other')),
    found: { ...REFUSED, object: 'TCPRoute edge/agents', field: `${REF}.namespace` },
  },
  {
    name: 'refused by the controller',
    objects: all(
      gateway(),
      route({
        conditions: `${condition('Accepted', 'True')}, ${condition('ResolvedRefs', 'False', 'InvalidKind')}`,
      }),
    ),
    found: { ...REFUSED, field: 'status.parents[].conditions[type=ResolvedRefs]' },
  },
  {
    name: 'a route of something else',
    objects: all(
      gateway(),
      WEB,
      route({
        rules: '[{ backendRefs: [{ name: database, port: 5432 }] }]',
        parent: '{ name: public, sectionName: web }',
      }),
    ),
    found: null,
  },
]);

controllerCases('gateway-listener-plain', [
  { name: 'TCP', objects: all(gateway(), route()), found: null },
  {
    name: 'TLS ended',
    objects: all(gateway({ agents: 'protocol: TLS, port: 50000' }), route()),
    found: { code: 'tls-terminated-on-50000', object: GATEWAY, field: 'spec.listeners[1].protocol' },
  },
  {
    name: 'HTTP',
    objects: all(gateway({ agents: 'protocol: HTTP, port: 50000' }), route()),
    found: { code: 'alb-or-http-lb-on-50000', object: GATEWAY, field: 'spec.listeners[1].protocol' },
  },
  {
    name: 'TLS passed through',
    objects: all(
      gateway({ agents: 'protocol: TLS, tls: { mode: Passthrough }, port: 50000' }),
      route({ kind: 'TLSRoute', spec: 'hostnames: [a.example.com]' }),
    ),
    found: { code: 'sni-needed-on-agent-port', object: 'TLSRoute jenkins/agents', field: 'spec.hostnames' },
    fix: /kind: TCPRoute/,
  },
]);

controllerCases('gateway-listener-ready', [
  { name: 'ready', objects: all(gateway(), route()), found: null },
  {
    name: 'the port is taken',
    objects: all(gateway({ listenerConditions: condition('Accepted', 'False', 'PortUnavailable') }), route()),
    found: {
      code: 'gateway-listener-not-ready',
      object: GATEWAY,
      field: 'status.listeners[name=agents].conditions[type=Accepted]',
    },
  },
  {
    name: 'no address',
    objects: all(gateway({ conditions: condition('Programmed', 'False', 'AddressNotAssigned') }), route()),
    found: {
      code: 'gateway-listener-not-ready',
      object: GATEWAY,
      field: 'status.conditions[type=Programmed]',
    },
  },
  {
    name: 'a conflict, of an older generation',
    objects: all(
      gateway({ listenerConditions: condition('Conflicted', 'True', 'HostnameConflict', OLD, 7) }),
      route(),
    ),
    found: null,
  },
  {
    name: 'a moment ago',
    objects: all(
      gateway({ listenerConditions: condition('Programmed', 'False', 'Invalid', YOUNG) }),
      route(),
    ),
    found: null,
  },
]);

controllerCases('gateway-address', [
  { name: 'the announced port', objects: all(gateway(), route(), WEB), found: null },
  {
    name: 'another port',
    objects: all(gateway({ agents: 'protocol: TCP, port: 9000' }), route(), WEB),
    found: {
      code: 'advertised-port-mismatch',
      object: GATEWAY,
      field: 'spec.listeners[1].protocol',
      confidence: 'possible',
    },
  },
  {
    name: 'two Gateways, two addresses',
    objects: all(
      gateway(),
      gateway({ name: 'l4', addresses: '203.0.113.10' }),
      route({ parent: '{ name: l4, sectionName: agents }' }),
      WEB,
    ),
    found: {
      code: 'advertised-host-wrong',
      object: 'Gateway jenkins/l4',
      field: 'status.addresses',
      confidence: 'possible',
    },
  },
]);

const match = (path: string, more = '') =>
  web(
    `[{ matches: [{ path: { type: PathPrefix, value: ${path} }${more} }], backendRefs: [{ name: main, port: 8080 }] }]`,
  );

controllerCases('gateway-paths', [
  { name: 'all paths', objects: all(gateway(), WEB), found: null },
  {
    name: 'webhooks alone',
    objects: all(gateway(), match('/github-webhook')),
    found: {
      code: 'listener-not-found',
      object: 'HTTPRoute jenkins/web',
      field: 'spec.rules[0].matches',
      confidence: 'certain',
    },
    fix: /\/tcpSlaveAgentListener/,
  },
  {
    name: 'discovery alone',
    objects: all(gateway(), match('/tcpSlaveAgentListener')),
    found: { code: 'ws-path-404', object: 'HTTPRoute jenkins/web', field: 'spec.rules[0].matches' },
  },
  {
    name: 'a header decides',
    objects: all(gateway(), match('/', ', headers: [{ name: a, value: b }]')),
    found: null,
  },
  {
    name: 'an Ingress takes the rest',
    objects: all(
      gateway(),
      match('/github-webhook'),
      `
kind: Ingress
metadata: { name: main }
spec: { rules: [{ host: jenkins.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: main, port: { number: 8080 } } } }] } }] }`,
    ),
    found: null,
  },
]);

controllerCases('gateway-settings', GATEWAY_SETTING_CASES['gateway-settings'] ?? []);

t.test('without a Gateway there is no word about one', async (t) => {
  const rules = inspectControllerCluster(controllerFacts(CONTROLLER)).map(({ rule }) => rule);
  t.same(
    rules.filter((rule) => rule.startsWith('gateway-')),
    [],
  );
});

const HOSTILE: readonly unknown[] = [
  null,
  1,
  'x'.repeat(256 * 1024),
  [],
  {},
  [null],
  [[]],
  true,
  { name: null },
];
const FIELDS = [
  'metadata',
  'spec',
  'status',
  'spec.parentRefs',
  'spec.rules',
  'spec.listeners',
  'status.parents',
  'spec.targetRefs',
  'spec.hostnames',
];

t.test('objects that were made to do harm: no crash, and nothing longer than a report', async (t) => {
  const facts = controllerFacts(policed('SecurityPolicy', AT_HTTP, 'oidc: {}'));
  for (const field of FIELDS) {
    for (const value of HOSTILE) {
      const given = structuredClone(facts) as unknown as {
        exposures: { resources: { items: Record<string, unknown>[] }[] }[];
      };
      for (const item of given.exposures
        .flatMap(({ resources }) => resources)
        .flatMap(({ items }) => items)) {
        const [first = '', second] = field.split('.');
        if (second === undefined) item[first] = value;
        else item[first] = { ...(item[first] as object), [second]: value };
      }
      const results = inspectControllerCluster(given as unknown as ControllerClusterFacts);
      t.ok(
        results.every(({ detail }) => detail.length < 5000),
        `${field}: ${String(value).slice(0, 20)}`,
      );
    }
  }
});

t.test('ten thousand routes are judged', async (t) => {
  const one = controllerFacts(all(gateway(), route()));
  const [exposure] = one.exposures ?? [];
  const [gateways, routes] = exposure?.resources ?? [];
  if (exposure === undefined || gateways === undefined || routes === undefined) throw new Error('no objects');
  const items = Array.from({ length: 10_000 }, () => routes.items[0]);
  const exposures = [{ ...exposure, resources: [gateways, { ...routes, items }] }];
  t.ok(inspectControllerCluster({ ...one, exposures }).length > 0);
});
