import { proxyOf, type RouteCases, withController } from './proxy-cases.ts';

const proxy = (ports = [80, 443, 50_000]) => proxyOf({ image: 'auto', args: [], ports });
const gateway = (agents = 'port: { number: 50000, name: tcp-agents, protocol: TCP }, hosts: ["*"]') => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public }
spec:
  selector: { app: proxy }
  servers:
    - { port: { number: 80, name: http, protocol: HTTP }, hosts: [jenkins.example.com] }
    - { ${agents} }
`;
const service = (routes: string, gateways = '[public]') => `
kind: VirtualService
metadata: { name: jenkins }
spec: { hosts: [jenkins.example.com], gateways: ${gateways}, ${routes} }
`;
const tcp = (host = 'main-agent', port = 50_000, match = '[{ port: 50000 }]') =>
  `tcp: [{ match: ${match}, route: [{ destination: { host: ${host}, port: { number: ${port} } } }] }]`;
const http = (rest = '', host = 'main.jenkins.svc.cluster.local', port = 8080) =>
  `http: [{ route: [{ destination: { host: ${host}, port: { number: ${port} } } }]${rest} }]`;
const all = (...objects: readonly string[]) => withController(proxy(), gateway(), ...objects);
const rule = (policy: string, host = 'main-agent') => `
kind: DestinationRule
metadata: { name: d }
spec: { host: ${host}, trafficPolicy: ${policy} }
`;
const VIRTUAL = 'VirtualService jenkins/jenkins';
const RULE = { object: 'DestinationRule jenkins/d', confidence: 'certain' } as const;

export const ISTIO_CASES: RouteCases = {
  'mesh-route-attached': [
    { name: 'Istio: a server of the Gateway', objects: all(service(tcp())), found: null },
    {
      name: 'Istio: no server with that port',
      objects: all(service(tcp('main-agent', 50_000, '[{ port: 50001 }]'))),
      found: {
        code: 'proxy-port-not-published',
        object: VIRTUAL,
        field: 'spec.tcp[0].match',
        confidence: 'certain',
      },
      fix: /gateways\.networking\.istio\.io public.*"protocol":"TCP"/,
    },
    {
      name: 'Istio: no such Gateway',
      objects: all(service(tcp(), '[pubilc]')),
      found: { code: 'proxy-port-not-published', object: VIRTUAL, field: 'spec.gateways[0]' },
    },
    {
      name: 'Istio: no server with that host',
      objects: all(service(http()).replace('jenkins.example.com', 'ci.example.com')),
      found: { code: 'listener-not-found', object: VIRTUAL, field: 'spec.hosts', confidence: 'certain' },
      fix: /add ci\.example\.com to spec\.servers/,
    },
    {
      name: 'Istio: a host of its own namespace at the server',
      objects: all(service(http())).replace('hosts: [jenkins.example.com] }', "hosts: ['./*.example.com'] }"),
      found: null,
    },
    {
      name: 'Istio: a Gateway of a namespace that was not read',
      objects: all(service(tcp(), '[infra/public]')),
      found: 'skipped',
    },
  ],
  'mesh-listener-ready': [
    { name: 'Istio: the Service of the gateway has the port', objects: all(service(tcp())), found: null },
    {
      name: 'Istio: it lacks the port',
      objects: withController(proxy([80, 443]), gateway(), service(tcp())),
      found: { code: 'proxy-port-not-published', object: 'Service ingress-nginx/proxy', field: 'spec.ports' },
      fix: /tcp-agents/,
    },
    {
      name: 'Istio: the port of the Service leads to another of the pods',
      objects: withController(
        proxyOf({ image: 'auto', args: [], ports: [80, 50_000], targets: [8080, 15_050] }),
        gateway(),
        service(tcp()),
      ),
      found: null,
    },
  ],
  'mesh-listener-plain': [
    { name: 'Istio: TCP', objects: all(service(tcp())), found: null },
    {
      name: 'Istio: a server of HTTP',
      objects: withController(
        proxy(),
        gateway('port: { number: 50000, name: agents, protocol: HTTP }, hosts: ["*"]'),
        service(tcp()),
      ),
      found: {
        code: 'alb-or-http-lb-on-50000',
        object: 'Gateway jenkins/public',
        field: 'spec.servers[1].port.protocol',
        confidence: 'certain',
      },
      fix: /"value":"TCP"/,
    },
    {
      name: 'Istio: a server that ends TLS',
      objects: withController(
        proxy(),
        gateway('port: { number: 50000, name: tls, protocol: TLS }, tls: { mode: SIMPLE }, hosts: ["*"]'),
        service(tcp()),
      ),
      found: {
        code: 'tls-terminated-on-50000',
        object: 'Gateway jenkins/public',
        field: 'spec.servers[1].port.protocol',
      },
    },
    {
      name: 'Istio: by a server name',
      objects: withController(
        proxy(),
        gateway(
          'port: { number: 50000, name: tls, protocol: TLS }, tls: { mode: PASSTHROUGH }, hosts: ["*"]',
        ),
        service(
          tcp()
            .replace('tcp:', 'tls:')
            .replace('port: 50000 }]', 'port: 50000, sniHosts: [jenkins.example.com] }]'),
        ),
      ),
      found: {
        code: 'sni-needed-on-agent-port',
        object: VIRTUAL,
        field: 'spec.tls[0].match',
        confidence: 'certain',
      },
      fix: /"path":"\/spec\/tcp"/,
    },
  ],
  'mesh-backend': [
    { name: 'Istio: right Services', objects: all(service(`${tcp()}, ${http()}`)), found: null },
    {
      name: 'Istio: no such port',
      objects: all(service(tcp('main-agent', 50_001))),
      found: {
        code: 'ingress-no-backend-503',
        object: VIRTUAL,
        field: 'spec.tcp[0].route[0].destination.port',
        confidence: 'certain',
      },
    },
    {
      name: 'Istio: the web port for agents',
      objects: all(service(tcp('main', 8080))),
      found: {
        code: 'alb-or-http-lb-on-50000',
        object: VIRTUAL,
        field: 'spec.tcp[0].route[0].destination',
      },
    },
    {
      name: 'Istio: the agent port for requests',
      objects: all(service(http('', 'main-agent', 50_000))),
      found: {
        code: 'url-points-at-agent-port',
        object: VIRTUAL,
        field: 'spec.http[0].route[0].destination',
      },
    },
    { name: 'Istio: a host outside', objects: all(service(http('', 'www.example.com', 80))), found: null },
  ],
  'mesh-address': [
    { name: 'Istio: the port that Jenkins announces', objects: all(service(tcp())), found: null },
    {
      name: 'Istio: another port',
      objects: withController(
        proxy([80, 443, 50_001]),
        gateway('port: { number: 50001, name: tcp, protocol: TCP }, hosts: ["*"]'),
        service(tcp('main-agent', 50_000, '[{ port: 50001 }]')),
      ),
      found: {
        code: 'advertised-port-mismatch',
        object: 'Gateway jenkins/public',
        field: 'spec.servers[1].port.protocol',
      },
    },
    {
      name: 'Istio: another address than that of the Gateway for requests',
      objects: withController(
        proxy(),
        gateway(),
        service(tcp()),
        `kind: Gateway
