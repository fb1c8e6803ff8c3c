import { proxyOf, type RouteCases, withController } from './proxy-cases.ts';

const ARGS = ['-nginx-configmaps=$(POD_NAMESPACE)/nginx', '-global-configuration=ingress-nginx/global'];
const f5 = (args = ARGS, ports = [80, 443, 50_000]) =>
  proxyOf({ image: 'nginx/nginx-ingress:5.5.4', args, ports });
const GLOBAL = `
kind: GlobalConfiguration
metadata: { name: global, namespace: ingress-nginx }
spec: { listeners: [{ name: agents, port: 50000, protocol: TCP }] }
`;
const server = (
  spec = '',
  { service = 'main-agent', port = 50_000, state = 'Valid', listener = 'agents' } = {},
) => `
kind: TransportServer
metadata: { name: agents }
spec: { listener: { name: ${listener}, protocol: TCP }, upstreams: [{ name: a, service: ${service}, port: ${port} }], action: { pass: a }${spec} }
status: { state: ${state}, reason: Rejected, message: "" }
`;
const virtual = (route: string, spec = '') => `
kind: VirtualServer
metadata: { name: web }
spec: { host: jenkins.example.com, upstreams: [{ name: j, service: main, port: 8080 }], routes: [${route}]${spec} }
`;
const policy = (spec: string, name = 'p') => `
kind: Policy
metadata: { name: ${name} }
spec: { ${spec} }
`;
const all = (...objects: readonly string[]) => withController(f5(), GLOBAL, ...objects);
const OBJECT = 'TransportServer jenkins/agents';

