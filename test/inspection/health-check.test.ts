import type { ControllerClusterFacts } from '../../src/inspection/cluster-facts.ts';
import {
  AZURE,
  aws,
  azure,
  azurePort,
  balanced,
  CLASSIC,
  GKE,
  LBC_INSTANCE,
  LBC_IP,
  LOCAL,
  NLB,
  PORT,
  throughNginx,
  WEB_PORT,
} from './balanced.ts';
import { type Case, controllerCases } from './cluster.ts';

type Annotations = Readonly<Record<string, string>>;
type Cases = readonly Case<ControllerClusterFacts>[];

const SERVICE = 'Service jenkins/main-agent';
const field = (key: string) => `metadata.annotations["${key}"]`;
const PROTOCOL = aws('healthcheck-protocol');
const CHECK_PORT = aws('healthcheck-port');
const PATH = aws('healthcheck-path');
const BOTH = [WEB_PORT, PORT];
/** The probe has a Service of its own with a NodePort. */
const HEALTH = { health: { nodePort: 30900, path: '/health/main?entrypoint=agent-port' } };

const annotations = (...lines: readonly string[]) =>
  ['metadata:', '  annotations:', ...lines.map((line) => `    ${line}`)].join('\n');
const KEEP =
  'target_health_state.unhealthy.connection_termination.enabled=false,target_health_state.unhealthy.draining_interval_seconds=86400';
const helloLines = [`${PROTOCOL}: http`, `${CHECK_PORT}: traffic-port`, `${PATH}: /`];
const lbcLines = [
  ...helloLines,
  `${aws('healthcheck-success-codes')}: "200"`,
  `${aws('target-group-attributes')}: ${KEEP}`,
];
const HELLO = annotations(...lbcLines);
/** The annotations of it that the cloud provider reads. */
const PLAIN_HELLO = annotations(...helloLines);
const BY_HEALTH = annotations(
  `${PROTOCOL}: http`,
  `${CHECK_PORT}: "30900"`,
  `${PATH}: /health/main?entrypoint=agent-port`,
  ...lbcLines.slice(3),
);
const azureHello = annotations(
  `${azurePort('health-probe_protocol')}: http`,
  `${azurePort('health-probe_port')}: "50000"`,
  `${azurePort('health-probe_request-path')}: /`,
);
const azureHealth = annotations(
  `${azurePort('health-probe_protocol')}: http`,
  `${azurePort('health-probe_port')}: "30900"`,
  `${azurePort('health-probe_request-path')}: /health/main?entrypoint=agent-port`,
);
const split = (
  more: readonly string[],
  selector = '{"app":"jenkins"}',
  name = 'main-agent-agent',
  namespace = 'jenkins',
) =>
  [
    'apiVersion: v1',
    'kind: Service',
    'spec:',
    '  type: LoadBalancer',
    `  selector: ${selector}`,
    '  ports: [{ name: tcp-agent-listener, port: 50000, targetPort: 50000 }]',
    'metadata:',
    `  name: ${name}`,
    `  namespace: ${namespace}`,
    '  annotations:',
    ...more.map((line) => `    ${line}`),
  ].join('\n');
const keepsKind = (given: Annotations) =>
  Object.entries(given).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);

