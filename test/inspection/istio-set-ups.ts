import { AGENT, CHART, type SetUp, WSAGENT } from './field-objects.ts';

const istioGw = (servers: string[], ns = 'istio-system') => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: jenkins, namespace: ${ns} }
spec: { selector: { istio: ingressgateway }, servers: [${servers.map((s) => `{ ${s} }`).join(', ')}] }
---
`;
const istiod = (ports: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: istio-ingressgateway, namespace: istio-system }
spec: { selector: { matchLabels: { istio: ingressgateway } }, template: { metadata: { labels: { istio: ingressgateway, app: istio-ingressgateway } }, spec: { containers: [{ name: istio-proxy, image: "istio/proxyv2:1.29.0", args: [proxy, router], ports: [{ containerPort: 15021 }, { containerPort: 8080 }, { containerPort: 8443 }] }] } } }
---
apiVersion: v1
kind: Service
metadata: { name: istio-ingressgateway, namespace: istio-system }
spec: { type: LoadBalancer, selector: { istio: ingressgateway }, ports: [{ name: status-port, port: 15021, targetPort: 15021 }, { name: http2, port: 80, targetPort: 8080 }, { name: https, port: 443, targetPort: 8443 }${ports}] }
status: { loadBalancer: { ingress: [{ ip: 203.0.113.30 }] } }
---
`;
const IW =
  'port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: t }, hosts: ["jenkins.example.com"]';
const IH =
  'port: { number: 80, name: http, protocol: HTTP }, tls: { httpsRedirect: true }, hosts: ["jenkins.example.com"]';
const IT = 'port: { number: 50000, name: tcp-agents, protocol: TCP }, hosts: ["*"]';
const vs = (spec: string, name = 'jenkins') => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: jenkins }
spec: ${spec}
---
`;
const VW = vs(
  '{ hosts: [jenkins.example.com], gateways: [istio-system/jenkins], http: [{ match: [{ uri: { prefix: / } }], route: [{ destination: { host: jenkins.jenkins.svc.cluster.local, port: { number: 8080 } } }] }] }',
);
const VT = vs(
  '{ hosts: ["*"], gateways: [istio-system/jenkins], tcp: [{ match: [{ port: 50000 }], route: [{ destination: { host: jenkins-agent, port: { number: 50000 } } }] }] }',
  'agents',
);
const MESHED = (s: string) =>
  s.replace('    - name: config-reload\n', '    - name: istio-proxy\n      image: istio/proxyv2\n');
const pa = (spec: string, ns = 'jenkins') => `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: ${ns} }
spec: ${spec}
---
`;
const ap = (spec: string, name = 'p', ns = 'jenkins') => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: ${ns} }
spec: ${spec}
---
`;
const II = istiod(', { name: tcp-agents, port: 50000, targetPort: 50000 }') + istioGw([IW, IH, IT]);

