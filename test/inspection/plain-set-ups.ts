import { AGENTS, HTTPS, tcp, web } from './field-gateways.ts';
import { AGENT, CHART, EG, gw, one, parent, rt, type SetUp, WSAGENT } from './field-objects.ts';
import { CM, GC, hap, ING, LEFT, nic, noCheck, route, second, svcType, T2, TS } from './field-proxies.ts';
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
    'OpenShift: edge Redirect, WebSocket',
    CHART +
      route(
        '{ host: jenkins.example.com, to: { kind: Service, name: jenkins, weight: 100 }, port: { targetPort: http }, tls: { termination: edge, insecureEdgeTerminationPolicy: Redirect }, wildcardPolicy: None }',
      ) +
      WSAGENT,
    [],
  ],
  [
    'OpenShift: edge + NodePort for agents outside',
    svcType(CHART, 'NodePort', 'externalTrafficPolicy: Cluster', '', '', ', nodePort: 31500') +
      route(
        '{ host: jenkins.example.com, to: { kind: Service, name: jenkins }, port: { targetPort: 8080 }, tls: { termination: edge } }',
      ) +
      AGENT,
    [],
  ],
  [
    'OpenShift: reencrypt to Jenkins TLS port',
    CHART.replaceAll('8080', '8443').replaceAll('name: http', 'name: https') +
      route(
        '{ host: jenkins.example.com, to: { kind: Service, name: jenkins }, port: { targetPort: https }, tls: { termination: reencrypt } }',
      ) +
      WSAGENT,
    [],
  ],
  [
    'OpenShift: passthrough to Jenkins TLS port',
    CHART.replaceAll('8080', '8443').replaceAll('name: http', 'name: https') +
      route(
        '{ host: jenkins.example.com, to: { kind: Service, name: jenkins }, port: { targetPort: https }, tls: { termination: passthrough } }',
      ) +
      WSAGENT,
    [],
  ],
  [
    'OpenShift: passthrough one Service to Jenkins TLS port',
    one().replaceAll('8080', '8443').replace('name: http,', 'name: https,') +
      route(
        '{ host: jenkins.example.com, to: { kind: Service, name: jenkins }, port: { targetPort: https }, tls: { termination: passthrough } }',
      ) +
      WSAGENT,
    [],
  ],
  [
    'OpenShift: jenkins template: Service jenkins (web 80->8080) & jenkins-jnlp, route without port',
    `
apiVersion: v1
kind: Service
metadata: { name: jenkins, annotations: { service.alpha.openshift.io/dependencies: '[{"name": "jenkins-jnlp"}]' } }
spec: { selector: { name: jenkins }, ports: [{ name: web, port: 80, targetPort: 8080 }] }
---
apiVersion: v1
kind: Service
metadata: { name: jenkins-jnlp }
spec: { selector: { name: jenkins }, ports: [{ name: agent, port: 50000, targetPort: 50000 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: jenkins-1-abcde, labels: { name: jenkins, deploymentconfig: jenkins, deployment: jenkins-1 } }
spec: { containers: [{ name: jenkins, image: "image-registry.openshift-image-registry.svc:5000/openshift/jenkins@sha256:aa", env: [{ name: JNLP_SERVICE_NAME, value: jenkins-jnlp }] }] }
status: { phase: Running, podIP: 10.1.0.7, conditions: [{ type: Ready, status: "True" }] }
---
kind: Endpoints
metadata: { name: jenkins }
subsets: [{ addresses: [{ ip: 10.1.0.7, targetRef: { kind: Pod, name: jenkins-1-abcde } }], ports: [{ name: web, port: 8080 }] }]
---
kind: Endpoints
metadata: { name: jenkins-jnlp }
subsets: [{ addresses: [{ ip: 10.1.0.7, targetRef: { kind: Pod, name: jenkins-1-abcde } }], ports: [{ name: agent, port: 50000 }] }]
---
` +
      route(
        '{ host: jenkins.example.com, to: { kind: Service, name: jenkins }, tls: { termination: edge, insecureEdgeTerminationPolicy: Redirect } }',
        'jenkins',
        'haproxy.router.openshift.io/timeout: 4m',
      ) +
      AGENT.replace('jenkins-agent.jenkins', 'jenkins-jnlp.jenkins'),
    [],
  ],
  [
    'OpenShift: Route to agent Service by SNI',
    CHART +
      route(
        '{ host: jenkins.example.com, to: { kind: Service, name: jenkins }, port: { targetPort: http }, tls: { termination: edge } }',
      ) +
      route(
        '{ host: agents.example.com, to: { kind: Service, name: jenkins-agent }, port: { targetPort: agent-listener }, tls: { termination: passthrough } }',
        'agents',
      ),
    ['alb-or-http-lb-on-50000|Route jenkins/agents|spec.to|certain'],
  ],
  [
    'OpenShift: Route not admitted',
    CHART +
      route(
        '{ host: jenkins.example.com, to: { kind: Service, name: jenkins }, port: { targetPort: http }, tls: { termination: edge } }',
        'jenkins',
        '',
        'False',
      ) +
      WSAGENT,
    ['ingress-no-backend-503|Route jenkins/jenkins|status.ingress[].conditions[type=Admitted]|certain'],
  ],
  [
    'OpenShift: Route made by an Ingress + http URL',
    CHART +
      route(
        '{ host: jenkins.example.com, to: { kind: Service, name: jenkins }, port: { targetPort: http } }',
      ),
    [],
    { url: 'http://jenkins.example.com/' },
  ],
  [
    'OpenShift: edge None, URL http',
    CHART +
      route(
        '{ host: jenkins.example.com, to: { kind: Service, name: jenkins }, port: { targetPort: http }, tls: { termination: edge, insecureEdgeTerminationPolicy: Redirect } }',
      ),
    ['discovery-redirect-only|Route jenkins/jenkins|spec.tls.insecureEdgeTerminationPolicy|certain'],
    { url: 'http://jenkins.example.com/' },
  ],
  [
    'NLB ip target, LBC, http check on probe',
    svcType(
      CHART,
      'LoadBalancer',
      'loadBalancerClass: service.k8s.aws/nlb',
      '{ loadBalancer: { ingress: [{ hostname: a.elb.amazonaws.com }] } }',
      'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type: ip, service.beta.kubernetes.io/aws-load-balancer-scheme: internal, service.beta.kubernetes.io/aws-load-balancer-healthcheck-protocol: http, service.beta.kubernetes.io/aws-load-balancer-healthcheck-port: "8080", service.beta.kubernetes.io/aws-load-balancer-healthcheck-path: /login',
    ),
    [],
    { provider: 'aws' },
  ],
  [
    'NLB ip target, LBC, default TCP check',
    svcType(
      CHART,
      'LoadBalancer',
      'loadBalancerClass: service.k8s.aws/nlb',
      '{ loadBalancer: { ingress: [{ hostname: a.elb.amazonaws.com }] } }',
      'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type: ip',
    ),
    [
      'tcp-healthcheck-log-spam|Service jenkins/jenkins-agent|metadata.annotations["service.beta.kubernetes.io/aws-load-balancer-healthcheck-protocol"]|certain',
    ],
    { provider: 'aws' },
  ],
  [
    'Azure LB default',
    svcType(
      CHART,
      'LoadBalancer',
      'externalTrafficPolicy: Cluster',
      '{ loadBalancer: { ingress: [{ ip: 20.0.0.1 }] } }',
    ),
    [
      'lb-idle-timeout-tcp|Service jenkins/jenkins-agent|metadata.annotations["service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout"]|certain',
      'tcp-healthcheck-log-spam|Service jenkins/jenkins-agent|metadata.annotations["service.beta.kubernetes.io/port_50000_health-probe_protocol"]|certain',
    ],
    { provider: 'azure' },
  ],
  [
    'GKE LB default',
    svcType(
      CHART,
      'LoadBalancer',
      'externalTrafficPolicy: Cluster',
      '{ loadBalancer: { ingress: [{ ip: 34.0.0.1 }] } }',
    ),
    ['healthcheck-blind|Service jenkins/jenkins-agent|spec.externalTrafficPolicy|certain'],
    { provider: 'gcp' },
  ],
  [
    'MetalLB LB default with Ingress nginx',
    svcType(
      CHART,
      'LoadBalancer',
      'externalTrafficPolicy: Local',
      '{ loadBalancer: { ingress: [{ ip: 10.0.0.50 }] } }',
      'metallb.io/allow-shared-ip: jenkins',
    ),
    [],
  ],
  [
    'MetalLB pending',
    svcType(CHART, 'LoadBalancer', 'externalTrafficPolicy: Local', '{ loadBalancer: {} }').replace(
      'name: jenkins-agent, annotations',
      'name: jenkins-agent, creationTimestamp: "2026-06-01T00:00:00Z", annotations',
    ),
    ['load-balancer-pending|Service jenkins/jenkins-agent|status.loadBalancer.ingress|certain'],
  ],
  [
    'LB with source ranges of office',
    svcType(
      CHART,
      'LoadBalancer',
      'loadBalancerSourceRanges: [10.0.0.0/8]',
      '{ loadBalancer: { ingress: [{ ip: 10.0.0.50 }] } }',
    ),
    ['agent-port-timeout-filtered|Service jenkins/jenkins-agent|spec.loadBalancerSourceRanges|possible'],
  ],
  [
    'NodePort, no agents known',
    svcType(CHART, 'NodePort', 'externalTrafficPolicy: Cluster', '', '', ', nodePort: 31500'),
    ['advertised-port-mismatch|Service jenkins/jenkins-agent|spec.ports[0]|possible'],
  ],
  [
    'NodePort, Jenkins announces it',
    svcType(CHART, 'NodePort', 'externalTrafficPolicy: Cluster', '', '', ', nodePort: 31500'),
    [],
    { announcedPort: 31500 },
  ],
  [
    'hostPort',
    CHART.replace(
      'containerPort: 50000, protocol: TCP',
      'containerPort: 50000, hostPort: 50000, protocol: TCP',
    ),
    [],
  ],
  [
    'LoadBalancer for both ports in one Service, MetalLB',
    one()
      .replace('type: ClusterIP', 'type: LoadBalancer')
      .replace(
        'targetPort: 50000 }]',
        'targetPort: 50000 }]\nstatus: { loadBalancer: { ingress: [{ ip: 10.0.0.60 }] } }',
      ),
    [],
    { url: 'http://10.0.0.60:8080/' },
  ],
  [
    'dual stack LB',
    svcType(
      CHART,
      'LoadBalancer',
      'ipFamilies: [IPv4, IPv6]\n  ipFamilyPolicy: PreferDualStack',
      '{ loadBalancer: { ingress: [{ ip: 10.0.0.50 }, { ip: "2001:db8::5" }] } }',
    ),
    [],
  ],
  [
    'headless agent Service',
    CHART.replace(/(name: jenkins-agent, labels[\s\S]*?)type: ClusterIP/, '$1clusterIP: None') + AGENT,
    [],
  ],
  [
    'headless agent Service behind EG TCPRoute',
    CHART.replace(/(name: jenkins-agent, labels[\s\S]*?)type: ClusterIP/, '$1clusterIP: None') +
      gw('public', 'infra', 'eg', [HTTPS, AGENTS]) +
      web() +
      tcp(),
    [],
  ],
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
    [],
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
