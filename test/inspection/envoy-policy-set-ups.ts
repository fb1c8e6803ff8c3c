import { AGENTS, HTTP, HTTPS, redirect, tcp, web } from './field-gateways.ts';
import { CHART, EG, gw, one, parent, rt, type SetUp, WSAGENT } from './field-objects.ts';

export const ENVOY_POLICY_SET_UPS: readonly SetUp[] = [
  [
    'Envoy Gateway: TLSRoute passthrough for web (Jenkins speaks TLS) + TCPRoute agents',
    one().replace('port: 8080, targetPort: 8080', 'port: 8443, targetPort: 8443').replaceAll('8080', '8443') +
      gw('public', 'infra', 'eg', [
        'name: tls, port: 443, protocol: TLS, hostname: jenkins.example.com, tls: { mode: Passthrough }, allowedRoutes: { namespaces: { from: All } }',
        AGENTS,
      ]) +
      rt(
        'TLSRoute',
        'jenkins',
        'jenkins',
        '{ parentRefs: [{ name: public, namespace: infra, sectionName: tls }], hostnames: [jenkins.example.com], rules: [{ backendRefs: [{ name: jenkins, port: 8443 }] }] }',
        [parent('public', 'infra', 'tls', EG)],
      ) +
      tcp('jenkins'),
    [],
  ],
  [
    'Envoy Gateway: TLSRoute passthrough for agents',
    CHART +
      gw('public', 'infra', 'eg', [
        HTTPS,
        'name: agents, port: 50000, protocol: TLS, tls: { mode: Passthrough }, allowedRoutes: { namespaces: { from: All } }',
      ]) +
      web() +
      rt(
        'TLSRoute',
        'agents',
        'jenkins',
        '{ parentRefs: [{ name: public, namespace: infra, sectionName: agents }], hostnames: [jenkins.example.com], rules: [{ backendRefs: [{ name: jenkins-agent, port: 50000 }] }] }',
        [parent('public', 'infra', 'agents', EG)],
      ),
    ['sni-needed-on-agent-port|TLSRoute jenkins/agents|spec.hostnames|certain'],
  ],
  [
    'Envoy Gateway: WebSocket only, HTTPRoute, no TCP',
    CHART + gw('public', 'infra', 'eg', [HTTP, HTTPS]) + web() + redirect() + WSAGENT,
    [],
  ],
  [
    'Envoy Gateway: canary of webs: weights 100/0 to another Jenkins',
    CHART +
      CHART.split('---')
        .slice(0, 1)
        .join('')
        .replace('name: jenkins,', 'name: jenkins-green,')
        .replace('instance: jenkins', 'instance: green') +
      '---\n' +
      gw('public', 'infra', 'eg', [HTTPS]) +
      rt(
        'HTTPRoute',
        'jenkins',
        'jenkins',
        '{ parentRefs: [{ name: public, namespace: infra }], hostnames: [jenkins.example.com], rules: [{ backendRefs: [{ name: jenkins, port: 8080, weight: 100 }, { name: jenkins-green, port: 8080, weight: 0 }] }] }',
        [parent('public', 'infra', null, EG)],
      ) +
      WSAGENT,
    [],
  ],
  [
    'Envoy Gateway: oauth2 by SecurityPolicy on gateway, exempted by own route policy',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS]) +
      rt(
        'HTTPRoute',
        'jenkins',
        'jenkins',
        '{ parentRefs: [{ name: public, namespace: infra }], hostnames: [jenkins.example.com], rules: [{ backendRefs: [{ name: jenkins, port: 8080 }] }] }',
        [parent('public', 'infra', null, EG)],
      ) +
      rt(
        'HTTPRoute',
        'jenkins-agents',
        'jenkins',
        '{ parentRefs: [{ name: public, namespace: infra }], hostnames: [jenkins.example.com], rules: [{ matches: [{ path: { type: PathPrefix, value: /tcpSlaveAgentListener } }, { path: { type: PathPrefix, value: /wsagents } }], backendRefs: [{ name: jenkins, port: 8080 }] }] }',
        [parent('public', 'infra', null, EG)],
      ) +
      `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: SecurityPolicy
metadata: { name: sso, namespace: jenkins }
spec: { targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: jenkins }], oidc: { provider: { issuer: https://idp }, clientID: a, clientSecret: { name: s } } }
---
` +
      WSAGENT,
    [],
  ],
  [
    'Envoy Gateway: same without exemption',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS]) +
      rt(
        'HTTPRoute',
        'jenkins',
        'jenkins',
        '{ parentRefs: [{ name: public, namespace: infra }], hostnames: [jenkins.example.com], rules: [{ backendRefs: [{ name: jenkins, port: 8080 }] }] }',
        [parent('public', 'infra', null, EG)],
      ) +
      `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: SecurityPolicy
metadata: { name: sso, namespace: jenkins }
spec: { targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: jenkins }], oidc: { provider: { issuer: https://idp }, clientID: a, clientSecret: { name: s } } }
---
` +
      WSAGENT,
    ['sso-or-login-in-front|SecurityPolicy jenkins/sso|spec.oidc|certain'],
  ],
  [
    'Envoy Gateway: a backend policy with HTTP active check to probe & tcp idle 1h on a client policy',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS, AGENTS]) +
      web() +
      tcp() +
      `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: b, namespace: jenkins }
spec: { targetRefs: [{ group: gateway.networking.k8s.io, kind: TCPRoute, name: agents }], healthCheck: { active: { type: HTTP, interval: 10s, http: { path: / } } }, tcpKeepalive: {} }
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: ClientTrafficPolicy
metadata: { name: c, namespace: infra }
spec: { targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: public }], timeout: { tcp: { idleTimeout: 1h }, http: { requestReceivedTimeout: 30s } }, clientIPDetection: { xForwardedFor: { numTrustedHops: 1 } } }
---
`,
    [],
  ],
  [
    'Envoy Gateway: a backend policy HTTP check on HTTPRoute TCP type ok',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS, AGENTS]) +
      web() +
      tcp() +
      `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: b, namespace: jenkins }
spec: { targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: jenkins }], healthCheck: { active: { type: TCP } }, timeout: { http: { requestTimeout: 0s } } }
---
`,
    [],
  ],
];
