import { AGENTS, HTTPS, tcp, web } from './field-gateways.ts';
import { AGENT, CHART, EG, gw, parent, rt, type SetUp, WSAGENT } from './field-objects.ts';

export const GATEWAY_SET_UPS: readonly SetUp[] = [
  [
    'Cilium 1.19, TCPRoute not read (no status), v1alpha2',
    CHART +
      gw('public', 'infra', 'cilium', [HTTPS, AGENTS]) +
      web('infra', 'https', 'io.cilium/gateway-controller') +
      rt(
        'TCPRoute',
        'agents',
        'jenkins',
        '{ parentRefs: [{ name: public, namespace: infra, sectionName: agents }], rules: [{ backendRefs: [{ name: jenkins-agent, port: 50000 }] }] }',
        null,
        'v1alpha2',
      ),
    ['gateway-route-not-read|TCPRoute jenkins/agents|status.parents|likely'],
  ],
  [
    'NGF: web in own gateway, NodePort for agents',
    CHART.replace(
      'type: ClusterIP\n  selector: { app.kubernetes.io/component: jenkins-controller, app.kubernetes.io/instance: jenkins }\n  ports: [{ name: agent-listener, port: 50000, targetPort: 50000 }]',
      'type: NodePort\n  selector: { app.kubernetes.io/component: jenkins-controller, app.kubernetes.io/instance: jenkins }\n  ports: [{ name: agent-listener, port: 50000, targetPort: 50000, nodePort: 31500 }]',
    ) +
      gw('jenkins-gateway', 'jenkins', 'nginx', [
        'name: https, port: 443, protocol: HTTPS, hostname: jenkins.example.com, tls: { certificateRefs: [{ name: t }] }',
      ]) +
      rt(
        'HTTPRoute',
        'jenkins',
        'jenkins',
        '{ parentRefs: [{ name: jenkins-gateway }], hostnames: [jenkins.example.com], rules: [{ backendRefs: [{ name: jenkins, port: 8080 }] }] }',
        [parent('jenkins-gateway', 'jenkins', null, 'gateway.nginx.org/nginx-gateway-controller')],
      ) +
      AGENT,
    [],
  ],
  [
    'Traefik gateway-api: parentRef status by port, HTTPRoute both http+https',
    CHART +
      gw('public', 'infra', 'traefik', [
        'name: web, port: 8000, protocol: HTTP, allowedRoutes: { namespaces: { from: All } }',
        'name: websecure, port: 8443, protocol: HTTPS, tls: { certificateRefs: [{ name: t }] }, allowedRoutes: { namespaces: { from: All } }',
      ]) +
      rt(
        'HTTPRoute',
        'jenkins',
        'jenkins',
        '{ parentRefs: [{ name: public, namespace: infra, sectionName: web }, { name: public, namespace: infra, sectionName: websecure }], hostnames: [jenkins.example.com], rules: [{ matches: [{ path: { type: PathPrefix, value: / } }], backendRefs: [{ name: jenkins, port: 8080 }] }] }',
        [
          parent('public', 'infra', 'web', 'traefik.io/gateway-controller'),
          parent('public', 'infra', 'websecure', 'traefik.io/gateway-controller'),
        ],
      ) +
      WSAGENT,
    [],
  ],
  [
    'Istio gateway-api: mesh GAMMA route parentRef Service + gateway',
    CHART +
      gw('public', 'infra', 'istio', [HTTPS, AGENTS]) +
      web('infra', 'https', 'istio.io/gateway-controller') +
      tcp('jenkins-agent', 'istio.io/gateway-controller', 'v1alpha2') +
      rt(
        'HTTPRoute',
        'mesh',
        'jenkins',
        '{ parentRefs: [{ group: "", kind: Service, name: jenkins, port: 8080 }], rules: [{ matches: [{ path: { type: PathPrefix, value: /metrics } }], backendRefs: [{ name: jenkins, port: 8080 }] }] }',
        [],
      ),
    [],
  ],
  [
    'Gateway API: two controllers report on the same parent, one stale False (old controller left)',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS, AGENTS]) +
      rt(
        'HTTPRoute',
        'jenkins',
        'jenkins',
        '{ parentRefs: [{ name: public, namespace: infra, sectionName: https }], hostnames: [jenkins.example.com], rules: [{ backendRefs: [{ name: jenkins, port: 8080 }] }] }',
        [
          parent('public', 'infra', 'https', 'example.com/old', {
            Accepted: ['False', 'NotAllowedByListeners'],
          }),
          parent('public', 'infra', 'https', EG),
        ],
      ) +
      WSAGENT,
    [],
  ],
  [
    'Gateway API: route accepted partially: two parents, one refused',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS]) +
      gw(
        'internal',
        'infra',
        'eg',
        [
          'name: https, port: 443, protocol: HTTPS, hostname: "*.int.example.com", tls: { certificateRefs: [{ name: t }] }, allowedRoutes: { namespaces: { from: All } }',
        ],
        true,
        '10.0.0.5',
      ) +
      rt(
        'HTTPRoute',
        'jenkins',
        'jenkins',
        '{ parentRefs: [{ name: public, namespace: infra }, { name: internal, namespace: infra }], hostnames: [jenkins.example.com], rules: [{ backendRefs: [{ name: jenkins, port: 8080 }] }] }',
        [
          parent('public', 'infra', null, EG),
          parent('internal', 'infra', null, EG, { Accepted: ['False', 'NoMatchingListenerHostname'] }),
        ],
      ) +
      WSAGENT,
    ['gateway-route-not-attached|HTTPRoute jenkins/jenkins|spec.hostnames|possible'],
  ],
  [
    'Gateway API: AWS: two Gateways alb + nlb, tunnel told',
    CHART +
      gw('web', 'infra', 'alb', [HTTPS], true, '203.0.113.1') +
      gw('public', 'infra', 'nlb', [AGENTS], true, '203.0.113.2') +
      rt(
        'HTTPRoute',
        'jenkins',
        'jenkins',
        '{ parentRefs: [{ name: web, namespace: infra }], hostnames: [jenkins.example.com], rules: [{ backendRefs: [{ name: jenkins, port: 8080 }] }] }',
        [parent('web', 'infra', null, 'gateway.k8s.aws/alb')],
      ) +
      tcp('jenkins-agent', 'gateway.k8s.aws/nlb'),
    ['advertised-host-wrong|Gateway infra/public|status.addresses|possible'],
  ],
  [
    'Gateway API: AWS two Gateways, agents have tunnels',
    CHART +
      gw('web', 'infra', 'alb', [HTTPS], true, '203.0.113.1') +
      gw('public', 'infra', 'nlb', [AGENTS], true, '203.0.113.2') +
      rt(
        'HTTPRoute',
        'jenkins',
        'jenkins',
        '{ parentRefs: [{ name: web, namespace: infra }], hostnames: [jenkins.example.com], rules: [{ backendRefs: [{ name: jenkins, port: 8080 }] }] }',
        [parent('web', 'infra', null, 'gateway.k8s.aws/alb')],
      ) +
      tcp('jenkins-agent', 'gateway.k8s.aws/nlb') +
      AGENT,
    [],
  ],
  [
    'Gateway API: HTTPRoute for one path only of another app on the same host',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS]) +
      web() +
      rt(
        'HTTPRoute',
        'docs',
        'docs',
        '{ parentRefs: [{ name: public, namespace: infra, sectionName: https }], hostnames: [jenkins.example.com], rules: [{ matches: [{ path: { type: PathPrefix, value: /docs } }], filters: [{ type: URLRewrite, urlRewrite: { path: { type: ReplacePrefixMatch, replacePrefixMatch: / } } }], backendRefs: [{ name: docs, port: 80 }] }] }',
        [parent('public', 'infra', 'https', EG)],
      ) +
      WSAGENT,
    [],
  ],
  [
    'Gateway API: prefix /jenkins, URL with prefix',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS]) +
      web('infra', 'https', EG, 'matches: [{ path: { type: PathPrefix, value: /jenkins } }],') +
      WSAGENT,
    [],
    { url: 'https://jenkins.example.com/jenkins/' },
  ],
  [
    'Gateway API: prefix /jenkins stripped',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS]) +
      web(
        'infra',
        'https',
        EG,
        'matches: [{ path: { type: PathPrefix, value: /jenkins } }], filters: [{ type: URLRewrite, urlRewrite: { path: { type: ReplacePrefixMatch, replacePrefixMatch: / } } }],',
      ) +
      WSAGENT,
    ['wrong-context-path|HTTPRoute jenkins/jenkins|spec.rules[0].filters[0].urlRewrite.path|likely'],
    { url: 'https://jenkins.example.com/jenkins/' },
  ],
  [
    'Gateway API: URLRewrite hostname only',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS]) +
      web(
        'infra',
        'https',
        EG,
        'filters: [{ type: URLRewrite, urlRewrite: { hostname: jenkins.internal } }, { type: RequestHeaderModifier, requestHeaderModifier: { set: [{ name: X-Forwarded-Proto, value: https }] } }],',
      ) +
      WSAGENT,
    [],
  ],
  [
    'Gateway API: rewrite of / to /jenkins via redirect exact root',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS]) +
      rt(
        'HTTPRoute',
        'jenkins',
        'jenkins',
        '{ parentRefs: [{ name: public, namespace: infra, sectionName: https }], hostnames: [jenkins.example.com], rules: [{ matches: [{ path: { type: Exact, value: / } }], filters: [{ type: RequestRedirect, requestRedirect: { path: { type: ReplaceFullPath, replaceFullPath: /jenkins/ } } }] }, { matches: [{ path: { type: PathPrefix, value: /jenkins } }], backendRefs: [{ name: jenkins, port: 8080 }] }] }',
        [parent('public', 'infra', 'https', EG)],
      ) +
      WSAGENT,
    [],
    { url: 'https://jenkins.example.com/jenkins/' },
  ],
  [
    'Gateway API: another team TCPRoute on port 50000 of another gateway to another namespace',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS]) +
      web() +
      gw(
        'db',
        'infra',
        'eg',
        ['name: pg, port: 50000, protocol: TCP, allowedRoutes: { namespaces: { from: All } }'],
        true,
        '10.0.0.9',
      ) +
      rt(
        'TCPRoute',
        'pg',
        'db',
        '{ parentRefs: [{ name: db, namespace: infra }], rules: [{ backendRefs: [{ name: postgres, port: 5432 }] }] }',
        [parent('db', 'infra', null, EG)],
      ) +
      WSAGENT,
    [],
  ],
  [
    'Gateway API: another app in the jenkins namespace (sonar) with own HTTPRoute with a login and TCPRoute for its db',
    CHART +
      `
apiVersion: v1
kind: Service
metadata: { name: sonar }
spec: { selector: { app: sonar }, ports: [{ name: http, port: 9000 }, { name: pg, port: 5432 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: sonar-1, labels: { app: sonar } }
spec: { containers: [{ name: sonar, image: sonarqube, ports: [{ containerPort: 9000 }] }] }
status: { phase: Running, podIP: 10.1.0.9 }
---
` +
      gw('public', 'infra', 'eg', [
        HTTPS,
        'name: pg, port: 5432, protocol: TCP, allowedRoutes: { namespaces: { from: All } }',
      ]) +
      web() +
      rt(
        'HTTPRoute',
        'sonar',
        'jenkins',
        '{ parentRefs: [{ name: public, namespace: infra, sectionName: nowhere }], hostnames: [sonar.example.com], rules: [{ backendRefs: [{ name: sonar, port: 9000 }] }] }',
        null,
      ) +
      rt(
        'TCPRoute',
        'pg',
        'jenkins',
        '{ parentRefs: [{ name: public, namespace: infra, sectionName: pg }], rules: [{ backendRefs: [{ name: sonar, port: 5432 }] }] }',
        null,
      ) +
      WSAGENT,
    [],
  ],
];