/** Checks that suit the agent port, for each kind of load balancer: no rule over health checks finds anything. */
const SUITED: Cases = [
  { name: 'controller, ip: GET /', objects: balanced({ ...LBC_IP, [PROTOCOL]: 'http' }), found: null },
  {
    name: 'controller, ip: GET / by the number of the pod',
    objects: balanced({ ...LBC_IP, [PROTOCOL]: 'HTTP', [CHECK_PORT]: '50000', [PATH]: '/' }),
    found: null,
  },
  {
    name: 'controller, instance: GET / by the number of the node',
    objects: balanced({ ...LBC_INSTANCE, [PROTOCOL]: 'http', [CHECK_PORT]: '30500' }),
    found: null,
  },
  {
    name: "controller, instance: the probe's health",
    objects: balanced({ ...LBC_INSTANCE, [PROTOCOL]: 'http', [CHECK_PORT]: '30900', [PATH]: '/health' }),
    found: null,
  },
  {
    name: 'controller: by its class',
    objects: balanced({ [PROTOCOL]: 'http' }, 'loadBalancerClass: service.k8s.aws/nlb'),
    found: null,
  },
  {
    name: 'controller, instance, Local: GET / at the nodes',
    objects: balanced(
      { ...LBC_INSTANCE, [PROTOCOL]: 'http', [CHECK_PORT]: 'traffic-port', [PATH]: '/' },
      LOCAL,
    ),
    found: null,
  },
  {
    name: 'controller, ip, Local: targets are pods',
    objects: balanced({ ...LBC_IP, [PROTOCOL]: 'http' }, LOCAL),
    found: null,
  },
  { name: 'in-tree network: GET /', objects: balanced({ ...NLB, [PROTOCOL]: 'http' }), found: null },
  { name: 'classic: GET /', objects: balanced({ ...CLASSIC, [PROTOCOL]: 'http' }), found: null },
  {
    name: 'classic: its one check asks the first port, which is another',
    objects: balanced({ ...CLASSIC }, '', BOTH),
    found: null,
  },
  {
    name: 'Azure: GET / by the protocol of the port',
    objects: balanced({ ...AZURE, [azurePort('health-probe_protocol')]: 'Http' }),
    found: null,
  },
  {
    name: 'Azure: GET / by appProtocol',
    objects: balanced(AZURE, '', [PORT.replace('}', ', appProtocol: http }')]),
    found: null,
  },
  {
    name: 'Azure: GET / by the protocol of every port',
    objects: balanced({ ...AZURE, [azure('health-probe-protocol')]: 'http' }),
    found: null,
  },
  {
    name: "Azure: the probe's health",
    objects: balanced({
      ...AZURE,
      [azurePort('health-probe_protocol')]: 'http',
      [azurePort('health-probe_port')]: '30900',
      [azurePort('health-probe_request-path')]: '/health',
    }),
    found: null,
  },
  {
    name: 'Azure, Local: a port of its own goes before',
    objects: balanced(
      { ...AZURE, [azurePort('health-probe_protocol')]: 'http', [azurePort('health-probe_port')]: '50000' },
      LOCAL,
    ),
    found: null,
  },
  {
    name: 'Azure: no check',
    objects: balanced({ ...AZURE, [azurePort('no_probe_rule')]: 'true' }),
    found: null,
  },
  {
    name: 'Azure: each port has a check of its own',
    objects: balanced({ ...AZURE, [azurePort('health-probe_protocol')]: 'http' }, '', BOTH),
    found: null,
  },
  { name: 'no load balancer', objects: balanced({}).replace('LoadBalancer', 'ClusterIP'), found: 'skipped' },
];

const bare = (
  name: string,
  objects: string,
  key: string,
  actual: string,
  fix: string,
  facts: Partial<ControllerClusterFacts> = {},
) => ({
  name,
  objects,
  facts,
  found: {
    code: 'tcp-healthcheck-log-spam' as const,
    object: SERVICE,
    field: field(key),
    actual: `${actual} from each load balancer node to each target`,
    confidence: 'certain' as const,
    fix,
  },
});
const every = (seconds: number, chosen = 'not set, so tcp') =>
  `${chosen}: a bare connection to 50000 every ${seconds} s`;
const AZURE_PROTOCOL = azurePort('health-probe_protocol');