export const ISTIO_SET_UPS: readonly SetUp[] = [
  ['Istio: all right, http redirect on Gateway', CHART + II + VW + VT, []],
  [
    'Istio: one VirtualService tcp+http, short hosts, one server file',
    CHART +
      II +
      vs(
        '{ hosts: [jenkins.example.com], gateways: [istio-system/jenkins, mesh], http: [{ match: [{ port: 443 }], route: [{ destination: { host: jenkins, port: { number: 8080 } } }] }], tcp: [{ match: [{ port: 50000 }], route: [{ destination: { host: jenkins-agent, port: { number: 50000 } } }] }] }',
      ),
    [],
  ],
  [
    'Istio: http route without match, no port (one-port Service)',
    CHART +
      II +
      vs(
        '{ hosts: [jenkins.example.com], gateways: [istio-system/jenkins], http: [{ route: [{ destination: { host: jenkins } }] }] }',
      ) +
      VT,
    [],
  ],
  [
    'Istio: tcp route without port number, one-port Service',
    CHART +
      II +
      VW +
      vs(
        '{ hosts: ["*"], gateways: [istio-system/jenkins], tcp: [{ match: [{ port: 50000 }], route: [{ destination: { host: jenkins-agent.jenkins.svc.cluster.local } }] }] }',
        'agents',
      ),
    [],
  ],
  [
    'Istio: Service lacks 50000',
    CHART + istiod('') + istioGw([IW, IT]) + VW + VT,
    ['proxy-port-not-published|Service istio-system/istio-ingressgateway|spec.ports|certain'],
  ],
  [
    'Istio: server protocol TLS PASSTHROUGH for web',
    CHART.replaceAll('8080', '8443') +
      istiod(', { name: tcp-agents, port: 50000, targetPort: 50000 }') +
      istioGw([
        'port: { number: 443, name: tls, protocol: TLS }, tls: { mode: PASSTHROUGH }, hosts: ["jenkins.example.com"]',
        IT,
      ]) +
      vs(
        '{ hosts: [jenkins.example.com], gateways: [istio-system/jenkins], tls: [{ match: [{ port: 443, sniHosts: [jenkins.example.com] }], route: [{ destination: { host: jenkins, port: { number: 8443 } } }] }] }',
      ) +
      VT,
    [],
  ],
  [
    'Istio: agents through HTTPS server of 50000',
    CHART +
      istiod(', { name: tcp-agents, port: 50000, targetPort: 50000 }') +
      istioGw([IW, 'port: { number: 50000, name: agents, protocol: HTTP }, hosts: ["*"]']) +
      VW +
      VT,
    ['alb-or-http-lb-on-50000|Gateway istio-system/jenkins|spec.servers[1].port.protocol|certain'],
  ],
  [
    'Istio: STRICT mesh wide, agents with sidecar',
    MESHED(CHART) +
      II +
      VW +
      VT +
      pa('{ mtls: { mode: STRICT } }', 'istio-system') +
      AGENT.replace('containers: [', 'containers: [{ name: istio-proxy, image: proxyv2 }, '),
    [],
  ],
  [
    'Istio: STRICT mesh wide, agent without sidecar',
    MESHED(CHART) + II + VW + VT + pa('{ mtls: { mode: STRICT } }', 'istio-system') + AGENT,
    ['mesh-strict-mtls|PeerAuthentication istio-system/default|spec.mtls.mode|certain'],
  ],
  [
    'Istio: STRICT, agents by WebSocket through the gateway only',
    MESHED(CHART) +
      istiod('') +
      istioGw([IW, IH]) +
      VW +
      pa('{ mtls: { mode: STRICT } }', 'istio-system') +
      WSAGENT,
    [],
  ],
  [
    'Istio: STRICT, agent in other namespace without a sidecar whose tunnel is the ingress gateway',
    MESHED(CHART) +
      II +
      VW +
      VT +
      pa('{ mtls: { mode: STRICT } }', 'istio-system') +
      AGENT.replace('jenkins-agent.jenkins.svc.cluster.local:50000', 'jenkins.example.com:50000').replace(
        'http://jenkins.jenkins.svc.cluster.local:8080/',
        'https://jenkins.example.com/',
      ),
    [],
  ],
  [
    'Istio: PERMISSIVE by default',
    MESHED(CHART) + II + VW + VT + pa('{ mtls: { mode: PERMISSIVE } }') + AGENT,
    [],
  ],
  [
    'Istio: STRICT with portLevelMtls PERMISSIVE',
    MESHED(CHART) +
      II +
      VW +
      VT +
      pa(
        '{ selector: { matchLabels: { app.kubernetes.io/instance: jenkins } }, mtls: { mode: STRICT }, portLevelMtls: { "50000": { mode: PERMISSIVE }, "8080": { mode: PERMISSIVE } } }',
      ) +
      AGENT,
    [],
  ],
  [
    'Istio: excludeInboundPorts',
    MESHED(CHART).replace(
      '  name: jenkins-0\n',
      '  name: jenkins-0\n  annotations: { traffic.sidecar.istio.io/excludeInboundPorts: "50000" }\n',
    ) +
      II +
      VW +
      VT +
      pa('{ mtls: { mode: STRICT } }') +
      AGENT,
    [],
  ],
  [
    'Istio: policies allow ns agents on 50000 and 8080',
    MESHED(CHART) +
      II +
      VW +
      VT +
      ap(
        '{ selector: { matchLabels: { app.kubernetes.io/instance: jenkins } }, action: ALLOW, rules: [{ from: [{ source: { namespaces: [agents, istio-system] } }] }] }',
      ) +
      AGENT,
    [],
  ],
  [
    'Istio: policies allow only http paths',
    MESHED(CHART) +
      II +
      VW +
      VT +
      ap('{ rules: [{ to: [{ operation: { methods: [GET, POST], paths: ["/*"] } }] }] }') +
      AGENT,
    ['mesh-policy-denies-port|AuthorizationPolicy jenkins/p|spec.rules|certain'],
  ],
  [
    'Istio: policies allow-nothing, WebSocket agents only',
    MESHED(CHART) +
      istiod('') +
      istioGw([IW, IH]) +
      VW +
      ap('{ rules: [{ to: [{ operation: { methods: [GET, POST], paths: ["/*"] } }] }] }') +
      WSAGENT,
    [],
  ],
  [
    'Istio: a policy denies /script on port 8080',
    MESHED(CHART) +
      II +
      VW +
      VT +
      ap('{ action: DENY, rules: [{ to: [{ operation: { ports: ["8080"], paths: ["/script*"] } }] }] }') +
      AGENT,
    [],
  ],
  [
    'Istio: a policy denies /script without ports',
    MESHED(CHART) +
      II +
      VW +
      VT +
      ap('{ action: DENY, rules: [{ to: [{ operation: { paths: ["/script*"] } }] }] }') +
      AGENT,
    ['mesh-policy-denies-port|AuthorizationPolicy jenkins/p|spec.rules[0].to|certain'],
  ],
  [
    'Istio: a custom policy, ext-authz on the ingress gateway',
    MESHED(CHART) +
      II +
      VW +
      VT +
      ap(
        '{ action: CUSTOM, provider: { name: oauth2 }, selector: { matchLabels: { istio: ingressgateway } }, rules: [{ to: [{ operation: { hosts: [jenkins.example.com] } }] }] }',
        'ext',
        'istio-system',
      ) +
      AGENT,
    [],
  ],
  [
    'Istio: ambient, STRICT, agent in ambient',
    CHART.replace(
      '  name: jenkins-0\n',
      '  name: jenkins-0\n  annotations: { ambient.istio.io/redirection: enabled }\n',
    ) +
      II +
      VW +
      VT +
      pa('{ mtls: { mode: STRICT } }') +
      AGENT.replace(
        'namespace: agents,',
        'namespace: agents, annotations: { ambient.istio.io/redirection: enabled },',
      ),
    [],
  ],
  [
    'Istio: VirtualService mesh-only for another thing',
    CHART +
      II +
      VW +
      VT +
      vs(
        '{ hosts: [nexus], http: [{ route: [{ destination: { host: nexus, port: { number: 8081 } } }] }] }',
        'nexus',
      ),
    [],
  ],
  [
    'Istio: a webhook on the same host of another object',
    CHART +
      II +
      VW +
      VT +
      vs(
        '{ hosts: [jenkins.example.com], gateways: [istio-system/jenkins], http: [{ match: [{ uri: { exact: /github-webhook/ } }], route: [{ destination: { host: relay, port: { number: 80 } } }] }] }',
        'hook',
      ),
    [],
  ],
  [
    'Istio: http a redirect for root only',
    CHART +
      II +
      vs(
        '{ hosts: [jenkins.example.com], gateways: [istio-system/jenkins], http: [{ match: [{ uri: { exact: / } }], redirect: { uri: /jenkins/ } }, { match: [{ uri: { prefix: /jenkins } }], route: [{ destination: { host: jenkins, port: { number: 8080 } } }] }] }',
      ) +
      VT,
    [],
    { url: 'https://jenkins.example.com/jenkins/' },
  ],
  [
    'Istio: DestinationRule ISTIO_MUTUAL for *.local',
    MESHED(CHART) +
      II +
      VW +
      VT +
      `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: default, namespace: istio-system }
spec: { host: "*.local", trafficPolicy: { tls: { mode: ISTIO_MUTUAL }, connectionPool: { tcp: { maxConnections: 1000, connectTimeout: 10s } } } }
---
` +
      AGENT,
    [],
  ],
  [
    'Istio: server name mismatch: no server of the Gateway has the host of the VirtualService',
    CHART +
      istiod(', { name: tcp-agents, port: 50000, targetPort: 50000 }') +
      istioGw([IW.replace('jenkins.example.com', 'other.example.com'), IT]) +
      VW +
      VT,
    ['listener-not-found|VirtualService jenkins/jenkins|spec.hosts|certain'],
  ],
];
