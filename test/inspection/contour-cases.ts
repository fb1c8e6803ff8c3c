import { type RouteCases, withController } from './proxy-cases.ts';

const OLD = '2026-01-01T00:00:00Z';
const proxy = (spec: string, status = 'currentStatus: valid', name = 'web') => `
kind: HTTPProxy
metadata: { name: ${name}, generation: 1 }
spec: { ${spec} }
status: { ${status} }
`;
const HOST = 'virtualhost: { fqdn: jenkins.example.com, tls: { secretName: t } }';
const web = (route = 'enableWebsockets: true', host = HOST, service = '{ name: main, port: 8080 }') =>
  proxy(`${host}, routes: [{ services: [${service}], ${route} }]`);
const tcp = (tls: string, status?: string) =>
  proxy(
    `virtualhost: { fqdn: agents.example.com${tls} }, tcpproxy: { services: [{ name: main-agent, port: 50000 }] }`,
    status,
    'agents',
  );
const all = (...objects: readonly string[]) => withController(...objects);
const AGENT = `
kind: Pod
metadata: { name: agent, labels: { jenkins: slave } }
spec: { containers: [{ name: jnlp, env: [{ name: JENKINS_WEB_SOCKET, value: "true" }] }] }
`;
const WEB = { object: 'HTTPProxy jenkins/web', confidence: 'certain' } as const;
const AGENTS = { object: 'HTTPProxy jenkins/agents', field: 'spec.tcpproxy', confidence: 'certain' } as const;

