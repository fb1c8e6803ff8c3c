import { AGENTS, HTTPS, tcp, web } from './field-gateways.ts';
import { AGENT, CHART, EG, gw, parent, rt, type SetUp, WSAGENT } from './field-objects.ts';
import { CM, ING, LEFT, second, T2 } from './field-proxies.ts';
import { IRT_OK, ir, irt, mw } from './field-traefik.ts';

/** As the Jenkins chart writes it: agents of its own namespace. */
const POLICY = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: jenkins-controller, namespace: jenkins }
spec:
  podSelector: { matchLabels: { app.kubernetes.io/component: jenkins-controller, app.kubernetes.io/instance: jenkins } }
  ingress:
    - ports: [{ port: 8080, protocol: TCP }]
    - { from: [{ podSelector: { matchLabels: { jenkins/jenkins-jenkins-agent: "true" } } }], ports: [{ port: 50000, protocol: TCP }] }
---
`;

export const PLAIN_SET_UPS: readonly SetUp[] = [
  [
    'an alias by ExternalName Service in the namespace',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS, AGENTS]) +
      web() +
      tcp() +
      `
apiVersion: v1
kind: Service
metadata: { name: ldap }
spec: { type: ExternalName, externalName: ldap.corp.example.com }
---
apiVersion: v1
kind: Service
metadata: { name: ldaps }
spec: { type: ExternalName, externalName: ldap.corp.example.com, ports: [{ port: 636 }] }
---
`,
    [],
  ],
  [
    'TCPRoute via ExternalName Service in jenkins-old to Jenkins',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS]) +
      web() +
      `
apiVersion: v1
kind: Service
metadata: { name: jenkins-old-agents }
spec: { type: ExternalName, externalName: jenkins-agent.jenkins.svc.cluster.local, ports: [{ port: 50000 }] }
---
` +
      AGENT,
    [],
  ],
  [
    'two Jenkins, one ns, two Traefik entry points',
    CHART +
      second(CHART) +
      T2 +
      ir() +
      ir()
        .replace('name: jenkins,', 'name: ci2,')
        .replaceAll('jenkins.example.com', 'ci2.example.com')
        .replace('{ name: jenkins, port: 8080 }', '{ name: ci2, port: 8080 }') +
      IRT_OK +
      irt(
        '{ entryPoints: [agents2], routes: [{ match: "HostSNI(`*`)", services: [{ name: ci2-agent, port: 50000 }] }] }',
      ).replace('name: agents', 'name: agents2'),
    [],
  ],
  [
    'two Jenkins, one ns, second Jenkins web has basic auth',
    CHART +
      second(CHART) +
      T2 +
      ir() +
      ir('middlewares: [{ name: auth }],')
        .replace('name: jenkins,', 'name: ci2,')
        .replaceAll('jenkins.example.com', 'ci2.example.com')
        .replace('{ name: jenkins, port: 8080 }', '{ name: ci2, port: 8080 }') +
      mw('auth', '{ basicAuth: { secret: s } }') +
      IRT_OK,
    [],
  ],
  [
    'blue/green: green with no pods, own Services',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS, AGENTS]) +
      web() +
      tcp() +
      second(CHART).split('---').slice(0, 2).join('---') +
      '---\n',
    [],
  ],
  [
    'agents in another cluster: no agent pods, TCPRoute on 443 of own LB announced 443',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS]) +
      web() +
      gw(
        'tcp',
        'infra',
        'eg',
        ['name: agents, port: 443, protocol: TCP, allowedRoutes: { namespaces: { from: All } }'],
        true,
        '203.0.113.11',
      ) +
      rt(
        'TCPRoute',
        'agents',
        'jenkins',
        '{ parentRefs: [{ name: tcp, namespace: infra }], rules: [{ backendRefs: [{ name: jenkins-agent, port: 50000 }] }] }',
        [parent('tcp', 'infra', null, EG)],
      ),
    ['advertised-host-wrong|Gateway infra/tcp|status.addresses|possible'],
    { announcedPort: 443 },
  ],
  [
    'leftover Ingress of class nginx with no controller, Gateway API now',
    CHART + gw('public', 'infra', 'eg', [HTTPS, AGENTS]) + web() + tcp() + LEFT,
    [
      'sso-or-login-in-front|Ingress jenkins/jenkins-old|metadata.annotations["nginx.ingress.kubernetes.io/auth-url"]|possible',
      'ip-allowlist-403|Ingress jenkins/jenkins-old|metadata.annotations["nginx.ingress.kubernetes.io/whitelist-source-range"]|possible',
    ],
  ],
  [
    'leftover tcp-services ConfigMap, no workload',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS, AGENTS]) +
      web() +
      tcp() +
      CM('jenkins/jenkins-agent:50000', 'tcp-services', 'ingress-nginx'),
    [],
  ],
  [
    'leftover tcp-services ConfigMap to a Service that has gone',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS, AGENTS]) +
      web() +
      tcp() +
      CM('jenkins/jenkins-old:50000', 'tcp-services', 'ingress-nginx'),
    ['nginx-tcp-bad-reference|ConfigMap ingress-nginx/tcp-services|data["50000"]|possible'],
  ],
  [
    'several controllers: Ingress of class internal-nginx (community) + Traefik class',
    CHART +
      ING('internal') +
      `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: internal }
spec: { controller: k8s.io/internal-nginx }
---
` +
      WSAGENT,
    [],
  ],
  [
    'cilium ingress class',
    CHART + ING('cilium', 'ingress.cilium.io/loadbalancer-mode: shared') + WSAGENT,
    [],
  ],
  [
    'ALB ingress, idle timeout default',
    CHART +
      ING(
        'alb',
        'alb.ingress.kubernetes.io/scheme: internal, alb.ingress.kubernetes.io/target-type: ip, alb.ingress.kubernetes.io/listen-ports: \'[{"HTTPS":443}]\'',
      ) +
      WSAGENT,
    [],
    { provider: 'aws' },
  ],
  [
    'a policy of the chart for its own agents, and agents by WebSocket',
    `${CHART}${POLICY}${ING('traefik')}${WSAGENT}`,
    [],
  ],
  [
    'a policy of the chart for its own agents, and agents of another namespace',
    `${CHART}${POLICY}${AGENT}`,
    ['networkpolicy-label-mismatch|NetworkPolicy jenkins/jenkins-controller|spec.ingress[1].from|likely'],
  ],
  [
    'a Service at two backends, one of which has gone',
    CHART +
      gw('public', 'infra', 'eg', [HTTPS, AGENTS]) +
      web() +
      rt(
        'TCPRoute',
        'agents',
        'jenkins',
        '{ parentRefs: [{ name: public, namespace: infra, sectionName: agents }], rules: [{ backendRefs: [{ name: jenkins-agent, port: 50000 }, { name: jenkins-green-agent, port: 50000 }] }] }',
        [parent('public', 'infra', 'agents', EG, { ResolvedRefs: ['False', 'BackendNotFound'] })],
      ),
    ['gateway-backend-refused|TCPRoute jenkins/agents|spec.rules[0].backendRefs[1].name|certain'],
  ],
];