controllerCases('no-bare-check', [
  ...SUITED,
  bare('controller, ip: the default', balanced(LBC_IP), PROTOCOL, every(10), HELLO),
  bare('controller, ip: said', balanced({ ...LBC_IP, [PROTOCOL]: 'TCP' }), PROTOCOL, every(10, 'tcp'), HELLO),
  bare(
    'controller, ip: every 30 s',
    balanced({ ...LBC_IP, [aws('healthcheck-interval')]: '30' }),
    PROTOCOL,
    every(30),
    HELLO,
  ),
  bare('controller, ip, Local', balanced(LBC_IP, LOCAL), PROTOCOL, every(10), HELLO),
  bare(
    'controller, ip: the health of the probe is at nodes, not at pods',
    balanced(LBC_IP),
    PROTOCOL,
    every(10),
    HELLO,
    HEALTH,
  ),
  bare('controller, instance', balanced(LBC_INSTANCE), PROTOCOL, every(10), HELLO),
  bare(
    "controller, instance: the probe's health",
    balanced(LBC_INSTANCE),
    PROTOCOL,
    every(10),
    BY_HEALTH,
    HEALTH,
  ),
  bare(
    'controller, instance, Local: the health of the probe is the same at every node',
    balanced({ ...LBC_INSTANCE, [PROTOCOL]: 'tcp', [CHECK_PORT]: 'traffic-port' }, LOCAL),
    PROTOCOL,
    every(10, 'tcp'),
    HELLO,
    HEALTH,
  ),
  bare(
    'controller: attributes that are there are kept',
    balanced({ ...LBC_IP, [aws('target-group-attributes')]: 'preserve_client_ip.enabled=true' }),
    PROTOCOL,
    every(10),
    HELLO.replace(KEEP, `preserve_client_ip.enabled=true,${KEEP}`),
  ),
  bare(
    'controller, ip: one check for both ports, so the agent port gets a Service of its own',
    balanced(LBC_IP, '', BOTH),
    PROTOCOL,
    every(10),
    split([...keepsKind(LBC_IP), ...lbcLines]),
  ),
  bare('in-tree network', balanced(NLB), PROTOCOL, every(30), PLAIN_HELLO),
  bare('classic', balanced(CLASSIC), PROTOCOL, every(30), PLAIN_HELLO),
  bare('classic, by the cloud alone', balanced({}), PROTOCOL, every(30), PLAIN_HELLO, { provider: 'aws' }),
  bare('Azure: the default', balanced(AZURE), AZURE_PROTOCOL, every(5), azureHello),
  bare('Azure, by the cloud alone', balanced({}), AZURE_PROTOCOL, every(5), azureHealth, {
    provider: 'azure',
    ...HEALTH,
  }),
  bare(
    'Azure: appProtocol goes before the protocol of every port',
    balanced({ ...AZURE, [azure('health-probe-protocol')]: 'http' }, '', [
      PORT.replace('}', ', appProtocol: tcp }'),
    ]),
    AZURE_PROTOCOL,
    every(5, 'tcp'),
    azureHello,
  ),
  bare(
    'Azure: the protocol of the port goes before appProtocol',
    balanced({ ...AZURE, [AZURE_PROTOCOL]: 'tcp', [azurePort('health-probe_interval')]: '15' }, '', [
      PORT.replace('}', ', appProtocol: http }'),
    ]),
    AZURE_PROTOCOL,
    every(15, 'tcp'),
    azureHello,
  ),
  bare(
    'Azure: a protocol that it does not know counts as tcp',
    balanced(AZURE, '', [PORT.replace('}', ', appProtocol: kubernetes.io/h2c }')]),
    AZURE_PROTOCOL,
    every(5, 'tcp'),
    azureHello,
  ),
  { name: 'GKE asks the node', objects: balanced(GKE), found: null },
  {
    name: 'controller, instance, Local: the default asks kube-proxy',
    objects: balanced(LBC_INSTANCE, LOCAL),
    found: null,
  },
  { name: 'Azure, Local: the default asks kube-proxy', objects: balanced(AZURE, LOCAL), found: null },
  {
    name: 'through nginx, which connects to the controller for each check',
    objects: throughNginx({ annotations: LBC_INSTANCE }),
    found: {
      code: 'tcp-healthcheck-log-spam',
      object: 'Service ingress-nginx/nginx',
      field: field(PROTOCOL),
      actual: `${every(10)} from each load balancer node to each target, through ingress-nginx, which connects for each`,
      fix: split(
        [...keepsKind(LBC_INSTANCE), ...lbcLines],
        '{"app":"nginx"}',
        'nginx-agent',
        'ingress-nginx',
      ),
    },
  },
  {
    name: 'through nginx, whose own health is asked for',
    objects: throughNginx({
      annotations: { ...LBC_IP, [PROTOCOL]: 'http', [CHECK_PORT]: '10254', [PATH]: '/healthz' },
    }),
    found: null,
  },
]);

const HANGS = {
  code: 'healthcheck-wrong-type-hangs',
  object: SERVICE,
  actual: 'https',
  confidence: 'certain',
} as const;

