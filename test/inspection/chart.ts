/** Values of the official Jenkins chart that change the objects which the inspection reads. */
export interface ChartValues {
  readonly agentListenerPort?: number;
  readonly agentListenerEnabled?: boolean;
  readonly agentListenerServiceType?: 'ClusterIP' | 'NodePort' | 'LoadBalancer';
  readonly agentListenerServiceAnnotations?: Readonly<Record<string, string>>;
  readonly agentListenerHostPort?: number;
  readonly serviceType?: 'ClusterIP' | 'NodePort' | 'LoadBalancer';
  /** `agent.websocket`. */
  readonly websocket?: boolean;
  /** `agent.jenkinsTunnel`. */
  readonly jenkinsTunnel?: string;
  /** `agent.directConnection`. */
  readonly directConnection?: boolean;
  /** `agent.namespace`. */
  readonly agentNamespace?: string;
  readonly jenkinsUriPrefix?: string;
  readonly ingress?: IngressValues;
  readonly secondaryingress?: Pick<IngressValues, 'hostName'> & { readonly paths: readonly string[] };
  /** `controller.httpRoute`, at a Gateway of the same namespace unless it says otherwise. */
  readonly httpRoute?: { readonly hostName: string; readonly parentRef?: string; readonly status?: string };
  /** `controller.route`, which the chart makes with TLS ended by the router and redirected to. */
  readonly route?: { readonly hostName: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly networkPolicy?: boolean;
  /** `networkPolicy.internalAgents.namespaceLabels`. */
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  /** `renderHelmLabels`. */
  readonly helmLabels?: boolean;
  /** Rules beside the chart's own. */
  readonly extraRules?: string;
  /** True if an agent runs. */
  readonly agent?: boolean;
}

/** `controller.ingress`. */
interface IngressValues {
  readonly hostName: string;
  readonly ingressClassName?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly path?: string;
}

const CHART_LABEL = ', helm.sh/chart: jenkins-5.9.53';
const LABELS =
  'app.kubernetes.io/name: jenkins, app.kubernetes.io/managed-by: Helm, app.kubernetes.io/instance: ci, app.kubernetes.io/component: jenkins-controller, helm.sh/chart: jenkins-5.9.53';
const SELECTOR = '{ app.kubernetes.io/component: jenkins-controller, app.kubernetes.io/instance: ci }';
const PROBE = (path: string) => `{ httpGet: { path: ${path}/login, port: http }, periodSeconds: 10 }`;

/** Objects shaped like those that the chart renders, release `ci` in the namespace `jenkins`, and what Kubernetes adds. */
export function chartObjects({
  agentListenerPort: port = 50_000,
  agentListenerEnabled: listener = true,
  agentListenerServiceType: type = 'ClusterIP',
  agentListenerServiceAnnotations: annotations = {},
  agentListenerHostPort: hostPort,
  serviceType = 'ClusterIP',
  ingress,
  secondaryingress: secondary,
  httpRoute,
  route,
  networkPolicy = false,
  namespaceLabels,
  helmLabels = true,
  extraRules = '',
  agent = true,
  ...connection
}: ChartValues = {}): string {
  const { jenkinsUriPrefix: prefix = '', agentNamespace } = connection;
  const objects = [
    rights(extraRules, agentNamespace),
    service('ci-jenkins', serviceType, 8080, 'http', {}),
    ...(listener ? [service('ci-jenkins-agent', type, port, 'agent-listener', annotations)] : []),
    controller(port, prefix, hostPort),
    ...(ingress ? [ingressOf('ci-jenkins', ingress, [ingress.path])] : []),
    ...(secondary ? [ingressOf('ci-jenkins-secondary', secondary, secondary.paths)] : []),
    ...(httpRoute ? [httpRouteOf(httpRoute)] : []),
    ...(route ? [openshiftRouteOf(route)] : []),
    ...(networkPolicy ? [policies(port, namespaceLabels)] : []),
    ...(agent ? [agentPod(port, connection)] : []),
  ].join('\n---\n');
  return helmLabels ? objects : objects.replaceAll(CHART_LABEL, '');
}

function service(
  name: string,
  type: string,
  port: number,
  portName: string,
  annotations: Readonly<Record<string, string>>,
): string {
  return `
kind: Service
metadata: { name: ${name}, labels: { ${LABELS} }, annotations: ${JSON.stringify(annotations)} }
spec:
  type: ${type}
  selector: ${SELECTOR}
  ports: [{ name: ${portName}, port: ${port}, targetPort: ${port}${type === 'ClusterIP' ? '' : `, nodePort: ${32_000 + (port % 100)}`} }]
${type === 'LoadBalancer' ? 'status: { loadBalancer: { ingress: [{ hostname: lb.example.com }] } }' : ''}
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

/** Without a path the chart leaves it out: every path. */
function ingressOf(
  name: string,
  { hostName, ingressClassName, annotations = {} }: IngressValues,
  paths: readonly (string | undefined)[],
): string {
  const backend = 'backend: { service: { name: ci-jenkins, port: { number: 8080 } } }';
  const all = paths.map(
    (path) =>
      `{ ${path === undefined ? '' : `path: ${path}, `}pathType: ImplementationSpecific, ${backend} }`,
  );
  return `
kind: Ingress
metadata: { name: ${name}, labels: { ${LABELS} }, annotations: ${JSON.stringify(annotations)} }
spec:
  ${ingressClassName === undefined ? '' : `ingressClassName: ${ingressClassName}`}
  rules: [{ host: ${hostName}, http: { paths: [${all.join(', ')}] } }]`;
}

/** The default rule has no matches: every path. */
function httpRouteOf({
  hostName,
  parentRef = '{ name: public }',
  status = '{ type: Accepted, status: "True" }',
}: NonNullable<ChartValues['httpRoute']>): string {
  return `
kind: HTTPRoute
metadata: { name: ci-jenkins, labels: { ${LABELS} } }
spec:
  parentRefs: [${parentRef}]
  hostnames: [${hostName}]
  rules: [{ backendRefs: [{ name: ci-jenkins, port: 8080 }] }]
status: { parents: [{ parentRef: ${parentRef}, controllerName: gateway.envoyproxy.io/gatewayclass-controller, conditions: [${status}] }] }
---
kind: Gateway
metadata: { name: public }
spec: { listeners: [{ name: web, port: 443, protocol: HTTPS }] }`;
}

function openshiftRouteOf({ hostName, annotations = {} }: NonNullable<ChartValues['route']>): string {
  return `
kind: Route
metadata: { name: ci-jenkins, labels: { ${LABELS} }, annotations: ${JSON.stringify(annotations)} }
spec:
  host: ${hostName}
  port: { targetPort: http }
  tls: { termination: edge, insecureEdgeTerminationPolicy: Redirect }
  to: { kind: Service, name: ci-jenkins, weight: 100 }
status: { ingress: [{ conditions: [{ type: Admitted, status: "True" }] }] }`;
}

function rights(extraRules: string, agentNamespace = 'jenkins'): string {
  return `
kind: Role
metadata: { name: ci-jenkins-schedule-agents, namespace: ${agentNamespace} }
rules:
  - { apiGroups: [""], resources: [pods, pods/exec, pods/log, persistentvolumeclaims, events], verbs: [get, list, watch] }
  - { apiGroups: [""], resources: [pods, pods/exec, persistentvolumeclaims], verbs: [create, delete, deletecollection, patch, update] }
${extraRules}
---
kind: RoleBinding
metadata: { name: ci-jenkins-schedule-agents, namespace: ${agentNamespace} }
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

function policies(port: number, namespaceLabels: ChartValues['namespaceLabels']): string {
  const of =
    namespaceLabels === undefined
      ? ''
      : `, namespaceSelector: { matchLabels: ${JSON.stringify(namespaceLabels)} }`;
  return `
kind: NetworkPolicy
metadata: { name: ci-jenkins-controller, labels: { ${LABELS} } }
spec:
  podSelector: { matchLabels: ${SELECTOR} }
  policyTypes: [Ingress]
  ingress:
    - { ports: [{ protocol: TCP, port: 8080 }] }
    - { from: [{ podSelector: { matchLabels: { jenkins/ci-jenkins-agent: "true" } }${of} }], ports: [{ protocol: TCP, port: ${port} }] }
---
kind: NetworkPolicy
metadata: { name: ci-jenkins-agent, labels: { ${LABELS} } }
spec: { podSelector: { matchLabels: { jenkins/ci-jenkins-agent: "true" } }, policyTypes: [Ingress] }`;
}

function agentPod(
  port: number,
  {
    websocket = false,
    directConnection = false,
    jenkinsTunnel = `ci-jenkins-agent.jenkins.svc.cluster.local:${port}`,
    jenkinsUriPrefix: prefix = '',
    agentNamespace = 'jenkins',
  }: Pick<
    ChartValues,
    'websocket' | 'directConnection' | 'jenkinsTunnel' | 'jenkinsUriPrefix' | 'agentNamespace'
  >,
): string {
  const url = `{ name: JENKINS_URL, value: "http://ci-jenkins.jenkins.svc.cluster.local:8080${prefix}/" }`;
  const direct = `{ name: JENKINS_DIRECT_CONNECTION, value: "ci-jenkins.jenkins.svc.cluster.local:${port}" }
        - { name: JENKINS_INSTANCE_IDENTITY, value: MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A }`;
  const way = websocket
    ? '{ name: JENKINS_WEB_SOCKET, value: "true" }'
    : `{ name: JENKINS_TUNNEL, value: "${jenkinsTunnel}" }`;
  return `
kind: Pod
metadata:
  name: default-x1
  namespace: ${agentNamespace}
  labels: { jenkins: slave, jenkins/ci-jenkins-agent: "true", jenkins/label: ci-jenkins-agent }
spec:
  containers:
    - name: jnlp
      image: docker.io/jenkins/inbound-agent:3355.v388858a_47b_33-3-jdk21
      resources: { requests: { cpu: 512m, memory: 512Mi }, limits: { cpu: 512m, memory: 512Mi } }
      env:
        - { name: JENKINS_SECRET, value: ${'b'.repeat(64)} }
        - ${directConnection ? direct : way}
        ${directConnection ? '' : `- ${url}`}
        - { name: JENKINS_AGENT_NAME, value: default-x1 }
        - { name: REMOTING_OPTS, value: "-noReconnectAfter 1d" }
        - { name: JENKINS_AGENT_WORKDIR, value: /home/jenkins/agent }
status:
  phase: Running
  podIP: 10.1.0.9
  containerStatuses: [{ name: jnlp, ready: true, restartCount: 0, state: { running: {} } }]`;
}
