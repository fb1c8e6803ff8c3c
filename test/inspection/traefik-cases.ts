import { proxyOf, type RouteCases, withController } from './proxy-cases.ts';

const ARGS = [
  '--entryPoints.web.address=:8000/tcp',
  '--entryPoints.websecure.address=:8443/tcp',
  '--entryPoints.websecure.http.tls=true',
];
const AGENTS = '--entrypoints.agents.address=:50000/tcp';
const traefik = (args: readonly string[] = [...ARGS, AGENTS], ports = [80, 443, 50_000]) =>
  proxyOf({ image: 'docker.io/traefik:v3.7.0', args, ports, targets: [8000, 8443, 50_000] });

interface TcpParts {
  readonly entryPoints?: string | null;
  readonly match?: string;
  readonly tls?: string | null;
  readonly service?: string;
  readonly middlewares?: string;
}
const tcp = ({
  entryPoints = '[agents]',
  match = 'HostSNI(`*`)',
  tls = null,
  service = '{ name: main-agent, port: 50000 }',
  middlewares = '[]',
}: TcpParts = {}) => `
kind: IngressRouteTCP
metadata: { name: agents }
spec:
  ${entryPoints === null ? '' : `entryPoints: ${entryPoints}`}
  ${tls === null ? '' : `tls: ${tls}`}
  routes: [{ match: '${match}', middlewares: ${middlewares}, services: [${service}] }]
`;
const web = (rest = '', match = 'Host(`jenkins.example.com`)', service = '{ name: main, port: 8080 }') => `
kind: IngressRoute
metadata: { name: web }
spec:
  entryPoints: [websecure]
  tls: {}
  routes: [{ match: '${match}', services: [${service}]${rest} }]
`;
const plain = (entryPoint: string) =>
  web().replace('[websecure]', `[${entryPoint}]`).replace('  tls: {}\n', '');
const behind = (spec: string) => [
  web(', middlewares: [{ name: m }]'),
  `kind: Middleware\nmetadata: { name: m }\nspec: ${spec}`,
];
const tcpBehind = (spec: string) => [
  tcp({ middlewares: '[{ name: m }]' }),
  `kind: MiddlewareTCP\nmetadata: { name: m }\nspec: ${spec}`,
];
const all = (...objects: readonly string[]) => withController(traefik(), ...objects);
const TCP = 'IngressRouteTCP jenkins/agents';
const MIDDLEWARE = { object: 'Middleware jenkins/m', confidence: 'certain' } as const;

