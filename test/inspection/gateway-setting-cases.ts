import { all, gateway, route, WEB, web } from './gateway-cases.ts';
import type { RouteCases } from './proxy-cases.ts';

const filtered = (filter: string) =>
  all(gateway(), web(`[{ filters: [${filter}], backendRefs: [{ name: main, port: 8080 }] }]`));
const FILTER = 'spec.rules[0].filters[0]';
const HTTP_ROUTE = { object: 'HTTPRoute jenkins/web' } as const;
const policy = (kind: string, target: string, spec: string) => `
kind: ${kind}
metadata: { name: p }
spec: { targetRefs: [${target}], ${spec} }`;
const AT_TCP = '{ kind: TCPRoute, name: agents }';
export const AT_HTTP = '{ kind: HTTPRoute, name: web }';
const AT_GATEWAY = '{ kind: Gateway, name: public }';
export const policed = (kind: string, target: string, spec: string) =>
  all(gateway(), route(), WEB, policy(kind, target, spec));
const CLIENT = { object: 'ClientTrafficPolicy jenkins/p' } as const;
const BACKEND = { object: 'BackendTrafficPolicy jenkins/p' } as const;
const SECURITY = { object: 'SecurityPolicy jenkins/p' } as const;

const CLASS =
  'kind: GatewayClass\nmetadata: { name: eg }\nspec: { controllerName: gateway.envoyproxy.io/gatewayclass-controller, parametersRef: { group: gateway.envoyproxy.io, kind: EnvoyProxy, name: custom, namespace: jenkins } }';
const webSocketAgent = (address: string) => `
---
kind: Pod
metadata: { name: agent, labels: { jenkins: slave } }
spec: { containers: [{ name: jnlp, env: [{ name: JENKINS_WEB_SOCKET, value: "true" }] }] }
status: { podIP: ${address} }
`;
const backendTls = (target: string) => `
kind: BackendTLSPolicy
metadata: { name: t }
spec: { targetRefs: [${target}], validation: { wellKnownCACertificates: System, hostname: jenkins.example.com } }`;
const BACKEND_TLS = { object: 'BackendTLSPolicy jenkins/t', field: 'spec.targetRefs' } as const;
const timed = (request: string, controller = 'gateway.envoyproxy.io/gatewayclass-controller') =>
  all(
    gateway(),
    web(`[{ timeouts: { request: ${request} }, backendRefs: [{ name: main, port: 8080 }] }]`).replace(
      'gateway.envoyproxy.io/gatewayclass-controller',
      controller,
    ),
  );