controllerCases('no-hanging-check', [
  ...SUITED,
  {
    name: 'controller: https',
    objects: balanced({ ...LBC_IP, [PROTOCOL]: 'https' }),
    found: { ...HANGS, field: field(PROTOCOL), fix: HELLO },
  },
  {
    name: 'controller: https, of the web port',
    objects: balanced({ ...LBC_INSTANCE, [PROTOCOL]: 'https', [CHECK_PORT]: '30080' }, '', BOTH),
    found: null,
  },
  {
    name: 'in-tree network: HTTPS',
    objects: balanced({ ...NLB, [PROTOCOL]: 'HTTPS' }),
    found: { ...HANGS, field: field(PROTOCOL), fix: PLAIN_HELLO },
  },
  {
    name: 'classic: ssl',
    objects: balanced({ ...CLASSIC, [PROTOCOL]: 'ssl' }),
    found: { ...HANGS, field: field(PROTOCOL), fix: PLAIN_HELLO },
  },
  {
    name: 'classic: a back end by TLS is asked by TLS',
    objects: balanced({ ...CLASSIC, [aws('backend-protocol')]: 'ssl' }),
    found: { ...HANGS, field: field(PROTOCOL), fix: PLAIN_HELLO },
  },
  {
    name: 'Azure: https',
    objects: balanced({ ...AZURE, [AZURE_PROTOCOL]: 'https' }),
    found: { ...HANGS, field: field(AZURE_PROTOCOL), fix: azureHello },
  },
  {
    name: 'Azure: appProtocol https',
    objects: balanced(AZURE, '', [PORT.replace('}', ', appProtocol: https }')]),
    found: { ...HANGS, field: field(AZURE_PROTOCOL), fix: azureHello },
  },
]);

const NOT_FOUND = {
  code: 'healthcheck-wrong-path-404',
  object: SERVICE,
  expected: '/',
  confidence: 'certain',
} as const;
const AZURE_PATH = azurePort('health-probe_request-path');

controllerCases('check-path-known', [
  ...SUITED,
  {
    name: 'controller: /login',
    objects: balanced({ ...LBC_IP, [PROTOCOL]: 'http', [PATH]: '/login' }),
    found: { ...NOT_FOUND, field: field(PATH), actual: '/login', fix: HELLO },
  },
  {
    name: 'controller: a path that tcp does not ask for',
    objects: balanced({ ...LBC_IP, [PATH]: '/login' }),
    found: null,
  },
  {
    name: 'controller: /login of the web port',
    objects: balanced(
      { ...LBC_INSTANCE, [PROTOCOL]: 'http', [CHECK_PORT]: 'http', [PATH]: '/login' },
      '',
      BOTH,
    ),
    found: null,
  },
  {
    name: 'controller, instance, Local: traffic-port keeps the path of kube-proxy',
    objects: balanced({ ...LBC_INSTANCE, [CHECK_PORT]: 'traffic-port' }, LOCAL),
    found: { ...NOT_FOUND, field: field(PATH), actual: '/healthz', fix: HELLO },
  },
  {
    name: 'controller: /tcpSlaveAgentListener/',
    objects: balanced({ ...LBC_INSTANCE, [PROTOCOL]: 'http', [PATH]: '/tcpSlaveAgentListener/' }),
    facts: HEALTH,
    found: { ...NOT_FOUND, field: field(PATH), actual: '/tcpSlaveAgentListener/', fix: BY_HEALTH },
  },
  {
    name: 'classic: /login',
    objects: balanced({ ...CLASSIC, [PROTOCOL]: 'http', [PATH]: '/login' }),
    found: { ...NOT_FOUND, field: field(PATH), actual: '/login', fix: PLAIN_HELLO },
  },
  {
    name: 'Azure: the path of the port',
    objects: balanced({ ...AZURE, [AZURE_PROTOCOL]: 'http', [AZURE_PATH]: '/login' }),
    found: { ...NOT_FOUND, field: field(AZURE_PATH), actual: '/login', fix: azureHello },
  },
  {
    name: 'Azure: the path of every port',
    objects: balanced({
      ...AZURE,
      [azure('health-probe-protocol')]: 'http',
      [azure('health-probe-request-path')]: '/login',
    }),
    found: { ...NOT_FOUND, field: field(AZURE_PATH), actual: '/login', fix: azureHello },
  },
  {
    name: 'Azure: the path of the port goes before that of every port',
    objects: balanced({
      ...AZURE,
      [AZURE_PROTOCOL]: 'http',
      [azure('health-probe-request-path')]: '/login',
      [AZURE_PATH]: '/',
    }),
    found: null,
  },
]);

