import fc from 'fast-check';
import t from 'tap';
import { AGENT_CLUSTER_RULES } from '../../src/inspection/agent-cluster-rules.ts';
import { inspectAgentCluster, inspectControllerCluster } from '../../src/inspection/apply-rules.ts';
import { CONTROLLER_CLUSTER_RULES } from '../../src/inspection/controller-cluster-rules.ts';
import { assertCleanData } from '../fuzz/outputs.ts';
import { holds } from '../protocol/properties.ts';
import { agentFacts, controllerFacts } from './cluster.ts';

const DEEP = JSON.parse(`${'['.repeat(2000)}${']'.repeat(2000)}`);
const GIANT = 'a,b=c:/{'.repeat(20_000);

/** Malicious values of a field. */
const hostile = fc.oneof(
  fc.constantFrom<unknown>(null, '', 0, -1, 1e308, true, false, '/', ':', '::', '0.0.0.0/0', '::/0', '$(X)'),
  fc.constantFrom<unknown>([], {}, [null], [[]], [{}], [''], { metadata: null }, { port: {} }, DEEP, GIANT),
  fc.constant({ [GIANT]: GIANT }),
  fc.constantFrom(JSON.parse('{"__proto__":{"name":"x"}}'), JSON.parse('{"constructor":null,"toString":1}')),
  fc.anything({ maxDepth: 3 }),
);

/** A path in an object, as choices among the fields of each level, and the value to put there. */
const mutation = fc.record({ way: fc.array(fc.nat(63), { minLength: 2, maxLength: 12 }), value: hostile });

function mutate(facts: object, mutations: readonly { way: readonly number[]; value: unknown }[]): void {
  for (const { way, value } of mutations) {
    let place = facts as Record<string, unknown>;
    for (const [depth, choice] of way.entries()) {
      const keys = Object.keys(place);
      const key = keys[choice % keys.length];
      if (key === undefined) break;
      const next = place[key];
      // The facts that the collectors make themselves are typed; the objects inside are not.
      const inside = depth > 0 || Array.isArray(next);
      if (typeof next !== 'object' || next === null || (inside && depth === way.length - 1)) {
        if (depth > 0) place[key] = structuredClone(value);
        break;
      }
      place = next as Record<string, unknown>;
    }
  }
}

const AGENTS = `
kind: Sidecar
metadata: { name: default }
spec: { egress: [{ hosts: ["./*"] }], outboundTrafficPolicy: { mode: REGISTRY_ONLY } }
---
kind: ServiceEntry
metadata: { name: e }
spec: { hosts: [a_c] }
---
kind: Role
metadata: { name: jenkins }
rules:
  - { apiGroups: [""], resources: [pods], resourceNames: [x], verbs: [get] }
---
kind: RoleBinding
metadata: { name: jenkins }
roleRef: { kind: Role, name: jenkins }
subjects: [{ kind: ServiceAccount, name: jenkins, namespace: jenkins }, { kind: Group, name: system:masters }]
---
kind: RoleBinding
metadata: { name: jenkins, namespace: elsewhere }
roleRef: { kind: ClusterRole, name: jenkins }
subjects: [{ kind: ServiceAccount, name: jenkins, namespace: jenkins }]
---
kind: ClusterRole
metadata: { name: jenkins }
rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }]
---
kind: ResourceQuota
metadata: { name: agents }
spec: { hard: { pods: "10", cpu: 10m } }
status: { hard: { pods: "10", cpu: 10m }, used: { pods: "10", cpu: 1e3 } }
---
kind: Pod
metadata:
  name: agent
  labels: { jenkins: slave }
  annotations: { proxy.istio.io/config: "{}" }
  ownerReferences: [{ kind: Job, name: x }]
spec:
  serviceAccountName: default
  initContainers: [{ name: set-up, image: x }]
  containers:
    - name: jnlp
      image: jenkins/inbound-agent:1
      command: [cat]
      args: [$(JENKINS_SECRET)]
      env:
        - { name: JENKINS_SECRET, value: abc }
        - { name: JENKINS_TUNNEL, value: "a:1" }
        - { name: JENKINS_DIRECT_CONNECTION, value: "a:1" }
        - { name: JENKINS_URL, value: "http://a_b/" }
      resources: { limits: { memory: 1Gi } }
    - { name: istio-proxy, image: istio }
    - { name: other, image: jenkins/inbound-agent:1 }
status:
  phase: Pending
  reason: Evicted
  message: why
  conditions: [{ type: PodScheduled, status: "False", reason: Unschedulable, message: none }]
  initContainerStatuses: [{ name: set-up, state: { waiting: { reason: CreateContainerError, message: m } } }]
  containerStatuses:
    - name: jnlp
      restartCount: 2
      state: { waiting: { reason: ImagePullBackOff, message: m } }
      lastState:
        terminated: { exitCode: 1, reason: OOMKilled, startedAt: 2026-01-01T00:00:00Z, finishedAt: 2026-01-01T00:00:01Z }
---
kind: NetworkPolicy
metadata: { name: agents }
spec:
  podSelector: { matchLabels: { jenkins: slave }, matchExpressions: [{ key: a, operator: NotIn, values: [b] }] }
  policyTypes: [Egress]
  egress:
    - to:
        - ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] }
        - { podSelector: { matchLabels: { a: b } }, namespaceSelector: { matchLabels: { a: b } } }
      ports: [{ protocol: TCP, port: 1, endPort: 9 }, { port: agent-listener }]
`;

