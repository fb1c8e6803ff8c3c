/** Values of the official Jenkins chart that change the objects which the inspection reads. */
export interface ChartValues {
  readonly agentListenerPort?: number;
  readonly agentListenerEnabled?: boolean;
  readonly agentListenerServiceType?: 'ClusterIP' | 'NodePort' | 'LoadBalancer';
  readonly agentListenerHostPort?: number;
  /** `agent.websocket`. */
  readonly websocket?: boolean;
  readonly jenkinsUriPrefix?: string;
  readonly networkPolicy?: boolean;
  /** Rules beside the chart's own. */
  readonly extraRules?: string;
  /** Whether an agent runs. */
  readonly agent?: boolean;
}

const LABELS =
  'app.kubernetes.io/name: jenkins, app.kubernetes.io/managed-by: Helm, app.kubernetes.io/instance: ci, app.kubernetes.io/component: jenkins-controller';
const SELECTOR = '{ app.kubernetes.io/component: jenkins-controller, app.kubernetes.io/instance: ci }';
const PROBE = (path: string) => `{ httpGet: { path: ${path}/login, port: http }, periodSeconds: 10 }`;

/** Objects shaped like those that the chart renders, release `ci` in the namespace `jenkins`, and what Kubernetes adds. */
export function chartObjects({
  agentListenerPort: port = 50_000,
  agentListenerEnabled: listener = true,
  agentListenerServiceType: type = 'ClusterIP',
  agentListenerHostPort: hostPort,
  websocket = false,
  jenkinsUriPrefix: prefix = '',
  networkPolicy = false,
  extraRules = '',
  agent = true,
}: ChartValues = {}): string {
  return [
    rights(extraRules),
    service('ci-jenkins', 'ClusterIP', 8080, 'http'),
    ...(listener ? [service('ci-jenkins-agent', type, port, 'agent-listener')] : []),
    controller(port, prefix, hostPort),
    ...(networkPolicy ? [policies(port)] : []),
    ...(agent ? [agentPod(port, prefix, websocket)] : []),
  ].join('\n---\n');
}

function service(name: string, type: string, port: number, portName: string): string {
  return `
kind: Service
metadata: { name: ${name}, labels: { ${LABELS} } }
spec:
  type: ${type}
  selector: ${SELECTOR}
  ports: [{ name: ${portName}, port: ${port}, targetPort: ${port} }]
---
kind: Endpoints
metadata: { name: ${name} }
subsets: [{ addresses: [{ ip: 10.1.0.5, targetRef: { kind: Pod, name: ci-jenkins-0 } }], ports: [{ name: ${portName}, port: ${port} }] }]`;
}

function controller(port: number, prefix: string, hostPort: number | undefined): string {
  return `
kind: Pod
metadata:
  name: ci-jenkins-0
  labels: { ${LABELS}, controller-revision-hash: ci-jenkins-6d, statefulset.kubernetes.io/pod-name: ci-jenkins-0 }
  ownerReferences: [{ kind: StatefulSet, name: ci-jenkins }]
spec:
  serviceAccountName: ci-jenkins
  containers:
    - name: jenkins
      image: docker.io/jenkins/jenkins:2.541.1-jdk21
      args: ["--httpPort=8080"]
      env:
        - { name: JAVA_OPTS, value: "-Dcasc.reload.token=$(POD_NAME) " }
        - { name: JENKINS_OPTS, value: "${prefix === '' ? '' : `--prefix=${prefix} `}--webroot=/var/jenkins_cache/war " }
        - { name: JENKINS_SLAVE_AGENT_PORT, value: "${port}" }
      ports:
        - { name: http, containerPort: 8080, protocol: TCP }
        - { name: agent-listener, containerPort: ${port}, protocol: TCP${hostPort === undefined ? '' : `, hostPort: ${hostPort}`} }
      startupProbe: ${PROBE(prefix)}
      livenessProbe: ${PROBE(prefix)}
      readinessProbe: ${PROBE(prefix)}
    - { name: config-reload, image: docker.io/kiwigrid/k8s-sidecar:2.5.0 }`;
}

function rights(extraRules: string): string {
  return `
kind: Role
metadata: { name: ci-jenkins-schedule-agents }
rules:
  - { apiGroups: [""], resources: [pods, pods/exec, pods/log, persistentvolumeclaims, events], verbs: [get, list, watch] }
  - { apiGroups: [""], resources: [pods, pods/exec, persistentvolumeclaims], verbs: [create, delete, deletecollection, patch, update] }
${extraRules}
---
kind: RoleBinding
metadata: { name: ci-jenkins-schedule-agents }
roleRef: { kind: Role, name: ci-jenkins-schedule-agents }
subjects: [{ kind: ServiceAccount, name: ci-jenkins, namespace: jenkins }]
---
kind: Role
metadata: { name: ci-jenkins-casc-reload }
rules: [{ apiGroups: [""], resources: [configmaps], verbs: [get, watch, list] }]
---
kind: RoleBinding
metadata: { name: ci-jenkins-watch-configmaps }
roleRef: { kind: Role, name: ci-jenkins-casc-reload }
subjects: [{ kind: ServiceAccount, name: ci-jenkins, namespace: jenkins }]`;
}

function policies(port: number): string {
  return `
kind: NetworkPolicy
metadata: { name: ci-jenkins-controller }
spec:
  podSelector: { matchLabels: ${SELECTOR} }
  policyTypes: [Ingress]
  ingress:
    - { ports: [{ protocol: TCP, port: 8080 }] }
    - { from: [{ podSelector: { matchLabels: { jenkins/ci-jenkins-agent: "true" } } }], ports: [{ protocol: TCP, port: ${port} }] }
---
kind: NetworkPolicy
metadata: { name: ci-jenkins-agent }
spec: { podSelector: { matchLabels: { jenkins/ci-jenkins-agent: "true" } }, policyTypes: [Ingress] }`;
}

function agentPod(port: number, prefix: string, websocket: boolean): string {
  return `
kind: Pod
metadata:
  name: default-x1
  labels: { jenkins: slave, jenkins/ci-jenkins-agent: "true", jenkins/label: ci-jenkins-agent }
spec:
  containers:
    - name: jnlp
      image: docker.io/jenkins/inbound-agent:3355.v388858a_47b_33-3-jdk21
      resources: { requests: { cpu: 512m, memory: 512Mi }, limits: { cpu: 512m, memory: 512Mi } }
      env:
        - { name: JENKINS_SECRET, value: ${'b'.repeat(64)} }
        - ${websocket ? '{ name: JENKINS_WEB_SOCKET, value: "true" }' : `{ name: JENKINS_TUNNEL, value: "ci-jenkins-agent.jenkins.svc.cluster.local:${port}" }`}
        - { name: JENKINS_AGENT_NAME, value: default-x1 }
        - { name: REMOTING_OPTS, value: "-noReconnectAfter 1d" }
        - { name: JENKINS_AGENT_WORKDIR, value: /home/jenkins/agent }
        - { name: JENKINS_URL, value: "http://ci-jenkins.jenkins.svc.cluster.local:8080${prefix}/" }
status:
  phase: Running
  podIP: 10.1.0.9
  containerStatuses: [{ name: jnlp, ready: true, restartCount: 0, state: { running: {} } }]`;
}