const TRAP = {
  code: 'healthcheck-shared-service-trap',
  object: SERVICE,
  field: field(PROTOCOL),
  expected: 'a Service of its own for 50000',
  confidence: 'likely',
} as const;
const STRICT = { [PROTOCOL]: 'http', [aws('healthcheck-success-codes')]: '200' };

controllerCases('check-fits-every-port', [
  ...SUITED,
  {
    name: 'controller: both ports, 200 alone',
    objects: balanced({ ...LBC_IP, ...STRICT }, '', BOTH),
    found: {
      ...TRAP,
      actual: "http GET / for the ports 50000, 8080 alike: Jenkins' web port answers it with 403",
      fix: `${split([...keepsKind(LBC_IP), ...lbcLines])}\n# or: ${aws('healthcheck-success-codes')}: 200-403`,
    },
  },
  {
    name: 'controller: both ports, the default codes',
    objects: balanced({ ...LBC_IP, [PROTOCOL]: 'http' }, '', BOTH),
    found: { ...TRAP },
  },
  {
    name: 'controller: both ports, with 403',
    objects: balanced(
      { ...LBC_IP, [PROTOCOL]: 'http', [aws('healthcheck-success-codes')]: '200,403' },
      '',
      BOTH,
    ),
    found: null,
  },
  {
    name: 'controller: both ports, with a range',
    objects: balanced(
      { ...LBC_IP, [PROTOCOL]: 'http', [aws('healthcheck-success-codes')]: '200-403' },
      '',
      BOTH,
    ),
    found: null,
  },
  {
    name: 'in-tree network: both ports',
    objects: balanced({ ...NLB, [PROTOCOL]: 'http' }, '', BOTH),
    found: { ...TRAP },
  },
  {
    name: 'in-tree network: codes that it does not read',
    objects: balanced(
      { ...NLB, [PROTOCOL]: 'http', [aws('healthcheck-success-codes')]: '200-499' },
      '',
      BOTH,
    ),
    found: { ...TRAP },
  },
  {
    name: 'classic: one check for the nodes',
    objects: balanced({ ...CLASSIC, [PROTOCOL]: 'http' }, '', [PORT, WEB_PORT]),
    found: null,
  },
  {
    name: 'nginx: GET / for the web ports as well',
    objects: throughNginx({ annotations: { ...LBC_INSTANCE, ...STRICT } }),
    found: {
      ...TRAP,
      object: 'Service ingress-nginx/nginx',
      actual: 'http GET / for the ports 50000, 443 alike: nginx answers it with 404 at its web ports',
      fix: split(
        [...keepsKind(LBC_INSTANCE), ...lbcLines],
        '{"app":"nginx"}',
        'nginx-agent',
        'ingress-nginx',
      ),
    },
  },
]);

const BLIND = { code: 'healthcheck-blind', object: SERVICE, confidence: 'certain' } as const;
const GKE_FIX =
  'the check of a passthrough load balancer cannot be changed: alert on jenkins_agent_probe_up{entrypoint="agent-port"}, or put a proxy load balancer with a HealthCheckPolicy of /health/main?entrypoint=agent-port in front';
const LOCAL_ASKED = 'asks kube-proxy for /healthz on the node, port 31234';

controllerCases('check-sees-listener', [
  ...SUITED,
  {
    name: 'GKE',
    objects: balanced(GKE),
    found: {
      ...BLIND,
      field: 'spec.externalTrafficPolicy',
      actual: 'asks kube-proxy for /healthz on the node',
      fix: GKE_FIX,
    },
  },
  {
    name: 'GKE, Local',
    objects: balanced(GKE, LOCAL),
    found: { ...BLIND, field: 'spec.healthCheckNodePort', actual: LOCAL_ASKED, fix: GKE_FIX },
  },
  {
    name: 'GKE, by the cloud alone',
    objects: balanced({}),
    facts: { provider: 'gcp' },
    found: { ...BLIND, field: 'spec.externalTrafficPolicy' },
  },
  {
    name: 'GKE: a BackendConfig is for Ingress, not for this',
    objects: balanced({ 'cloud.google.com/backend-config': '{"default":"jenkins"}' }),
    found: { ...BLIND, field: 'spec.externalTrafficPolicy' },
  },
  {
    name: 'controller, instance, Local',
    objects: balanced(LBC_INSTANCE, LOCAL),
    found: { ...BLIND, field: field(CHECK_PORT), actual: LOCAL_ASKED, fix: HELLO },
  },
  {
    name: 'controller, instance, Local, whose port is not read',
    objects: balanced(LBC_INSTANCE, 'externalTrafficPolicy: Local'),
    found: { ...BLIND, field: field(CHECK_PORT), actual: 'asks kube-proxy for /healthz on the node' },
  },
  {
    name: 'classic, Local',
    objects: balanced(CLASSIC, LOCAL),
    found: { ...BLIND, field: field(CHECK_PORT), fix: PLAIN_HELLO },
  },
  {
    name: 'Azure, Local',
    objects: balanced(AZURE, LOCAL),
    facts: HEALTH,
    found: { ...BLIND, field: field(azurePort('health-probe_port')), fix: azureHello },
  },
]);