const DESTINATIONS = [
  {
    name: 'agent port',
    port: 50_000,
    protocol: 'TCP',
    peers: [
      { namespace: null, labels: null, namespaceLabels: null, address: '10.2.0.1', ports: [] },
      { namespace: 'x', labels: {}, namespaceLabels: {}, address: null, ports: [{ name: 'a' }] },
    ],
  },
] as const;

const CONTROLLER = `
kind: Pod
metadata:
  name: main-0
  labels: { app: jenkins }
  ownerReferences: [{ kind: StatefulSet, name: main }]
spec:
  containers:
    - name: jenkins
      image: jenkins/jenkins:lts
      ports: [{ name: agent-listener, containerPort: 50000 }]
      livenessProbe: { tcpSocket: { port: 50000 }, periodSeconds: 5 }
      readinessProbe: { httpGet: { path: /login, port: agent-listener, scheme: HTTPS } }
    - { name: istio-proxy, image: istio }
---
kind: Pod
metadata: { name: agent, labels: { jenkins: slave } }
status: { podIP: 10.1.2.3 }
---
kind: Service
metadata:
  name: main-agent
  annotations:
    service.beta.kubernetes.io/aws-load-balancer-type: external
    service.beta.kubernetes.io/aws-load-balancer-ssl-cert: arn
    service.beta.kubernetes.io/aws-load-balancer-ssl-ports: "443, 50000"
    service.beta.kubernetes.io/aws-load-balancer-proxy-protocol: "*"
    service.beta.kubernetes.io/aws-load-balancer-healthcheck-success-codes: 200-399
spec:
  type: LoadBalancer
  selector: { app: jenkins }
  externalTrafficPolicy: Local
  healthCheckNodePort: 30000
  ports: [{ name: agent-listener, port: 50000, targetPort: agent-listener, nodePort: 30001 }, { port: 8080 }]
status: { loadBalancer: { ingress: [{ hostname: a.amazonaws.com }] } }
---
kind: Service
metadata: { name: main-azure, annotations: { service.beta.kubernetes.io/port_50000_health-probe_protocol: https } }
spec: { type: LoadBalancer, selector: { app: jenkins }, ports: [{ port: 50000, appProtocol: http }] }
---
kind: Endpoints
metadata: { name: main-agent }
subsets:
  - addresses: [{ ip: 10.0.0.1, targetRef: { kind: Pod, name: main-0 } }, { ip: 10.0.0.2 }]
    notReadyAddresses: [{ ip: 10.0.0.3 }]
---
kind: Ingress
metadata: { name: main, annotations: { nginx.ingress.kubernetes.io/auth-url: x, nginx.ingress.kubernetes.io/whitelist-source-range: y } }
spec:
  ingressClassName: nginx
  tls: [{ hosts: [jenkins.example.com] }]
  rules:
    - host: "*.example.com"
      http: { paths: [{ path: "/()", pathType: Prefix, backend: { service: { name: main, port: { number: 8080 } } } }] }
    - http: { paths: [{ path: /, backend: { service: { name: main-agent, port: { name: agent-listener } } } }] }
---
kind: NetworkPolicy
metadata: { name: main }
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress: [{ from: [{ namespaceSelector: {} }, { ipBlock: { cidr: 10.0.0.0/33 } }], ports: [{ port: 1 }] }]
---
kind: Deployment
metadata: { name: nginx, namespace: ingress-nginx }
spec:
  replicas: 1
  template:
    metadata: { labels: { app: nginx } }
    spec:
      containers:
        - image: registry.k8s.io/ingress-nginx/controller:v1
          args: [--tcp-services-configmap, $(POD_NAMESPACE)/tcp, --configmap=ingress-nginx/nginx]
---
kind: Service
metadata: { name: nginx, namespace: ingress-nginx }
spec: { type: LoadBalancer, selector: { app: nginx }, ports: [{ port: 50000 }] }
---
kind: ConfigMap
metadata: { name: tcp, namespace: ingress-nginx }
data: { "50000": "jenkins/main-agent:50000:PROXY:PROXY" }
---
kind: ConfigMap
metadata: { name: nginx, namespace: ingress-nginx }
data: { proxy-stream-timeout: 10s }
`;

