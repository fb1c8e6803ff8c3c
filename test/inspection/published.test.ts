import { controllerCases } from './cluster.ts';

const CONTROLLER = `
kind: Pod
metadata: { name: main-0, labels: { app: jenkins } }
spec: { containers: [{ name: jenkins, image: jenkins/jenkins:lts, ports: [{ containerPort: 8080 }, { name: agent-listener, containerPort: 50000 }] }] }
`;
const AGENT = 'kind: Pod\nmetadata: { name: agent, labels: { jenkins: slave } }';
const service = (spec: string, status = '', port = 50_000) => `
kind: Service
metadata: { name: main-agent, creationTimestamp: 2026-06-01T00:00:00Z }
spec: { selector: { app: jenkins }, ports: [{ name: p, port: ${port}, targetPort: ${port}, nodePort: 30500 }], ${spec} }
${status}`;
const ADDRESS = 'status: { loadBalancer: { ingress: [{ ip: 203.0.113.9 }] } }';
const BALANCER = 'type: LoadBalancer';
const all = (...objects: readonly string[]) => [CONTROLLER, ...objects].join('\n---\n');
const SERVICE = 'Service jenkins/main-agent';

const SHARED = 'metallb.io/allow-shared-ip: jenkins';
const shared = (name: string, spec: string, status: string, port: number) =>
  service(`${BALANCER}, ${spec}`, status, port).replace(
    'name: main-agent, ',
    `name: ${name}, annotations: { ${SHARED} }, `,
  );

controllerCases('agent-port-published', [
  { name: 'nothing', objects: CONTROLLER, found: 'skipped' },
  {
    name: 'inside the cluster alone, and no agent is known',
    objects: all(service('type: ClusterIP')),
    found: 'skipped',
  },
  {
    name: 'inside the cluster, where the agents are',
    objects: all(service('type: ClusterIP'), AGENT),
    found: null,
  },
  { name: 'a load balancer', objects: all(service(BALANCER, ADDRESS)), found: null },
  { name: 'a node port', objects: all(service('type: NodePort')), found: null },
  {
    name: 'a load balancer without an address',
    objects: all(service(BALANCER)),
    found: {
      code: 'load-balancer-pending',
      object: SERVICE,
      field: 'status.loadBalancer.ingress',
      confidence: 'certain',
    },
  },
  {
    name: 'a load balancer that is young',
    objects: all(service(BALANCER).replace('2026-06-01', '2026-07-01')),
    found: null,
  },
  {
    name: 'an address that MetalLB cannot share: Local, and other selectors',
    objects: all(
      shared('main-agent', 'externalTrafficPolicy: Local', '', 50_000).replace('2026-06-01', '2026-07-01'),
      shared('main', 'externalTrafficPolicy: Cluster', ADDRESS, 8080).replace('app: jenkins', 'app: web'),
    ),
    found: {
      code: 'load-balancer-pending',
      object: SERVICE,
      field: 'status.loadBalancer.ingress',
      confidence: 'likely',
    },
    fix: /"path":"\/spec\/externalTrafficPolicy","value":"Cluster"/,
  },
  {
    name: 'an address that MetalLB can share',
    objects: all(
      shared('main-agent', 'externalTrafficPolicy: Local', ADDRESS, 50_000),
      shared('main', 'externalTrafficPolicy: Local', ADDRESS, 8080),
    ),
    found: null,
  },
]);

controllerCases('web-port-published', [
  { name: 'nothing', objects: CONTROLLER, found: 'skipped' },
  { name: 'a load balancer', objects: all(service(BALANCER, ADDRESS, 8080)), found: null },
]);

controllerCases('service-address', [
  { name: 'the announced port', objects: all(service(BALANCER, ADDRESS)), found: null },
  {
    name: 'a node port alone',
    objects: all(service('type: NodePort')),
    found: {
      code: 'advertised-port-mismatch',
      object: SERVICE,
      field: 'spec.ports[0]',
      confidence: 'possible',
    },
    fix: /:30500/,
  },
  {
    name: 'a node port, and agents of the cluster',
    objects: all(service('type: NodePort'), AGENT),
    found: null,
  },
  {
    name: 'another address than the web port, though MetalLB is to share one',
    objects: all(
      shared('main-agent', 'externalTrafficPolicy: Cluster', ADDRESS, 50_000),
      shared('main', 'externalTrafficPolicy: Cluster', ADDRESS.replace('.9', '.10'), 8080),
    ),
    found: {
      code: 'advertised-host-wrong',
      object: SERVICE,
      field: 'status.addresses',
      confidence: 'likely',
    },
  },
  {
    name: 'another address than the web port',
    objects: all(
      service(BALANCER, ADDRESS),
      service(BALANCER, ADDRESS.replace('.9', '.10'), 8080).replace('main-agent', 'main'),
    ),
    found: {
      code: 'advertised-host-wrong',
      object: SERVICE,
      field: 'status.addresses',
      confidence: 'possible',
    },
  },
]);

const ranges = (list: string, families = 'IPv4') =>
  all(service(`${BALANCER}, ipFamilies: [${families}], loadBalancerSourceRanges: [${list}]`, ADDRESS));
const RANGES = {
  code: 'agent-port-timeout-filtered',
  object: SERVICE,
  field: 'spec.loadBalancerSourceRanges',
} as const;

controllerCases('service-source-ranges', [
  { name: 'none', objects: all(service(BALANCER, ADDRESS)), found: null },
  { name: 'all', objects: ranges('0.0.0.0/0'), found: null },
  {
    name: 'some',
    objects: ranges('10.0.0.0/8'),
    found: { ...RANGES, confidence: 'possible' },
    fix: /AGENT-CLUSTER-CIDR/,
  },
  {
    name: 'some, with the known agents',
    objects: all(
      service(`${BALANCER}, ipFamilies: [IPv4], loadBalancerSourceRanges: [10.0.0.0/8]`, ADDRESS),
      `${AGENT}\nstatus: { podIP: 10.1.0.33 }`,
    ),
    found: null,
  },
  { name: 'all of IPv4, on two families', objects: ranges('0.0.0.0/0', 'IPv4, IPv6'), found: RANGES },
]);