export const CONTOUR_CASES: RouteCases = {
  'proxy-route-attached': [
    { name: 'Contour: valid', objects: all(web()), found: null },
    {
      name: 'Contour: refused',
      objects: all(
        web().replace(
          'currentStatus: valid',
          `currentStatus: invalid, description: d, conditions: [{ type: Valid, status: "False", reason: ErrorPresent, message: Secret not found, observedGeneration: 1, lastTransitionTime: ${OLD} }]`,
        ),
      ),
      found: {
        ...WEB,
        code: 'ingress-no-backend-503',
        field: 'status.currentStatus',
        actual: 'invalid: Secret not found',
      },
    },
    {
      name: 'Contour: refused, as an old version tells it',
      objects: all(web().replace('currentStatus: valid', 'currentStatus: invalid')),
      found: {
        object: WEB.object,
        code: 'ingress-no-backend-503',
        field: 'status.currentStatus',
        actual: 'invalid: no reason is given',
        confidence: 'likely',
      },
    },
    { name: 'Contour: nothing tells', objects: all(web().replace(/status:.*/, '')), found: 'skipped' },
  ],
  'proxy-listener-plain': [
    {
      name: 'Contour: tcpproxy that ends TLS',
      objects: all(tcp(', tls: { secretName: t }')),
      found: { ...AGENTS, code: 'tls-terminated-on-50000' },
      fix: /kubectl -n jenkins delete httpproxy agents/,
    },
    {
      name: 'Contour: tcpproxy by server name',
      objects: all(tcp(', tls: { passthrough: true }')),
      found: { ...AGENTS, code: 'sni-needed-on-agent-port' },
    },
    {
      name: 'Contour: tcpproxy without TLS, which it refuses',
      objects: all(tcp('', 'currentStatus: invalid, description: tls must be configured')),
      found: { ...AGENTS, code: 'sni-needed-on-agent-port' },
    },
  ],
  'proxy-backend': [
    {
      name: 'Contour: a Service that does not exist',
      objects: all(web('enableWebsockets: true', HOST, '{ name: mian, port: 8080 }')),
      found: { ...WEB, code: 'ingress-no-backend-503', field: 'spec.routes[0].services[0].name' },
      fix: /"path":"\/spec\/routes\/0\/services\/0\/name","value":"main"/,
    },
    {
      name: 'Contour: the agent port',
      objects: all(web('enableWebsockets: true', HOST, '{ name: main-agent, port: 50000 }')),
      found: { ...WEB, code: 'url-points-at-agent-port', field: 'spec.routes[0].services[0]' },
    },
  ],
  'proxy-paths': [
    {
      name: 'Contour: webhooks alone',
      objects: all(web('conditions: [{ prefix: /github-webhook }]')),
      found: { ...WEB, code: 'listener-not-found', field: 'spec.routes[0]' },
      fix: /prefix: \/tcpSlaveAgentListener/,
    },
    {
      name: 'Contour: by inclusion',
      objects: all(
        proxy(`${HOST}, includes: [{ name: child, conditions: [{ prefix: / }] }]`),
        proxy('routes: [{ enableWebsockets: true, services: [{ name: main, port: 8080 }] }]', '', 'child'),
      ),
      found: null,
    },
    {
      name: 'Contour: by inclusion, below a prefix',
      objects: all(
        proxy(`${HOST}, includes: [{ name: child, conditions: [{ prefix: /ci }] }]`),
        proxy('routes: [{ enableWebsockets: true, services: [{ name: main, port: 8080 }] }]', '', 'child'),
      ),
      found: { code: 'listener-not-found', object: 'HTTPProxy jenkins/child', field: 'spec.routes[0]' },
    },
    {
      name: 'Contour: it includes itself',
      objects: all(
        proxy(`${HOST}, includes: [{ name: child }]`),
        proxy(
          'includes: [{ name: child }], routes: [{ services: [{ name: main, port: 8080 }] }]',
          '',
          'child',
        ),
      ),
      found: null,
    },
  ],
  'proxy-settings': [
    { name: 'Contour: WebSocket', objects: all(web(), AGENT), found: null },
    {
      name: 'Contour: WebSocket is not switched on, and agents use it',
      objects: all(web('enableWebsockets: false'), AGENT),
      found: { ...WEB, code: 'ws-upgrade-stripped', field: 'spec.routes[0].enableWebsockets' },
      fix: /"path":"\/spec\/routes\/0\/enableWebsockets","value":true/,
    },
    {
      name: 'Contour: WebSocket is not switched on, and nobody is known to use it',
      objects: all(web('enableWebsockets: false')),
      found: {
        object: WEB.object,
        code: 'ws-upgrade-stripped',
        field: 'spec.routes[0].enableWebsockets',
        confidence: 'possible',
      },
    },
    {
      name: 'Contour: it redirects to https, and agents use http',
      objects: all(web()),
      facts: { url: 'http://jenkins.example.com/' },
      found: { ...WEB, code: 'discovery-redirect-only', field: 'spec.virtualhost.tls' },
    },
    {
      name: 'Contour: http is let in',
      objects: all(web('enableWebsockets: true, permitInsecure: true')),
      facts: { url: 'http://jenkins.example.com/' },
      found: null,
    },
    ...(
      [
        [
          'a rewritten path',
          'pathRewritePolicy: { replacePrefix: [{ replacement: /x }] }',
          'wrong-context-path',
          'pathRewritePolicy',
        ],
        [
          'a header',
          'responseHeadersPolicy: { remove: [X-Jenkins] }',
          'headers-stripped-by-proxy',
          'responseHeadersPolicy',
        ],
        ['quiet WebSockets cut', 'timeoutPolicy: { idle: 20s }', 'ws-idle-timeout', 'timeoutPolicy.idle'],
      ] as const
    ).map(([name, route, code, field]) => ({
      name: `Contour: ${name}`,
      objects: all(web(`enableWebsockets: true, ${route}`)),
      found: { object: WEB.object, code, field: `spec.routes[0].${field}` },
    })),
    {
      name: 'Contour: a path that stays as it is',
      objects: all(
        web('enableWebsockets: true, pathRewritePolicy: { replacePrefix: [{ prefix: /, replacement: / }] }'),
      ),
      found: null,
    },
    {
      name: 'Contour: a login',
      objects: all(
        web(
          'enableWebsockets: true',
          HOST.replace('fqdn', 'authorization: { extensionRef: { name: a } }, fqdn'),
        ),
      ),
      found: { ...WEB, code: 'sso-or-login-in-front', field: 'spec.virtualhost.authorization' },
    },
    {
      name: 'Contour: a route without the login',
      objects: all(
        web(
          'enableWebsockets: true, authPolicy: { disabled: true }',
          HOST.replace('fqdn', 'authorization: { extensionRef: { name: a } }, fqdn'),
        ),
      ),
      found: null,
    },
    {
      name: 'Contour: an allow-list',
      objects: all(
        web(
          'enableWebsockets: true',
          HOST.replace('fqdn', 'ipAllowPolicy: [{ source: Peer, cidr: 192.0.2.0/24 }], fqdn'),
        ),
      ),
      found: {
        object: WEB.object,
        code: 'ip-allowlist-403',
        field: 'spec.virtualhost.ipAllowPolicy',
        confidence: 'possible',
      },
    },
  ],
};
