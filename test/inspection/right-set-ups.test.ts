import t from 'tap';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import {
  inspectAgentCluster,
  inspectControllerCluster,
  type RuleResult,
} from '../../src/inspection/apply-rules.ts';
import type { ControllerClusterFacts } from '../../src/inspection/cluster-facts.ts';
import { withInspection } from '../../src/report/cluster-report.ts';
import type { Report } from '../../src/report/report.ts';
import { reportWith } from '../report/reports.ts';
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
} from './balanced.ts';
import { agentFacts, controllerFacts, isWithoutSubject } from './cluster.ts';

/** A web Service, an Ingress, endpoints and a policy around the agent port, all right. */
const AROUND = `
kind: Service
metadata: { name: main }
spec: { selector: { app: jenkins }, ports: [{ name: http, port: 8080, targetPort: http }] }
---
kind: Endpoints
metadata: { name: main }
subsets: [{ addresses: [{ ip: 10.1.0.7, targetRef: { kind: Pod, name: main-0 } }], ports: [{ name: http, port: 8080 }] }]
---
kind: Endpoints
metadata: { name: main-agent }
subsets: [{ addresses: [{ ip: 10.1.0.7, targetRef: { kind: Pod, name: main-0 } }], ports: [{ port: 50000 }] }]
---
kind: Ingress
metadata: { name: main, annotations: { nginx.ingress.kubernetes.io/proxy-read-timeout: "3600" } }
spec:
  ingressClassName: nginx
  tls: [{ hosts: [jenkins.example.com], secretName: tls }]
  rules:
    - host: jenkins.example.com
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: main, port: { name: http } } } }] }
---
kind: NetworkPolicy
metadata: { name: main }
spec:
  podSelector: { matchLabels: { app: jenkins } }
  policyTypes: [Ingress]
  ingress:
    - { ports: [{ protocol: TCP, port: 8080 }] }
    - { from: [{ namespaceSelector: {}, podSelector: { matchLabels: { jenkins: slave } } }], ports: [{ protocol: TCP, port: agent-listener }] }
---
kind: Pod
metadata: { name: agent, namespace: agents, labels: { jenkins: slave } }
status: { podIP: 10.1.0.33 }
---
`;
const HELLO = {
  [aws('healthcheck-protocol')]: 'http',
  [aws('healthcheck-path')]: '/',
  [aws('healthcheck-success-codes')]: '200',
};

const RIGHT: Readonly<Record<string, string | readonly [string, Partial<ControllerClusterFacts>]>> = {
  'no load balancer': balanced({}).replace('LoadBalancer', 'ClusterIP'),
  'a NodePort': balanced({}).replace('LoadBalancer', 'NodePort'),
  'aws-load-balancer-controller, pods': balanced({ ...LBC_IP, ...HELLO }),
  'aws-load-balancer-controller, nodes': balanced({ ...LBC_INSTANCE, ...HELLO }),
  'aws-load-balancer-controller, nodes, Local': balanced(
    { ...LBC_INSTANCE, ...HELLO, [aws('healthcheck-port')]: 'traffic-port' },
    LOCAL,
  ),
  'AWS network, in-tree': balanced({ ...NLB, ...HELLO }),
  'AWS classic': balanced({ ...CLASSIC, ...HELLO, [aws('connection-idle-timeout')]: '3600' }),
  Azure: balanced({
    ...AZURE,
    [azurePort('health-probe_protocol')]: 'http',
    [azure('tcp-idle-timeout')]: '30',
  }),
  'Azure, appProtocol': [
    balanced({ [azure('tcp-idle-timeout')]: '30' }, '', [PORT.replace('}', ', appProtocol: http }')]),
    { provider: 'azure' },
  ],
  MetalLB: balanced({ 'metallb.io/address-pool': 'main' }),
  'ingress-nginx, a DaemonSet at a NodePort': throughNginx({ type: 'NodePort' }).replace(
    'kind: Deployment',
    'kind: DaemonSet',
  ),
  'ingress-nginx, with PROXY protocol all the way': throughNginx({
    annotations: {
      ...LBC_IP,
      [aws('proxy-protocol')]: '*',
      [aws('healthcheck-protocol')]: 'http',
      [aws('healthcheck-port')]: '10254',
      [aws('healthcheck-path')]: '/healthz',
    },
    entry: 'jenkins/main-agent:50000:PROXY',
    settings: { 'use-proxy-protocol': 'true', 'proxy-stream-timeout': '3600s' },
  }),
};