export const TRAEFIK_CASES: RouteCases = {
  'proxy-route-attached': [
    { name: 'Traefik: an entry point of the arguments', objects: all(tcp(), web()), found: null },
    {
      name: 'Traefik: the second of two has the entry point',
      objects: withController(traefik(ARGS), traefik().replaceAll('proxy', 'second'), tcp()),
      found: null,
    },
    {
      name: 'Traefik: no such entry point',
      objects: withController(traefik(ARGS), tcp()),
      found: {
        code: 'proxy-port-not-published',
        object: TCP,
        field: 'spec.entryPoints[0]',
        actual: 'agents: Deployment ingress-nginx/proxy has no such entry point',
        confidence: 'certain',
      },
      fix: /ports: \{ agents: \{ port: 50000/,
    },
    {
      name: 'Traefik: no such entry point in the arguments, and there is a file',
      objects: withController(traefik([...ARGS, '--configFile=/etc/traefik/traefik.yml']), tcp()),
      found: {
        code: 'proxy-port-not-published',
        object: TCP,
        field: 'spec.entryPoints[0]',
        confidence: 'likely',
      },
    },
    {
      name: 'Traefik: an entry point for UDP',
      objects: withController(traefik([...ARGS, '--entryPoints.agents.address=:50000/udp']), tcp()),
      found: { code: 'proxy-port-not-published', object: TCP, field: 'spec.entryPoints[0]' },
    },
    { name: 'Traefik: its workload was not read', objects: withController(tcp()), found: 'skipped' },
  ],
  'proxy-listener-ready': [
    { name: 'Traefik: the Service carries the port', objects: all(tcp()), found: null },
    {
      name: 'Traefik: the Service lacks the port',
      objects: withController(traefik([...ARGS, AGENTS], [80, 443]), tcp()),
      found: {
        code: 'proxy-port-not-published',
        object: 'Service ingress-nginx/proxy',
        field: 'spec.ports',
        confidence: 'certain',
      },
      fix: /exposedPort: 50000[\s\S]*"targetPort":50000/,
    },
    {
      name: 'Traefik: the pods are on the network of the node',
      objects: withController(
        traefik([...ARGS, AGENTS], [80, 443]).replace(
          'spec: { containers',
          'spec: { hostNetwork: true, containers',
        ),
        tcp(),
      ),
      found: null,
    },
  ],
  'proxy-listener-plain': [
    { name: 'Traefik: HostSNI of everything without tls', objects: all(tcp()), found: null },
    {
      name: 'Traefik: a server name without tls',
      objects: all(tcp({ match: 'HostSNI(`jenkins.example.com`)' })),
      found: {
        code: 'sni-needed-on-agent-port',
        object: TCP,
        field: 'spec.routes[0].match',
        confidence: 'certain',
      },
      fix: /HostSNI\(`\*`\)/,
    },
    {
      name: 'Traefik: tls passed through',
      objects: all(tcp({ tls: '{ passthrough: true }' })),
      found: { code: 'sni-needed-on-agent-port', object: TCP, field: 'spec.routes[0].match' },
      fix: /"op":"remove","path":"\/spec\/tls"/,
    },
    {
      name: 'Traefik: tls ended',
      objects: all(tcp({ tls: '{ secretName: jenkins }' })),
      found: { code: 'tls-terminated-on-50000', object: TCP, field: 'spec.routes[0].match' },
    },
  ],
  'proxy-web-port-free': [
    { name: 'Traefik: an entry point of its own', objects: all(tcp(), plain('web')), found: null },
    {
      name: 'Traefik: the entry point of the web port',
      objects: all(tcp({ entryPoints: '[web]' }), plain('web')),
      found: {
        code: 'tcp-route-takes-web-port',
        object: TCP,
        field: 'spec.entryPoints[0]',
        confidence: 'certain',
      },
      fix: /"value":\["agents"\]/,
    },
    {
      name: 'Traefik: the entry point of the web port, which speaks TLS',
      objects: all(tcp({ entryPoints: '[websecure]' }), web()),
      found: null,
    },
    {
      name: 'Traefik: every entry point',
      objects: all(tcp({ entryPoints: null }), web()),
      found: {
        code: 'tcp-route-takes-web-port',
        object: TCP,
        field: 'spec.entryPoints',
        confidence: 'likely',
      },
    },
  ],
  'proxy-backend': [
    { name: 'Traefik: right Services', objects: all(tcp(), web()), found: null },
    {
      name: 'Traefik: no such Service',
      objects: all(tcp({ service: '{ name: mian-agent, port: 50000 }' })),
      found: {
        code: 'ingress-no-backend-503',
        object: TCP,
        field: 'spec.routes[0].services[0].name',
        confidence: 'certain',
      },
      fix: /"value":"main-agent"/,
    },
    {
      name: 'Traefik: no such port',
      objects: all(tcp({ service: '{ name: main-agent, port: 50001 }' })),
      found: { code: 'ingress-no-backend-503', object: TCP, field: 'spec.routes[0].services[0].port' },
    },
    {
      name: 'Traefik: the web port for agents',
      objects: all(tcp({ service: '{ name: main, port: 8080 }' })),
      found: { code: 'alb-or-http-lb-on-50000', object: TCP, field: 'spec.routes[0].services[0]' },
    },
    {
      name: 'Traefik: the agent port for requests',
      objects: all(web('', 'Host(`jenkins.example.com`)', '{ name: main-agent, port: agent-listener }')),
      found: {
        code: 'url-points-at-agent-port',
        object: 'IngressRoute jenkins/web',
        field: 'spec.routes[0].services[0]',
      },
    },
    {
      name: 'Traefik: a Service of another namespace',
      objects: all(
        tcp({ service: '{ name: main-agent, namespace: jenkins, port: 50000 }' }).replace(
          '{ name: agents }',
          '{ name: agents, namespace: edge }',
        ),
      ),
      found: {
        code: 'gateway-backend-refused',
        object: 'IngressRouteTCP edge/agents',
        field: 'spec.routes[0].services[0].namespace',
        confidence: 'likely',
      },
    },
    {
      name: 'Traefik: a Service of another namespace, which is allowed',
      objects: withController(
        traefik([...ARGS, AGENTS, '--providers.kubernetescrd.allowCrossNamespace=true']),
        tcp({ service: '{ name: main-agent, namespace: jenkins, port: 50000 }' }).replace(
          '{ name: agents }',
          '{ name: agents, namespace: edge }',
        ),
      ),
      found: null,
    },
  ],
  'proxy-address': [
    { name: 'Traefik: the port that Jenkins announces', objects: all(tcp(), web()), found: null },
    {
      name: 'Traefik: another port',
      objects: withController(
        traefik([...ARGS, '--entryPoints.agents.address=:50001'], [80, 443, 50_001]).replace(
          '"targetPort":50000',
          '"targetPort":50001',
        ),
        tcp(),
      ),
      found: {
        code: 'advertised-port-mismatch',
        object: TCP,
        field: 'spec.entryPoints[0]',
        confidence: 'possible',
      },
      fix: /203\.0\.113\.9:50001/,
    },
    {
      name: 'Traefik: another address than that of the Gateway for requests',
      objects: all(
        tcp(),
        `kind: Gateway
metadata: { name: g }
spec: { listeners: [{ name: web, port: 443, protocol: HTTPS }] }
status: { addresses: [{ value: 203.0.113.7 }] }`,
        `kind: HTTPRoute
metadata: { name: web }
spec: { parentRefs: [{ name: g }], rules: [{ backendRefs: [{ name: main, port: 8080 }] }] }`,
      ),
      found: {
        code: 'advertised-host-wrong',
        object: TCP,
        field: 'status.addresses',
        confidence: 'possible',
      },
    },
  ],
  'proxy-paths': [
    { name: 'Traefik: every path', objects: all(web()), found: null },
    {
      name: 'Traefik: the path of agents is missing',
      objects: all(web('', 'Host(`jenkins.example.com`) && PathPrefix(`/github-webhook`)')),
      found: {
        code: 'listener-not-found',
        object: 'IngressRoute jenkins/web',
        field: 'spec.routes[0].match',
        actual: 'PathPrefix(/github-webhook)',
      },
      fix: /PathPrefix\(`\/tcpSlaveAgentListener\/`\)/,
    },
    {
      name: 'Traefik: the path of WebSocket is missing',
      objects: all(
        web('', 'Host(`jenkins.example.com`) && (PathPrefix(`/tcpSlaveAgentListener`) || Path(`/login`))'),
      ),
      found: { code: 'ws-path-404', object: 'IngressRoute jenkins/web', field: 'spec.routes[0].match' },
    },
    {
      name: 'Traefik: a rule that is not understood may take it',
      objects: all(web('', 'Host(`jenkins.example.com`) && PathRegexp(`^/(tcp|ws)`)')),
      found: null,
    },
  ],
  'proxy-settings': [
    { name: 'Traefik: nothing in the way', objects: all(tcp(), web()), found: null },
    ...(
      [
        ['a login', '{ forwardAuth: { address: "http://auth" } }', 'sso-or-login-in-front', 'forwardAuth'],
        ['a stripped path', '{ stripPrefix: { prefixes: [/x] } }', 'wrong-context-path', 'stripPrefix'],
        [
          'an empty header',
          '{ headers: { customResponseHeaders: { X-Jenkins: "" } } }',
          'headers-stripped-by-proxy',
          'headers.customResponseHeaders',
        ],
        [
          'a header of the agent',
          '{ headers: { customRequestHeaders: { Secret-Key: "" } } }',
          'ws-custom-headers-stripped',
          'headers.customRequestHeaders',
        ],
        [
          'a redirect',
          '{ redirectRegex: { regex: x, permanent: true } }',
          'discovery-redirect-only',
          'redirectRegex',
        ],
        [
          'an allow-list',
          '{ ipAllowList: { sourceRange: [10.0.0.0/8] } }',
          'ip-allowlist-403',
          'ipAllowList.sourceRange',
        ],
      ] as const
    ).map(([name, spec, code, field]) => ({
      name: `Traefik: ${name}`,
      objects: all(...behind(spec)),
      found: {
        ...MIDDLEWARE,
        code,
        field: `spec.${field}`,
        ...(code === 'ip-allowlist-403' ? { confidence: 'possible' as const } : {}),
        ...(code === 'wrong-context-path' || code === 'ws-custom-headers-stripped'
          ? { confidence: 'likely' as const }
          : {}),
      },
    })),
    {
      name: 'Traefik: a redirect to https, and agents use https',
      objects: all(...behind('{ redirectScheme: { scheme: https } }')),
      found: null,
    },
    {
      name: 'Traefik: a login in a chain of another name',
      objects: all(
        web(', middlewares: [{ name: jenkins-chain@kubernetescrd }]'),
        'kind: Middleware\nmetadata: { name: chain }\nspec: { chain: { middlewares: [{ name: chain }, { name: m }] } }',
        'kind: Middleware\nmetadata: { name: m }\nspec: { basicAuth: { secret: s } }',
      ),
      found: { ...MIDDLEWARE, code: 'sso-or-login-in-front', field: 'spec.basicAuth' },
    },
    {
      name: 'Traefik: the entry point redirects to https, and agents use http',
      objects: withController(
        traefik([...ARGS, '--entryPoints.web.http.redirections.entryPoint.to=websecure']),
        plain('web'),
      ),
      facts: { url: 'http://jenkins.example.com/' },
      found: {
        code: 'discovery-redirect-only',
        object: 'Deployment ingress-nginx/proxy',
        field: 'args[--entryPoints.web.http.redirections.entryPoint.to]',
        confidence: 'certain',
      },
    },
    {
      name: 'Traefik: a PROXY header',
      objects: all(tcp({ service: '{ name: main-agent, port: 50000, proxyProtocol: { version: 2 } }' })),
      found: {
        code: 'proxy-protocol-injected',
        object: TCP,
        field: 'spec.routes[0].services[0].proxyProtocol',
        confidence: 'certain',
      },
    },
    {
      name: 'Traefik: a PROXY header of a transport, by an empty object',
      objects: all(
        tcp({ service: '{ name: main-agent, port: 50000, serversTransport: t }' }),
        'kind: ServersTransportTCP\nmetadata: { name: t }\nspec: { proxyProtocol: {} }',
      ),
      found: {
        code: 'proxy-protocol-injected',
        object: 'ServersTransportTCP jenkins/t',
        field: 'spec.proxyProtocol',
      },
    },
    {
      name: 'Traefik: TLS to the agent port',
      objects: all(tcp({ service: '{ name: main-agent, port: 50000, tls: true }' })),
      found: { code: 'tls-terminated-on-50000', object: TCP, field: 'spec.routes[0].services[0].tls' },
    },
    {
      name: 'Traefik: an allow-list on the agent port',
      objects: all(...tcpBehind('{ ipAllowList: { sourceRange: [192.0.2.0/24] } }')),
      found: {
        code: 'l4-accept-then-close',
        object: 'MiddlewareTCP jenkins/m',
        field: 'spec.ipAllowList.sourceRange',
        confidence: 'possible',
      },
    },
    {
      name: 'Traefik: an allow-list with every address',
      objects: all(...behind('{ ipAllowList: { sourceRange: ["::/0", " 0.0.0.0/0"] } }')),
      found: null,
    },
    {
      name: 'Traefik: a login of the entry point',
      objects: withController(
        traefik([...ARGS, '--entryPoints.websecure.http.middlewares=jenkins-m@kubernetescrd']),
        web(),
        'kind: Middleware\nmetadata: { name: m }\nspec: { basicAuth: { secret: s } }',
      ),
      found: { ...MIDDLEWARE, code: 'sso-or-login-in-front', field: 'spec.basicAuth' },
    },
    {
      name: 'Traefik: one connection from an address',
      objects: all(...tcpBehind('{ inFlightConn: { amount: 1 } }')),
      found: {
        code: 'agent-port-refused',
        object: 'MiddlewareTCP jenkins/m',
        field: 'spec.inFlightConn.amount',
        confidence: 'possible',
      },
    },
    {
      name: 'Traefik: many connections',
      objects: all(...tcpBehind('{ inFlightConn: { amount: 500 } }')),
      found: null,
    },
  ],
};
