import { AGENTS, HTTP, HTTPS, redirect, tcp, web } from './field-gateways.ts';
import { CHART, EG, gw, parent, rt, type SetUp, WSAGENT } from './field-objects.ts';

export const ENVOY_GATEWAY_SET_UPS: readonly SetUp[] = [
  [
    'Envoy Gateway: full, redirect in infra',
    CHART + gw('public', 'infra', 'eg', [HTTP, HTTPS, AGENTS]) + web() + redirect() + tcp(),
    [],
  ],
  [
    'Envoy Gateway: redirect route in jenkins ns, named host, on http',
    CHART +
      gw('public', 'infra', 'eg', [HTTP, HTTPS, AGENTS]) +
      web() +
      rt(
        'HTTPRoute',
        'jenkins-redirect',
        'jenkins',
        `{ parentRefs: [{ name: public, namespace: infra, sectionName: http }], hostnames: [jenkins.example.com], rules: [{ filters: [{ type: RequestRedirect, requestRedirect: { scheme: https, statusCode: 301 } }] }] }`,
        [parent('public', 'infra', 'http', EG)],
      ) +
      tcp(),
    [],
  ],
  [
    'Envoy Gateway: redirect route named a-redirect first in list',
    CHART +
      gw('public', 'infra', 'eg', [HTTP, HTTPS, AGENTS]) +
      rt(
        'HTTPRoute',
        'a-redirect',
        'jenkins',
        `{ parentRefs: [{ name: public, namespace: infra, sectionName: http }], hostnames: [jenkins.example.com], rules: [{ matches: [{ path: { type: PathPrefix, value: / } }], filters: [{ type: RequestRedirect, requestRedirect: { scheme: https, port: 443, statusCode: 301 } }] }] }`,
        [parent('public', 'infra', 'http', EG)],
      ) +
      web() +
      tcp(),
    [],
  ],
  [
    'Envoy Gateway: redirect wildcards *.example.com to host other',
    CHART +
      gw('public', 'infra', 'eg', [HTTP, HTTPS]) +
      web() +
      rt(
        'HTTPRoute',
        'www',
        'infra',
        `{ parentRefs: [{ name: public }], hostnames: [example.com, "*.example.com"], rules: [{ filters: [{ type: RequestRedirect, requestRedirect: { hostname: www.example.com, statusCode: 301 } }] }] }`,
        [parent('public', 'infra', null, EG)],
      ) +
      WSAGENT,
    [],
  ],
  [
    'Envoy Gateway: one listener HTTPS per host, no sectionName',
    CHART +
      gw('public', 'infra', 'eg', [
        'name: other, port: 443, protocol: HTTPS, hostname: other.example.com, tls: { certificateRefs: [{ name: o }] }',
        'name: jenkins, port: 443, protocol: HTTPS, hostname: jenkins.example.com, tls: { certificateRefs: [{ name: j }] }, allowedRoutes: { namespaces: { from: Selector, selector: { matchLabels: { team: ci } } } }',
      ]) +
      rt(
        'HTTPRoute',
        'jenkins',
        'jenkins',
        `{ parentRefs: [{ name: public, namespace: infra }], hostnames: [jenkins.example.com], rules: [{ backendRefs: [{ name: jenkins, port: 8080 }] }] }`,
        [parent('public', 'infra', null, EG)],
      ) +
      WSAGENT,
    [],
    { namespaceLabels: { team: 'ci', 'kubernetes.io/metadata.name': 'jenkins' } },
  ],
  [
    'Envoy Gateway: from Same, no status yet',
    CHART +
      gw(
        'public',
        'infra',
        'eg',
        ['name: https, port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: j }] }'],
        false,
      ) +
      rt(
        'HTTPRoute',
        'jenkins',
        'jenkins',
        `{ parentRefs: [{ name: public, namespace: infra }], hostnames: [jenkins.example.com], rules: [{ backendRefs: [{ name: jenkins, port: 8080 }] }] }`,
        null,
      ),
    ['gateway-route-not-attached|Gateway infra/public|spec.listeners[0].allowedRoutes.namespaces|certain'],
  ],
  [
    'Envoy Gateway: HTTPRoute without parentRef namespace (chart)',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS]) +
      rt(
        'HTTPRoute',
        'jenkins',
        'jenkins',
        `{ parentRefs: [{ name: public }], hostnames: [jenkins.example.com], rules: [{ backendRefs: [{ name: jenkins, port: 8080 }] }] }`,
        null,
      ),
    ['gateway-route-not-attached|HTTPRoute jenkins/jenkins|spec.parentRefs[0].name|certain'],
  ],
  [
    'Envoy Gateway: TCPRoute in infra with grant by name',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS, 'name: agents, port: 50000, protocol: TCP']) +
      web() +
      tcp('jenkins-agent', EG, 'v1', 'infra', 'namespace: jenkins,') +
      `
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: { name: g, namespace: jenkins }
spec: { from: [{ group: gateway.networking.k8s.io, kind: TCPRoute, namespace: infra }, { group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: infra }], to: [{ group: "", kind: Service }] }
---
`,
    [],
  ],
  [
    'Envoy Gateway: grant lies in the wrong namespace',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS, 'name: agents, port: 50000, protocol: TCP']) +
      web() +
      rt(
        'TCPRoute',
        'agents',
        'infra',
        '{ parentRefs: [{ name: public, sectionName: agents }], rules: [{ backendRefs: [{ name: jenkins-agent, namespace: jenkins, port: 50000 }] }] }',
        [parent('public', 'infra', 'agents', EG, { ResolvedRefs: ['False', 'RefNotPermitted'] })],
      ) +
      `
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: { name: g, namespace: infra }
spec: { from: [{ group: gateway.networking.k8s.io, kind: TCPRoute, namespace: jenkins }], to: [{ group: "", kind: Service }] }
---
`,
    ['gateway-backend-refused|TCPRoute infra/agents|spec.rules[0].backendRefs[0].namespace|certain'],
  ],
  [
    'Envoy Gateway: TCPRoute to the web port',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS, AGENTS]) +
      web() +
      rt(
        'TCPRoute',
        'agents',
        'jenkins',
        '{ parentRefs: [{ name: public, namespace: infra, sectionName: agents }], rules: [{ backendRefs: [{ name: jenkins, port: 8080 }] }] }',
        [parent('public', 'infra', 'agents', EG)],
      ),
    ['alb-or-http-lb-on-50000|TCPRoute jenkins/agents|spec.rules[0].backendRefs[0]|certain'],
  ],
  [
    'Envoy Gateway: TCPRoute to port 50000 of the web Service',
    CHART + gw('public', 'infra', 'eg', [HTTPS, AGENTS]) + web() + tcp('jenkins'),
    ['gateway-backend-refused|TCPRoute jenkins/agents|spec.rules[0].backendRefs[0].port|certain'],
  ],
];