const notOk = (results: readonly RuleResult[]) =>
  results
    .filter((each) => each.outcome !== 'ok' && !isWithoutSubject(each))
    .map(({ rule, outcome, detail }) => ({ rule, outcome, detail }));

for (const [name, right] of Object.entries(RIGHT)) {
  t.test(`nothing is found where all is right: ${name}`, (t) => {
    const [objects, given] = typeof right === 'string' ? [right, {}] : right;
    t.same(notOk(inspectControllerCluster(controllerFacts(`${objects}\n---\n${AROUND}`, given))), []);
    t.end();
  });
}

t.test('the passthrough load balancer of Google cannot see the listener: good to know, and no more', (t) => {
  for (const more of ['', LOCAL]) {
    const results = inspectControllerCluster(controllerFacts(balanced(GKE, more) + AROUND));
    t.same(
      notOk(results).map(({ rule, outcome }) => ({ rule, outcome })),
      [{ rule: 'check-sees-listener', outcome: 'failed' }],
    );
    t.equal(CATALOGUE['healthcheck-blind'].severity, 'info');
    const report: Report = reportWith({});
    const joined = withInspection(report, { role: 'controller-cluster', namespace: 'jenkins', results });
    t.equal(joined.verdict, 'reachable', 'agents connect');
    t.match(joined.diagnoses, [{ code: 'healthcheck-blind', severity: 'info' }]);
  }
  t.end();
});

const AGENTS = `
kind: Role
metadata: { name: jenkins-agents }
rules:
  - { apiGroups: [""], resources: [pods, pods/exec], verbs: [create, delete, get, list, patch, update, watch] }
  - { apiGroups: [""], resources: [pods/log], verbs: [get, list, watch] }
  - { apiGroups: [""], resources: [events], verbs: [watch] }
---
kind: RoleBinding
metadata: { name: jenkins-agents }
roleRef: { kind: Role, name: jenkins-agents }
subjects: [{ kind: ServiceAccount, name: jenkins, namespace: jenkins }]
---
kind: ResourceQuota
metadata: { name: agents }
spec: { hard: { pods: "10", requests.cpu: "4", services: "0" } }
status: { hard: { pods: "10", requests.cpu: "4", services: "0" }, used: { pods: "3", requests.cpu: 1200m, services: "0" } }
---
kind: NetworkPolicy
metadata: { name: agents }
spec:
  podSelector: { matchLabels: { jenkins: slave } }
  policyTypes: [Egress]
  egress:
    - to: [{ ipBlock: { cidr: 203.0.113.0/24 } }]
      ports: [{ protocol: TCP, port: 50000 }]
    - ports: [{ protocol: UDP, port: 53 }]
---
kind: Pod
metadata: { name: agent, labels: { jenkins: slave } }
spec:
  containers:
    - name: jnlp
      image: jenkins/inbound-agent:3355.v388858a_47b_33-3-jdk21
      resources: { requests: { cpu: 100m } }
      env:
        - { name: JENKINS_SECRET, value: ${'a'.repeat(64)} }
        - { name: JENKINS_TUNNEL, value: "agents.example.com:50000" }
        - { name: JENKINS_URL, value: "https://jenkins.example.com/" }
    - { name: maven, image: "maven:3", resources: { requests: { cpu: 500m } }, command: [sleep], args: [infinity] }
status:
  phase: Running
  containerStatuses:
    - { name: jnlp, ready: true, restartCount: 0, state: { running: {} } }
    - { name: maven, ready: true, restartCount: 0, state: { running: {} } }
`;

t.test('nothing is found where agents run and all is right', (t) => {
  const peer = { namespace: null, labels: null, namespaceLabels: null, address: '203.0.113.9', ports: [] };
  const destinations = [{ name: 'the agent port', port: 50_000, protocol: 'TCP', peers: [peer] }] as const;
  t.same(notOk(inspectAgentCluster(agentFacts(AGENTS, { destinations }))), []);
  t.same(
    notOk(inspectAgentCluster(agentFacts(''))).map(({ rule }) => rule),
    ['account-may'],
    'of nothing, only rights are missing',
  );
  t.end();
});