export const F5_CASES: RouteCases = {
  'proxy-route-attached': [
    { name: 'F5: a listener of the GlobalConfiguration', objects: all(server()), found: null },
    {
      name: 'F5: no such listener',
      objects: all(server('', { listener: 'agnets' })),
      found: {
        code: 'proxy-port-not-published',
        object: OBJECT,
        field: 'spec.listener.name',
        confidence: 'certain',
      },
      fix: /customPorts/,
    },
    {
      name: 'F5: the argument is missing',
      objects: withController(f5(ARGS.slice(0, 1)), GLOBAL, server()),
      found: { code: 'proxy-port-not-published', object: OBJECT, field: 'spec.listener.name' },
    },
    {
      name: 'F5: the GlobalConfiguration is missing',
      objects: withController(f5(), server()),
      found: { code: 'proxy-port-not-published', object: OBJECT, field: 'spec.listener.name' },
    },
    {
      name: 'F5: a status that is not valid',
      objects: all(server('', { state: 'Invalid' })),
      found: {
        code: 'proxy-port-not-published',
        object: OBJECT,
        field: 'status.state',
        actual: 'Invalid: Rejected',
        confidence: 'likely',
      },
    },
    {
      name: 'F5: no controller was read, and the status tells',
      objects: withController(server()),
      found: null,
    },
    {
      name: 'F5: nothing tells',
      objects: withController(server().replace(/status:.*/, '')),
      found: 'skipped',
    },
  ],
  'proxy-listener-ready': [
    {
      name: 'F5: the Service lacks the port',
      objects: withController(f5(ARGS, [80, 443]), GLOBAL, server()),
      found: { code: 'proxy-port-not-published', object: 'Service ingress-nginx/proxy', field: 'spec.ports' },
      fix: /customPorts/,
    },
  ],
  'proxy-listener-plain': [
    { name: 'F5: by the port alone', objects: all(server()), found: null },
    {
      name: 'F5: by a server name',
      objects: all(server(', host: agents.example.com')),
      found: { code: 'sni-needed-on-agent-port', object: OBJECT, field: 'spec.host', confidence: 'certain' },
    },
    {
      name: 'F5: tls ended',
      objects: all(server(', tls: { secret: s }')),
      found: { code: 'tls-terminated-on-50000', object: OBJECT, field: 'spec.tls' },
      fix: /"op":"remove"/,
    },
  ],
  'proxy-backend': [
    {
      name: 'F5: a Service that does not exist',
      objects: all(server('', { service: 'mian-agent' })),
      found: { code: 'ingress-no-backend-503', object: OBJECT, field: 'spec.upstreams[0].name' },
    },
    {
      name: 'F5: the web port',
      objects: all(server('', { service: 'main', port: 8080 })),
      found: { code: 'alb-or-http-lb-on-50000', object: OBJECT, field: 'spec.upstreams[0]' },
    },
  ],
  'proxy-paths': [
    {
      name: 'F5: the path of agents is missing',
      objects: all(virtual('{ path: =/, action: { pass: j } }')),
      found: {
        code: 'listener-not-found',
        object: 'VirtualServer jenkins/web',
        field: 'spec.routes[0].path',
      },
    },
    { name: 'F5: every path', objects: all(virtual('{ path: /, action: { pass: j } }')), found: null },
  ],
  'proxy-settings': [
    { name: 'F5: ten minutes', objects: all(server(', sessionParameters: { timeout: 10m }')), found: null },
    {
      name: 'F5: five minutes',
      objects: all(server(', sessionParameters: { timeout: 5m }')),
      found: { code: 'lb-idle-timeout-tcp', object: OBJECT, field: 'spec.sessionParameters.timeout' },
    },
    ...(
      [
        ['a login', 'oidc: { clientID: j }', 'sso-or-login-in-front', 'oidc', 'certain'],
        [
          'a client certificate',
          'ingressMTLS: { clientCertSecret: s }',
          'sso-or-login-in-front',
          'ingressMTLS',
          'certain',
        ],
        [
          'an allow-list',
          'accessControl: { allow: [192.0.2.0/24] }',
          'ip-allowlist-403',
          'accessControl.allow',
          'possible',
        ],
        [
          'TLS to the controller',
          'egressMTLS: { verifyServer: true }',
          'tls-not-spoken',
          'egressMTLS',
          'likely',
        ],
      ] as const
    ).map(([name, spec, code, field, confidence]) => ({
      name: `F5: ${name} of a policy`,
      objects: all(virtual('{ path: /, action: { pass: j } }', ', policies: [{ name: p }]'), policy(spec)),
      found: { code, object: 'Policy jenkins/p', field: `spec.${field}`, confidence },
    })),
    {
      name: 'F5: a login that the paths of agents do without',
      objects: all(
        virtual(
          '{ path: /, policies: [{ name: p }], action: { pass: j } }, { path: /tcpSlaveAgentListener, action: { pass: j } }, { path: /wsagents, action: { pass: j } }',
        ),
        policy('oidc: { clientID: j }'),
      ),
      found: null,
    },
    {
      name: 'F5: an allow-list that a route replaces',
      objects: all(
        virtual('{ path: /, policies: [{ name: open }], action: { pass: j } }', ', policies: [{ name: p }]'),
        policy('accessControl: { allow: [192.0.2.0/24] }'),
        policy('accessControl: { allow: [0.0.0.0/0] }', 'open'),
      ),
      found: null,
    },
    {
      name: 'F5: a client certificate that is optional',
      objects: all(
        virtual('{ path: /, action: { pass: j } }', ', policies: [{ name: p }]'),
        policy('ingressMTLS: { clientCertSecret: s, verifyClient: optional_no_ca }'),
      ),
      found: null,
    },
    {
      name: 'F5: TLS to an upstream',
      objects: all(
        virtual('{ path: /, action: { pass: j } }').replace(
          'port: 8080 }',
          'port: 8080, tls: { enable: true } }',
        ),
      ),
      found: {
        code: 'tls-not-spoken',
        object: 'VirtualServer jenkins/web',
        field: 'spec.upstreams[0].tls.enable',
        confidence: 'likely',
      },
    },
    {
      name: 'F5: a rewritten path',
      objects: all(virtual('{ path: /, action: { proxy: { upstream: j, rewritePath: /x } } }')),
      found: {
        code: 'wrong-context-path',
        object: 'VirtualServer jenkins/web',
        field: 'spec.routes[0].action.proxy.rewritePath',
      },
    },
  ],
};
