import { AGENT, CHART, one, type SetUp, WSAGENT } from './field-objects.ts';
import { CM, GC, hap, ING, nic, noCheck, TS } from './field-proxies.ts';

export const HAPROXY_F5_SET_UPS: readonly SetUp[] = [
  [
    'HAProxy: configmap, port, no check',
    noCheck(CHART) +
      hap(
        ['--configmap-tcp-services=haproxy-controller/tcp'],
        ', { name: agents-tcp, port: 50000, targetPort: agents-tcp }',
      ) +
      ING('haproxy') +
      CM('jenkins/jenkins-agent:50000'),
    [],
  ],
  [
    'HAProxy: configmap, default check',
    CHART +
      hap(
        ['--configmap-tcp-services=haproxy-controller/tcp'],
        ', { name: agents-tcp, port: 50000, targetPort: agents-tcp }',
      ) +
      ING('haproxy') +
      CM('jenkins/jenkins-agent:50000'),
    [
      'tcp-healthcheck-log-spam|Service jenkins/jenkins-agent|metadata.annotations["haproxy.org/check"]|certain',
    ],
  ],
  [
    'HAProxy: no flag',
    noCheck(CHART) +
      hap([], ', { name: agents-tcp, port: 50000, targetPort: agents-tcp }') +
      ING('haproxy') +
      CM('jenkins/jenkins-agent:50000'),
    ['proxy-port-not-published|ConfigMap haproxy-controller/tcp|data["50000"]|likely'],
  ],
  [
    'F5: TransportServer and Ingress with websocket-services',
    CHART +
      nic(
        ['-global-configuration=nginx-ingress/nginx'],
        ', { name: agents, port: 50000, targetPort: 50000 }',
      ) +
      GC +
      TS(
        '{ listener: { name: agents, protocol: TCP }, upstreams: [{ name: a, service: jenkins-agent, port: 50000 }], action: { pass: a }, sessionParameters: { timeout: 1h } }',
      ) +
      ING('nginx', 'nginx.org/websocket-services: jenkins, nginx.org/client-max-body-size: "0"'),
    [],
  ],
  [
    'F5: Ingress without websocket-services, agents use T',
    CHART +
      nic(
        ['-global-configuration=nginx-ingress/nginx'],
        ', { name: agents, port: 50000, targetPort: 50000 }',
      ) +
      GC +
      TS(
        '{ listener: { name: agents, protocol: TCP }, upstreams: [{ name: a, service: jenkins-agent, port: 50000 }], action: { pass: a } }',
      ) +
      ING('nginx') +
      AGENT,
    [
      'ws-upgrade-stripped|Ingress jenkins/jenkins|metadata.annotations["nginx.org/websocket-services"]|possible',
    ],
  ],
  [
    'F5: TLS passthrough for web, agents WebSocket',
    one().replaceAll('8080', '8443') +
      nic(['-enable-tls-passthrough=true'], '') +
      TS(
        '{ listener: { name: tls-passthrough, protocol: TLS_PASSTHROUGH }, host: jenkins.example.com, upstreams: [{ name: a, service: jenkins, port: 8443 }], action: { pass: a } }',
      ) +
      WSAGENT,
    [],
  ],
];