export const GATEWAY_SETTING_CASES: RouteCases = {
  'gateway-settings': [
    { name: 'nothing', objects: all(gateway(), route(), WEB), found: null },
    {
      name: 'to https, which agents use',
      objects: filtered('{ type: RequestRedirect, requestRedirect: { scheme: https } }'),
      found: null,
    },
    {
      name: 'to https, agents use http',
      objects: filtered('{ type: RequestRedirect, requestRedirect: { scheme: https } }'),
      facts: { url: 'http://jenkins.example.com/' },
      found: {
        ...HTTP_ROUTE,
        code: 'discovery-redirect-only',
        field: `${FILTER}.requestRedirect`,
        confidence: 'certain',
      },
    },
    {
      name: 'a rewritten path',
      objects: filtered(
        '{ type: URLRewrite, urlRewrite: { path: { type: ReplaceFullPath, replaceFullPath: / } } }',
      ),
      found: { ...HTTP_ROUTE, code: 'wrong-context-path', field: `${FILTER}.urlRewrite.path` },
    },
    {
      name: 'response headers removed',
      objects: filtered('{ type: ResponseHeaderModifier, responseHeaderModifier: { remove: [X-Jenkins] } }'),
      found: { ...HTTP_ROUTE, code: 'headers-stripped-by-proxy', field: `${FILTER}.responseHeaderModifier` },
    },
    {
      name: 'request headers removed',
      objects: filtered('{ type: RequestHeaderModifier, requestHeaderModifier: { remove: [Secret-Key] } }'),
      found: { ...HTTP_ROUTE, code: 'ws-custom-headers-stripped', field: `${FILTER}.requestHeaderModifier` },
    },
    {
      name: 'other headers',
      objects: filtered('{ type: ResponseHeaderModifier, responseHeaderModifier: { remove: [Server] } }'),
      found: null,
    },
    {
      name: 'a login',
      objects: policed('SecurityPolicy', AT_HTTP, 'oidc: {}'),
      found: { ...SECURITY, code: 'sso-or-login-in-front', field: 'spec.oidc' },
    },
    {
      name: 'a login of the whole Gateway',
      objects: policed('SecurityPolicy', AT_GATEWAY, 'basicAuth: {}'),
      found: { ...SECURITY, code: 'sso-or-login-in-front', field: 'spec.basicAuth' },
    },
    {
      name: 'a login of another route',
      objects: policed('SecurityPolicy', '{ kind: HTTPRoute, name: other }', 'oidc: {}'),
      found: null,
    },
    {
      name: 'a login of Gateways with a label',
      objects: all(
        gateway().replace('name: public, namespace', 'name: public, labels: { team: ci }, namespace'),
        WEB,
        'kind: SecurityPolicy\nmetadata: { name: p }\nspec: { targetSelectors: [{ kind: Gateway, matchLabels: { team: ci } }], oidc: {} }',
      ),
      found: { ...SECURITY, code: 'sso-or-login-in-front', field: 'spec.oidc' },
    },
    {
      name: 'nobody is let in, by HTTP',
      objects: policed('SecurityPolicy', AT_HTTP, 'authorization: {}'),
      found: { ...SECURITY, code: 'ip-allowlist-403', field: 'spec.authorization', confidence: 'certain' },
    },
    {
      name: 'nobody is let in',
      objects: policed('SecurityPolicy', AT_TCP, 'authorization: {}'),
      found: { ...SECURITY, code: 'l4-accept-then-close', field: 'spec.authorization' },
    },
    {
      name: 'some are let in',
      objects: policed(
        'SecurityPolicy',
        AT_TCP,
        'authorization: { defaultAction: Deny, rules: [{ action: Allow, principal: { clientCIDRs: [10.0.0.0/8] } }] }',
      ),
      found: {
        ...SECURITY,
        code: 'l4-accept-then-close',
        field: 'spec.authorization',
        confidence: 'possible',
      },
    },
    {
      name: 'all are let in',
      objects: policed('SecurityPolicy', AT_TCP, 'authorization: { defaultAction: Allow }'),
      found: null,
    },
    {
      name: 'WebSocket closed',
      objects: policed('BackendTrafficPolicy', AT_HTTP, 'httpUpgrade: [{ type: tcp }]'),
      found: { ...BACKEND, code: 'ws-upgrade-stripped', field: 'spec.httpUpgrade' },
    },
    {
      name: 'WebSocket closed by a buffer',
      objects: policed('BackendTrafficPolicy', AT_HTTP, 'requestBuffer: { limit: 4Mi }'),
      found: { ...BACKEND, code: 'ws-upgrade-stripped', field: 'spec.requestBuffer' },
    },
    {
      name: 'a PROXY header',
      objects: policed('BackendTrafficPolicy', AT_TCP, 'proxyProtocol: { version: V2 }'),
      found: {
        ...BACKEND,
        code: 'proxy-protocol-injected',
        field: 'spec.proxyProtocol',
        confidence: 'certain',
      },
    },
    {
      name: 'a PROXY header awaited',
      objects: policed(
        'ClientTrafficPolicy',
        `{ kind: Gateway, name: public, sectionName: agents }`,
        'proxyProtocol: {}',
      ),
      found: { ...CLIENT, code: 'proxy-protocol-expected-by-lb', field: 'spec.proxyProtocol' },
    },
    {
      name: 'a PROXY header at another listener',
      objects: policed(
        'ClientTrafficPolicy',
        `{ kind: Gateway, name: public, sectionName: web }`,
        'proxyProtocol: {}',
      ),
      found: null,
    },
    {
      name: 'a PROXY header or none',
      objects: policed('ClientTrafficPolicy', AT_GATEWAY, 'proxyProtocol: { optional: true }'),
      found: null,
    },
    {
      name: 'quiet connections cut',
      objects: policed('ClientTrafficPolicy', AT_GATEWAY, 'timeout: { tcp: { idleTimeout: 2m30s } }'),
      found: { ...CLIENT, code: 'lb-idle-timeout-tcp', field: 'spec.timeout.tcp.idleTimeout' },
    },
    {
      name: 'quiet connections cut late',
      objects: policed('ClientTrafficPolicy', AT_GATEWAY, 'timeout: { tcp: { idleTimeout: 1h } }'),
      found: null,
    },
    {
      name: 'quiet WebSockets cut',
      objects: policed('ClientTrafficPolicy', AT_GATEWAY, 'timeout: { http: { streamIdleTimeout: 15s } }'),
      found: { ...CLIENT, code: 'ws-idle-timeout', field: 'spec.timeout.http.streamIdleTimeout' },
    },
    {
      name: 'old connections cut',
      objects: policed(
        'ClientTrafficPolicy',
        AT_GATEWAY,
        'connection: { connectionLimit: { maxConnectionDuration: 1h } }',
      ),
      found: {
        ...CLIENT,
        code: 'max-duration-cuts-channels',
        field: 'spec.connection.connectionLimit.maxConnectionDuration',
      },
    },
    {
      name: 'a bare check',
      objects: policed('BackendTrafficPolicy', AT_TCP, 'healthCheck: { active: { type: TCP } }'),
      found: { ...BACKEND, code: 'tcp-healthcheck-log-spam', field: 'spec.healthCheck.active' },
    },
    {
      name: 'a check that sends',
      objects: policed(
        'BackendTrafficPolicy',
        AT_TCP,
        'healthCheck: { active: { type: TCP, tcp: { send: { type: Text, text: x } } } }',
      ),
      found: { ...BACKEND, code: 'envoy-tcp-check-flaps', field: 'spec.healthCheck.active' },
    },
    {
      name: 'a check by HTTP',
      objects: policed(
        'BackendTrafficPolicy',
        AT_TCP,
        'healthCheck: { active: { type: HTTP, http: { path: / } } }',
      ),
      found: null,
    },
    {
      name: 'a bare check of another port',
      objects: policed(
        'BackendTrafficPolicy',
        AT_TCP,
        'healthCheck: { active: { type: TCP, overrides: { port: 9180 } } }',
      ),
      found: null,
    },
    {
      name: 'a list that has the known agents',
      objects:
        policed(
          'SecurityPolicy',
          AT_HTTP,
          'authorization: { defaultAction: Deny, rules: [{ action: Allow, principal: { clientCIDRs: [10.0.0.0/8] } }] }',
        ) + webSocketAgent('10.1.0.33'),
      found: null,
    },
    {
      name: 'a list that lacks a known agent',
      objects:
        policed(
          'SecurityPolicy',
          AT_HTTP,
          'authorization: { defaultAction: Deny, rules: [{ action: Allow, principal: { clientCIDRs: [192.168.0.0/16] } }] }',
        ) + webSocketAgent('10.1.0.33'),
      found: {
        ...SECURITY,
        code: 'ip-allowlist-403',
        field: 'spec.authorization',
        confidence: 'possible',
        actual:
          '{"defaultAction":"Deny","rules":[{"action":"Allow","principal":{"clientCIDRs":["192.168.0.0/16"]}}]}; the agent pod 10.1.0.33 is not in it',
      },
    },
    {
      name: 'TLS to the agent port, by a policy of the Service',
      objects: all(gateway(), route(), WEB, backendTls('{ group: "", kind: Service, name: main-agent }')),
      found: { ...BACKEND_TLS, code: 'tls-terminated-on-50000', confidence: 'likely' },
      fix: /kubectl -n jenkins edit backendtlspolicies/,
    },
    {
      name: 'TLS to the web port alone',
      objects: all(
        gateway(),
        route(),
        WEB,
        backendTls('{ group: "", kind: Service, name: main, sectionName: http }'),
      ),
      found: { ...BACKEND_TLS, code: 'tls-not-spoken', confidence: 'likely' },
    },
    {
      name: 'TLS to another port of the Service',
      objects: all(
        gateway(),
        WEB,
        backendTls('{ group: "", kind: Service, name: main, sectionName: https }'),
      ),
      found: null,
    },
    {
      name: 'TLS to a Service of another namespace',
      objects: all(
        gateway(),
        WEB,
        backendTls('{ group: "", kind: Service, name: main }').replace(
          'name: t',
          'name: t, namespace: other',
        ),
      ),
      found: null,
    },
    ...(['envoyproxy of the Gateway', 'envoyproxy of the class'] as const).map((name) => ({
      name: `source ranges, by the ${name}`,
      objects: all(
        name.endsWith('class')
          ? gateway().replace('spec:\n', 'spec:\n  gatewayClassName: eg\n')
          : gateway().replace(
              'spec:\n',
              'spec:\n  infrastructure: { parametersRef: { group: gateway.envoyproxy.io, kind: EnvoyProxy, name: custom } }\n',
            ),
        ...(name.endsWith('class') ? [CLASS] : []),
        route(),
        'kind: EnvoyProxy\nmetadata: { name: custom }\nspec: { provider: { type: Kubernetes, kubernetes: { envoyService: { loadBalancerSourceRanges: [198.51.100.0/24] } } } }',
      ),
      found: {
        ...({ code: 'agent-port-timeout-filtered', object: 'EnvoyProxy jenkins/custom' } as const),
        field: 'spec.provider.kubernetes.envoyService.loadBalancerSourceRanges',
        confidence: 'possible' as const,
      },
      fix: /AGENT-CLUSTER-CIDR/,
    })),
    {
      name: 'source ranges of another EnvoyProxy',
      objects: all(
        gateway(),
        route(),
        'kind: EnvoyProxy\nmetadata: { name: other }\nspec: { provider: { kubernetes: { envoyService: { loadBalancerSourceRanges: [198.51.100.0/24] } } } }',
      ),
      found: null,
    },
    {
      name: 'a time limit of Envoy, and agents by WebSocket',
      objects: timed('60s') + webSocketAgent('10.1.0.33'),
      found: null,
    },
    {
      name: 'a time limit of another proxy, and agents by WebSocket',
      objects: timed('60s', 'konghq.com/kic-gateway-controller') + webSocketAgent('10.1.0.33'),
      found: {
        ...HTTP_ROUTE,
        code: 'max-duration-cuts-channels',
        field: 'spec.rules[0].timeouts.request',
        confidence: 'possible',
      },
      fix: /"op":"remove"/,
    },
    {
      name: 'no time limit',
      objects: timed('0s', 'konghq.com/kic-gateway-controller') + webSocketAgent('10.1.0.33'),
      found: null,
    },
    {
      name: 'a time limit, and no agent by WebSocket',
      objects: timed('60s', 'konghq.com/kic-gateway-controller'),
      found: null,
    },
  ],
};