const agents = agentFacts(AGENTS);
const controller = controllerFacts(CONTROLLER);

/** Texts of a report stay of a size that can be read. */
function readable(results: ReturnType<typeof inspectAgentCluster>): boolean {
  return results.every(
    ({ findings, detail }) =>
      detail.length < 5000 &&
      findings.length <= 100 &&
      findings.every(
        ({ object, field, actual, expected }) => `${object}${field}${actual}${expected}`.length < 5000,
      ),
  );
}

t.test('no rule throws, whatever the objects of a cluster of agents hold', (t) => {
  holds(
    t,
    fc.array(mutation, { minLength: 1, maxLength: 5 }),
    (mutations) => {
      const facts = structuredClone(agents);
      mutate(facts, mutations);
      const { namespace, account, accountsWithToken = [] } = agentFacts('');
      const results = inspectAgentCluster({
        ...facts,
        namespace,
        account,
        accountsWithToken,
        destinations: DESTINATIONS,
      });
      return results.length <= AGENT_CLUSTER_RULES.length && readable(results);
    },
    { seed: 20_260_102, numRuns: 1000 },
  );
  t.end();
});

t.test('nor of a cluster of controllers', (t) => {
  holds(
    t,
    fc.array(mutation, { minLength: 1, maxLength: 5 }),
    (mutations) => {
      const facts = structuredClone(controller);
      mutate(facts, mutations);
      const { namespace, agentPort, health } = controllerFacts('');
      const url = 'http://jenkins.example.com/';
      const results = inspectControllerCluster({
        ...facts,
        namespace,
        agentPort,
        url,
        health,
        provider: null,
      });
      return results.length <= CONTROLLER_CLUSTER_RULES.length && readable(results);
    },
    { seed: 20_260_102, numRuns: 1000 },
  );
  t.end();
});

t.test('no result has a control character of an object', (t) => {
  const value = fc.constantFrom('a\u009b31mb', 'x\u202ey', 'l1\nl2\u0007', '\u001b]0;x\u0007', 'x:\u0085:1');
  const spoilt = fc.record({ way: mutation.map(({ way }) => way), value });
  holds(
    t,
    fc.array(spoilt, { minLength: 5, maxLength: 20 }),
    (mutations) => {
      const [ofAgents, ofController] = [structuredClone(agents), structuredClone(controller)];
      mutate(ofAgents, mutations);
      mutate(ofController, mutations);
      assertCleanData('a result', inspectAgentCluster({ ...ofAgents, destinations: DESTINATIONS }));
      const { namespace, agentPort, health } = controllerFacts('');
      const url = 'http://jenkins.example.com/';
      const facts = { ...ofController, namespace, agentPort, url, health, provider: null };
      assertCleanData('a result', inspectControllerCluster(facts));
      return true;
    },
    { seed: 20_260_102, numRuns: 200 },
  );
  t.end();
});

t.test('unharmed, these objects give each rule of objects something to say', (t) => {
  const spoken = [
    ...inspectAgentCluster(agentFacts(AGENTS, { destinations: DESTINATIONS })),
    ...inspectControllerCluster(controllerFacts(CONTROLLER, { url: 'http://jenkins.example.com/' })),
  ].filter(({ outcome }) => outcome === 'failed');
  t.ok(spoken.length > 20, `${spoken.length} rules find something`);
  t.end();
});
