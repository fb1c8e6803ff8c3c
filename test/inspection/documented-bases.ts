import { AGENTS, HTTPS, tcp, web } from './field-gateways.ts';
import { AGENT, CHART, gw, one, WSAGENT } from './field-objects.ts';
import { hap, nic } from './field-proxies.ts';
import { P50, S50, T50, traefik } from './field-traefik.ts';
import { istiod, MESHED } from './istio-parts.ts';
import { proxyOf } from './proxy-cases.ts';

/** Objects that a documented set-up can build upon, by the word that names them. */
export const BASES: Readonly<Record<string, string>> = {
  chart: CHART,
  one: one(),
  /** Jenkins speaks TLS on 8443. */
  tls: CHART.replaceAll('8080', '8443').replaceAll('name: http', 'name: https'),
  meshed: MESHED(CHART),
  'web-port-meshed': MESHED(CHART).replace(
    '  name: jenkins-0\n',
    '  name: jenkins-0\n  annotations: { traffic.sidecar.istio.io/includeInboundPorts: "8080" }\n',
  ),
  /** The first port of the Service is that of agents. */
  'agent-first': one().replace(
    'ports: [{ name: http, port: 8080, targetPort: 8080 }, { name: jnlp, port: 50000, targetPort: 50000 }]',
    'ports: [{ name: jnlp, port: 50000, targetPort: 50000 }, { name: http, port: 8080, targetPort: 8080 }]',
  ),
  /** Jenkins listens on another port than the Service. */
  java: one()
    .replace('targetPort: 50000', 'targetPort: 50001')
    .replace(
      'ports: [{ containerPort: 8080 }, { containerPort: 50000 }]',
      'env: [{ name: JAVA_OPTS, value: "-Djenkins.model.Jenkins.slaveAgentPort=50001" }], ports: [{ containerPort: 8080 }]',
    ),
  none: '',
  agent: AGENT,
  websocket: WSAGENT,
  tunnel: AGENT.replace('jenkins-agent.jenkins.svc.cluster.local', 'agents.example.com'),
  'meshed-agent': AGENT.replace('}] }]', '}] }, { name: istio-proxy }]'),
  'ambient-agent': AGENT.replace(
    'name: agent-1, namespace: agents,',
    'name: agent-1, namespace: agents, annotations: { ambient.istio.io/redirection: enabled },',
  ),
  traefik: traefik(T50, S50, P50),
  istio: istiod(', { name: tcp-agents, port: 50000, targetPort: 50000 }'),
  eg: gw('public', 'infra', 'eg', [HTTPS, AGENTS]),
  'eg-tcp': tcp(),
  'eg-web': web(),
  f5: nic(
    ['-global-configuration=nginx-ingress/nginx-configuration'],
    ', { name: agents, port: 50000, targetPort: 50000 }',
  ),
  haproxy: hap([], ''),
  kong: proxyOf({ image: 'kong:3.9', args: [], ports: [80, 443, 9000] })
    .replaceAll('ingress-nginx', 'kong')
    .replace('args: []', 'env: [{ name: KONG_STREAM_LISTEN, value: "0.0.0.0:9000, 0.0.0.0:9443 ssl" }]'),
};
