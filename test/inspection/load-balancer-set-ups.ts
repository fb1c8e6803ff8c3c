import { AGENTS, HTTPS, tcp, web } from './field-gateways.ts';
import { AGENT, CHART, gw, one, type SetUp } from './field-objects.ts';
import { svcType } from './field-proxies.ts';

export const LOAD_BALANCER_SET_UPS: readonly SetUp[] = [
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
];
