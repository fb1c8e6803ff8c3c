import { AGENT, CHART, type SetUp } from './field-objects.ts';
import { II, IT, IW, istiod, istioGw, MESHED, VT, VW, vs } from './istio-parts.ts';

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