metadata: { name: g }
spec: { listeners: [{ name: web, port: 443, protocol: HTTPS }] }
status: { addresses: [{ value: 203.0.113.7 }] }`,
        `kind: HTTPRoute
metadata: { name: web }
spec: { parentRefs: [{ name: g }], rules: [{ backendRefs: [{ name: main, port: 8080 }] }] }`,
      ),
      found: { code: 'advertised-host-wrong', object: 'Gateway jenkins/public', field: 'status.addresses' },
    },
  ],
  'mesh-paths': [
    { name: 'Istio: every path', objects: all(service(http())), found: null },
    {
      name: 'Istio: the path of agents is missing',
      objects: all(service(http(', match: [{ uri: { prefix: /github-webhook } }]'))),
      found: { code: 'listener-not-found', object: VIRTUAL, field: 'spec.http[0].match[0]' },
    },
    {
      name: 'Istio: the path of WebSocket is missing',
      objects: all(service(http(', match: [{ uri: { prefix: /tcpSlaveAgentListener/ } }]'))),
      found: { code: 'ws-path-404', object: VIRTUAL, field: 'spec.http[0].match[0]' },
    },
  ],
  'mesh-settings': [
    { name: 'Istio: nothing in the way', objects: all(service(`${tcp()}, ${http()}`)), found: null },
    ...(
      [
        ['a rewrite', 'rewrite: { uri: /x }', 'wrong-context-path', 'rewrite', 'likely'],
        [
          'a redirect',
          'redirect: { uri: /x, redirectCode: 308 }',
          'discovery-redirect-only',
          'redirect',
          'certain',
        ],
        [
          'a header of Jenkins removed',
          'headers: { response: { remove: [X-Jenkins] } }',
          'headers-stripped-by-proxy',
          'headers.response',
          'certain',
        ],
        [
          'a header of the agent removed',
          'headers: { request: { remove: [Secret-Key] } }',
          'ws-custom-headers-stripped',
          'headers.request',
          'likely',
        ],
      ] as const
    ).map(([name, part, code, field, confidence]) => ({
      name: `Istio: ${name}`,
      objects: all(service(http(`, ${part}`))),
      found: { code, object: VIRTUAL, field: `spec.http[0].${field}`, confidence },
    })),
    {
      name: 'Istio: TLS to the agent port',
      objects: all(service(tcp()), rule('{ tls: { mode: SIMPLE } }')),
      found: { ...RULE, code: 'tls-terminated-on-50000', field: 'spec.trafficPolicy.tls.mode' },
    },
    {
      name: 'Istio: TLS to the web port',
      objects: all(service(http()), rule('{ tls: { mode: SIMPLE } }', 'main')),
      found: {
        ...{ code: 'tls-not-spoken', object: 'DestinationRule jenkins/d' },
        ...{ field: 'spec.trafficPolicy.tls.mode', confidence: 'likely' },
      },
    },
    {
      name: "Istio: the mesh's own TLS",
      objects: all(service(tcp()), rule('{ tls: { mode: ISTIO_MUTUAL } }')),
      found: null,
    },
    {
      name: 'Istio: the port has settings of its own',
      objects: all(
        service(tcp()),
        rule(
          '{ tls: { mode: SIMPLE }, portLevelSettings: [{ port: { number: 50000 }, tls: { mode: DISABLE } }] }',
        ),
      ),
      found: null,
    },
    {
      name: 'Istio: a PROXY header',
      objects: all(service(tcp()), rule('{ proxyProtocol: { version: V2 } }')),
      found: { ...RULE, code: 'proxy-protocol-injected', field: 'spec.trafficPolicy.proxyProtocol' },
    },
    {
      name: 'Istio: quiet connections cut',
      objects: all(service(tcp()), rule('{ connectionPool: { tcp: { idleTimeout: 300s } } }')),
      found: {
        ...RULE,
        code: 'lb-idle-timeout-tcp',
        field: 'spec.trafficPolicy.connectionPool.tcp.idleTimeout',
      },
    },
    {
      name: 'Istio: old connections cut',
      objects: all(service(tcp()), rule('{ connectionPool: { tcp: { maxConnectionDuration: 24h } } }')),
      found: {
        ...RULE,
        code: 'max-duration-cuts-channels',
        field: 'spec.trafficPolicy.connectionPool.tcp.maxConnectionDuration',
      },
    },
  ],
};

const IN_MESH = withController().replace(
  'containers: [{',
  'initContainers: [{ name: istio-proxy }], containers: [{',
);
const annotated = (annotation: string) =>
  IN_MESH.replace('name: main-0,', `name: main-0, annotations: { traffic.sidecar.istio.io/${annotation} },`);
const agent = (containers = '[{ name: jnlp }]') => `
---
kind: Pod
metadata: { name: agent, labels: { jenkins: slave } }
spec: { containers: ${containers} }
`;
const peer = (spec: string, namespace = 'jenkins') => `
---
kind: PeerAuthentication
metadata: { name: p, namespace: ${namespace} }
spec: ${spec}
`;
const STRICT = { code: 'mesh-strict-mtls', object: 'PeerAuthentication jenkins/p' } as const;
const policy = (spec: string) => `
---
kind: AuthorizationPolicy
metadata: { name: a }
spec: ${spec}
`;
const DENIED = {
  code: 'mesh-policy-denies-port',
  object: 'AuthorizationPolicy jenkins/a',
  confidence: 'certain',
} as const;

export const MESH_POLICY_CASES: RouteCases = {
  'mesh-takes-plain-tcp': [
    {
      name: 'an agent outside the mesh, and STRICT',
      objects: IN_MESH + agent() + peer('{ mtls: { mode: STRICT } }'),
      found: { ...STRICT, field: 'spec.mtls.mode', confidence: 'certain' },
      fix: /portLevelMtls: \{ "50000": \{ mode: PERMISSIVE \} \}/,
    },
    {
      name: 'the same for the whole mesh',
      objects: IN_MESH + agent() + peer('{ mtls: { mode: STRICT } }', 'istio-system'),
      found: {
        code: 'mesh-strict-mtls',
        object: 'PeerAuthentication istio-system/p',
        field: 'spec.mtls.mode',
      },
    },
    {
      name: 'the port is STRICT',
      objects:
        IN_MESH +
        agent() +
        peer('{ selector: { matchLabels: { app: jenkins } }, portLevelMtls: { "50000": { mode: STRICT } } }'),
      found: { ...STRICT, field: 'spec.portLevelMtls["50000"].mode' },
    },
    {
      name: 'the port is PERMISSIVE',
      objects:
        IN_MESH +
        agent() +
        peer(
          '{ selector: { matchLabels: { app: jenkins } }, mtls: { mode: STRICT }, portLevelMtls: { "50000": { mode: PERMISSIVE } } }',
        ),
      found: null,
    },
    {
      name: 'an agent in the mesh',
      objects:
        IN_MESH + agent('[{ name: jnlp }, { name: istio-proxy }]') + peer('{ mtls: { mode: STRICT } }'),
      found: null,
    },
    {
      name: 'a load balancer that leads to the pod',
      objects:
        IN_MESH.replace('name: main-agent }\nspec: {', 'name: main-agent }\nspec: { type: LoadBalancer,') +
        peer('{ mtls: { mode: STRICT } }'),
      found: { ...STRICT, field: 'spec.mtls.mode', confidence: 'likely' },
    },
    { name: 'PERMISSIVE', objects: IN_MESH + agent() + peer('{ mtls: { mode: PERMISSIVE } }'), found: null },
  ],
  'mesh-policy-allows-port': [
    { name: 'no policy', objects: IN_MESH + peer('{}'), found: null },
    {
      name: 'a port that the sidecar takes by name',
      objects: annotated('includeInboundPorts: "8080, 50000"') + policy('{ action: DENY, rules: [{}] }'),
      found: { ...DENIED, field: 'spec.rules[0].to' },
    },
    {
      name: 'a policy with fields of HTTP alone',
      objects: IN_MESH + policy('{ rules: [{ to: [{ operation: { methods: [GET], ports: ["50000"] } }] }] }'),
      found: { ...DENIED, field: 'spec.rules' },
      fix: /ports: \["50000"\]/,
    },
    { name: 'an empty policy', objects: IN_MESH + policy('{}'), found: { ...DENIED, field: 'spec.rules' } },
    {
      name: 'another port',
      objects: IN_MESH + policy('{ rules: [{ to: [{ operation: { ports: ["8080"] } }] }] }'),
      found: { ...DENIED, field: 'spec.rules' },
    },
    {
      name: 'the port, from some namespaces',
      objects:
        IN_MESH +
        policy(
          '{ rules: [{ from: [{ source: { namespaces: [agents] } }], to: [{ operation: { ports: ["50000"] } }] }] }',
        ),
      found: null,
    },
    {
      name: 'the port, from namespaces that no agent is in',
      objects:
        IN_MESH +
        agent('[{ name: jnlp }, { name: istio-proxy }]') +
        policy(
          '{ rules: [{ from: [{ source: { namespaces: [agents] } }], to: [{ operation: { ports: ["50000"] } }] }] }',
        ),
      found: {
        ...DENIED,
        field: 'spec.rules',
        actual:
          '1 ALLOW policy selects the controller, and no rule for port 50000 allows Pod jenkins/agent (namespace jenkins, account default)',
        confidence: 'likely',
      },
    },
    {
      name: 'the port, from the namespace of an agent outside the mesh',
      objects: IN_MESH + agent() + policy('{ rules: [{ from: [{ source: { namespaces: [jenkins] } }] }] }'),
      found: { ...DENIED, field: 'spec.rules', confidence: 'likely' },
    },
    ...[
      '{ source: { namespaces: [jenkins] } }',
      '{ source: { principals: ["cluster.local/ns/jenkins/sa/default"] } }',
      '{ source: { principals: ["*/sa/default"] } }',
      '{ source: { principals: ["cluster.local/*"] } }',
      '{ source: { notNamespaces: [shop] } }',
      '{ source: { ipBlocks: [10.0.0.0/8] } }',
      '{ source: { remoteIpBlocks: [10.0.0.0/8] } }',
      '{ source: { namespaces: [shop] } }, { source: { namespaces: ["jen*"] } }',
    ].map((from) => ({
      name: `the port, from an agent of the mesh: ${from}`,
      objects:
        IN_MESH +
        agent('[{ name: jnlp }, { name: istio-proxy }]') +
        policy(`{ rules: [{ from: [${from}], to: [{ operation: { notPorts: ["8080"] } }] }] }`),
      found: null,
    })),
    {
      name: 'every port but this one',
      objects: IN_MESH + policy('{ rules: [{ to: [{ operation: { notPorts: ["50000"] } }] }] }'),
      found: { ...DENIED, field: 'spec.rules' },
    },
    {
      name: 'another port, by a condition',
      objects: IN_MESH + policy('{ rules: [{ when: [{ key: destination.port, values: ["8080"] }] }] }'),
      found: { ...DENIED, field: 'spec.rules' },
    },
    {
      name: 'DENY of the port',
      objects: IN_MESH + policy('{ action: DENY, rules: [{ to: [{ operation: { ports: ["50000"] } }] }] }'),
      found: { ...DENIED, field: 'spec.rules[0].to' },
      fix: /remove 50000 from the ports/,
    },
    {
      name: 'DENY of every port but the web port',
      objects: IN_MESH + policy('{ action: DENY, rules: [{ to: [{ operation: { notPorts: ["8080"] } }] }] }'),
      found: { ...DENIED, field: 'spec.rules[0].to' },
    },
    {
      name: 'DENY of every port but the agent port',
      objects:
        IN_MESH + policy('{ action: DENY, rules: [{ to: [{ operation: { notPorts: ["50000"] } }] }] }'),
      found: null,
    },
    {
      name: 'DENY of those who do not show who they are',
      objects:
        IN_MESH +
        agent() +
        policy('{ action: DENY, rules: [{ from: [{ source: { notPrincipals: ["*"] } }] }] }'),
      found: { ...DENIED, field: 'spec.rules[0].to', confidence: 'likely' },
    },
    {
      name: 'DENY of another namespace',
      objects:
        IN_MESH +
        agent('[{ name: jnlp }, { name: istio-proxy }]') +
        policy('{ action: DENY, rules: [{ from: [{ source: { namespaces: [shop] } }] }] }'),
      found: null,
    },
    {
      name: 'DENY with fields of HTTP and without ports',
      objects: IN_MESH + policy('{ action: DENY, rules: [{ to: [{ operation: { methods: [DELETE] } }] }] }'),
      found: { ...DENIED, field: 'spec.rules[0].to' },
    },
    {
      name: 'DENY for the web port',
      objects:
        IN_MESH +
        policy('{ action: DENY, rules: [{ to: [{ operation: { methods: [DELETE], ports: ["8080"] } }] }] }'),
      found: null,
    },
    {
      name: 'a policy for other pods',
      objects: IN_MESH + policy('{ selector: { matchLabels: { app: other } } }'),
      found: null,
    },
  ],
};
