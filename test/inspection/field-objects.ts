import type { ControllerClusterFacts } from '../../src/inspection/cluster-facts.ts';

/** Jenkins from the official chart: release `jenkins` in namespace `jenkins`. */
export const CHART = `
apiVersion: v1
kind: Service
metadata: { name: jenkins, labels: { helm.sh/chart: jenkins-5.9.53, app.kubernetes.io/component: jenkins-controller } }
spec:
  type: ClusterIP
  selector: { app.kubernetes.io/component: jenkins-controller, app.kubernetes.io/instance: jenkins }
  ports: [{ name: http, port: 8080, targetPort: 8080 }]
---
apiVersion: v1
kind: Service
metadata: { name: jenkins-agent, labels: { helm.sh/chart: jenkins-5.9.53, app.kubernetes.io/component: jenkins-controller } }
spec:
  type: ClusterIP
  selector: { app.kubernetes.io/component: jenkins-controller, app.kubernetes.io/instance: jenkins }
  ports: [{ name: agent-listener, port: 50000, targetPort: 50000 }]
---
kind: Endpoints
metadata: { name: jenkins }
subsets: [{ addresses: [{ ip: 10.1.0.7, targetRef: { kind: Pod, name: jenkins-0 } }], ports: [{ name: http, port: 8080 }] }]
---
kind: Endpoints
metadata: { name: jenkins-agent }
subsets: [{ addresses: [{ ip: 10.1.0.7, targetRef: { kind: Pod, name: jenkins-0 } }], ports: [{ name: agent-listener, port: 50000 }] }]
---
apiVersion: v1
kind: Pod
metadata:
  name: jenkins-0
  labels: { app.kubernetes.io/component: jenkins-controller, app.kubernetes.io/instance: jenkins, app.kubernetes.io/name: jenkins, controller-revision-hash: jenkins-6d, statefulset.kubernetes.io/pod-name: jenkins-0 }
spec:
  containers:
    - name: jenkins
      env: [{ name: JENKINS_SLAVE_AGENT_PORT, value: "50000" }]
      ports: [{ name: http, containerPort: 8080, protocol: TCP }, { name: agent-listener, containerPort: 50000, protocol: TCP }]
    - name: config-reload
status: { phase: Running, podIP: 10.1.0.7, conditions: [{ type: Ready, status: "True" }] }
---
`;
export const one = (_over = '') => `
apiVersion: v1
kind: Service
metadata: { name: jenkins }
spec:
  type: ClusterIP
  selector: { app: jenkins }
  ports: [{ name: http, port: 8080, targetPort: 8080 }, { name: jnlp, port: 50000, targetPort: 50000 }]
---
kind: Endpoints
metadata: { name: jenkins }
subsets: [{ addresses: [{ ip: 10.1.0.7, targetRef: { kind: Pod, name: jenkins-abc } }], ports: [{ name: http, port: 8080 }, { name: jnlp, port: 50000 }] }]
---
apiVersion: v1
kind: Pod
metadata: { name: jenkins-abc, labels: { app: jenkins, pod-template-hash: abc } }
spec: { containers: [{ name: jenkins, image: "jenkins/jenkins:lts", ports: [{ containerPort: 8080 }, { containerPort: 50000 }] }] }
status: { phase: Running, podIP: 10.1.0.7, conditions: [{ type: Ready, status: "True" }] }
---
`;
const T = '2026-06-01T00:00:00Z';
export const parent = (
  name: string,
  namespace: string,
  section: string | null,
  ctl: string,
  ok: Record<string, [string, string]> = {},
) =>
  `{ parentRef: { group: gateway.networking.k8s.io, kind: Gateway, name: ${name}, namespace: ${namespace}${section === null ? '' : `, sectionName: ${section}`} }, controllerName: ${ctl}, conditions: [${Object.entries(
    { Accepted: ['True', 'Accepted'], ResolvedRefs: ['True', 'ResolvedRefs'], ...ok },
  )
    .map(
      ([t, [s, r]]) =>
        `{ type: ${t}, status: "${s}", reason: ${r}, message: m, observedGeneration: 1, lastTransitionTime: "${T}" }`,
    )
    .join(', ')}] }`;
export const EG = 'gateway.envoyproxy.io/gatewayclass-controller';
/** A Gateway whose listeners stand. */
export const gw = (
  name: string,
  ns: string,
  cls: string,
  listeners: string[],
  status = true,
  addr = '203.0.113.10',
) => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: ${name}, namespace: ${ns}, generation: 1, creationTimestamp: "${T}" }
spec:
  gatewayClassName: ${cls}
  listeners:
${listeners.map((l) => `    - { ${l} }`).join('\n')}
${
  status
    ? `status:
  addresses: [{ type: IPAddress, value: ${addr} }]
  conditions:
    - { type: Accepted, status: "True", reason: Accepted, observedGeneration: 1, lastTransitionTime: "${T}" }
    - { type: Programmed, status: "True", reason: Programmed, observedGeneration: 1, lastTransitionTime: "${T}" }
  listeners:
${listeners
  .map((l) => {
    const n = /name: ([\w-]+)/.exec(l)?.[1];
    return `    - { name: ${n}, attachedRoutes: 1, supportedKinds: [], conditions: [{ type: Accepted, status: "True", reason: Accepted, observedGeneration: 1, lastTransitionTime: "${T}" }, { type: Programmed, status: "True", reason: Programmed, observedGeneration: 1, lastTransitionTime: "${T}" }, { type: Conflicted, status: "False", reason: NoConflicts, observedGeneration: 1, lastTransitionTime: "${T}" }, { type: ResolvedRefs, status: "True", reason: ResolvedRefs, observedGeneration: 1, lastTransitionTime: "${T}" }] }`;
  })
  .join('\n')}`
    : ''
}
---
`;
export const rt = (
  kind: string,
  name: string,
  ns: string,
  spec: string,
  parents: string[] | null,
  version = 'v1',
) => `
apiVersion: gateway.networking.k8s.io/${version}
kind: ${kind}
metadata: { name: ${name}, namespace: ${ns}, generation: 1, creationTimestamp: "${T}" }
spec: ${spec}
${parents === null ? '' : `status: { parents: [${parents.join(', ')}] }`}
---
`;
export const AGENT = `
apiVersion: v1
kind: Pod
metadata: { name: agent-1, namespace: agents, labels: { jenkins: slave, jenkins/jenkins-jenkins-agent: "true" } }
spec: { containers: [{ name: jnlp, image: "jenkins/inbound-agent", env: [{ name: JENKINS_URL, value: "http://jenkins.jenkins.svc.cluster.local:8080/" }, { name: JENKINS_TUNNEL, value: "jenkins-agent.jenkins.svc.cluster.local:50000" }, { name: JENKINS_AGENT_NAME, value: agent-1 }] }] }
status: { phase: Running, podIP: 10.1.0.33 }
---
`;
export const WSAGENT = `
apiVersion: v1
kind: Pod
metadata: { name: agent-1, namespace: agents, labels: { jenkins: slave } }
spec: { containers: [{ name: jnlp, image: "jenkins/inbound-agent", env: [{ name: JENKINS_URL, value: "https://jenkins.example.com/" }, { name: JENKINS_WEB_SOCKET, value: "true" }] }] }
status: { phase: Running, podIP: 10.1.0.33 }
---
`;

/** A set-up as people have it: its objects, what is found in them (`code|object|field|confidence`), and other facts. */
export type SetUp = readonly [
  name: string,
  objects: string,
  found: readonly string[],
  given?: Partial<ControllerClusterFacts>,
];