const LOST = {
  code: 'externaltrafficpolicy-local-blackhole',
  object: SERVICE,
  expected: 'http on 31234, path /healthz',
} as const;
const UNTOLD = `take the health check annotations away, so that the default for Local counts, or: kubectl -n jenkins patch service main-agent -p '{"spec":{"externalTrafficPolicy":"Cluster"}}'`;

controllerCases('local-nodes-told', [
  ...SUITED,
  {
    name: 'controller, instance: the default asks kube-proxy',
    objects: balanced(LBC_INSTANCE, LOCAL),
    found: null,
  },
  {
    name: 'controller, instance: tcp at the port of kube-proxy, which every node has open',
    objects: balanced({ ...LBC_INSTANCE, [PROTOCOL]: 'tcp' }, LOCAL),
    found: {
      ...LOST,
      field: field(PROTOCOL),
      actual: 'tcp, with externalTrafficPolicy: Local',
      confidence: 'certain',
      fix: UNTOLD,
    },
  },
  {
    name: 'the same, without healthCheckNodePort',
    objects: balanced({ ...LBC_INSTANCE, [PROTOCOL]: 'tcp' }, 'externalTrafficPolicy: Local'),
    found: { ...LOST, field: field(PROTOCOL), expected: 'http on the healthCheckNodePort, path /healthz' },
  },
  {
    name: 'controller, instance: tcp at the port itself, which a node without the pod does not answer',
    objects: balanced({ ...LBC_INSTANCE, [PROTOCOL]: 'tcp', [CHECK_PORT]: 'traffic-port' }, LOCAL),
    found: null,
  },
  {
    name: 'controller, instance: the same answer from every node',
    objects: balanced({ ...LBC_INSTANCE, [PROTOCOL]: 'http', [CHECK_PORT]: '30900' }, LOCAL),
    found: { ...LOST, field: field(CHECK_PORT), confidence: 'likely', fix: UNTOLD },
  },
  {
    name: 'controller, instance: another port of the same pod',
    objects: balanced(
      { ...LBC_INSTANCE, [PROTOCOL]: 'http', [CHECK_PORT]: '30080', [PATH]: '/login' },
      LOCAL,
      BOTH,
    ),
    found: null,
  },
  {
    name: 'controller, ip: targets are pods',
    objects: balanced({ ...LBC_IP, [PROTOCOL]: 'tcp' }, LOCAL),
    found: null,
  },
  { name: 'controller, Cluster', objects: balanced({ ...LBC_INSTANCE, [PROTOCOL]: 'tcp' }), found: null },
  { name: 'classic: the default asks kube-proxy', objects: balanced(CLASSIC, LOCAL), found: null },
  {
    name: 'classic: tcp',
    objects: balanced({ ...CLASSIC, [PROTOCOL]: 'tcp' }, LOCAL),
    found: { ...LOST, field: field(PROTOCOL) },
  },
  {
    name: 'Azure: the default asks kube-proxy',
    objects: balanced({ ...AZURE, [azure('health-probe-protocol')]: 'tcp' }, LOCAL),
    found: null,
  },
  {
    name: 'Azure: the same answer from every node',
    objects: balanced(
      { ...AZURE, [AZURE_PROTOCOL]: 'http', [azurePort('health-probe_port')]: '30900' },
      LOCAL,
    ),
    found: { ...LOST, field: field(azurePort('health-probe_port')), confidence: 'likely' },
  },
  { name: 'GKE', objects: balanced(GKE, LOCAL), found: null },
]);
