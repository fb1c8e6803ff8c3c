import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('kubernetes');

/** Kubernetes objects and the kubernetes-plugin. */
export const KUBERNETES_ENTRIES = {
  'agent-port-not-in-service': error('certain', {
    title: 'The Service does not publish the agent port',
    cause:
      'No port of the Service points to the agent port of the pod; usually it has only 8080. WebSocket agents do not need the port.',
    remedy: [
      'If you use the Jenkins chart, set `controller.agentListenerEnabled: true`.',
      'If you do not use the chart, create a second Service `NAME-agent` for the agent port.',
      'Set the tunnel of the cloud to the second Service: `jenkinsTunnel: NAME-agent.NAMESPACE.svc.cluster.local:50000`. Without a tunnel, agents use the host of the Jenkins URL.',
      'If agents use the host of the existing Service, add the port there instead: `kubectl patch service NAME --type=json -p \'[{"op":"add","path":"/spec/ports/-","value":{"name":"tcp-agent-listener","port":50000,"targetPort":50000}}]\'`.',
      'If its first port has no name, add one in the same patch: `{"op":"add","path":"/spec/ports/0/name","value":"http"}`. Kubernetes rejects several ports without names.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/ provided port:50000 is not reachable on host jenkins.example.com',
    ],
    refutedBy: ['port-connect'],
  }),
  'service-selector-mismatch': error('certain', {
    title: 'The Service selects no ready pod',
    cause:
      'Its EndpointSlice is empty while the controller pod is ready. The labels differ, or the selector belongs to another release.',
    remedy: [
      'Compare selector and labels: `kubectl get service NAME -o jsonpath={.spec.selector}` and `kubectl get pod POD --show-labels`.',
      'Correct the selector: `kubectl edit service NAME`.',
    ],
    refutedBy: ['port-connect'],
  }),
  'networkpolicy-label-mismatch': error('likely', {
    title: 'A NetworkPolicy allows other pod labels than the agents have',
    cause:
      'The policy of the chart allows pods with the label `jenkins/<release>-<component>: "true"`. Agents of a cloud with other podLabels are dropped.',
    remedy: [
      'Set `podLabels` in the pod template of the cloud to the labels of the policy.',
      'If the agents are in other namespaces, also set `networkPolicy.internalAgents.namespaceLabels`.',
    ],
  }),
  'networkpolicy-default-deny': error('likely', {
    title: 'A NetworkPolicy does not allow the agent port',
    cause:
      'A policy that selects the agents (egress) or the controller (ingress) has no rule for the agent port.',
    remedy: [
      'List the policies: `kubectl get networkpolicy -A`.',
      'Allow egress of the agents to TCP 8080 and 50000 of the controller, and to DNS (UDP and TCP 53).',
      'Allow ingress from the agents to the controller: `ports: [{ port: 8080 }, { port: 50000 }]`.',
    ],
  }),
  'mesh-http-sniffing': error('certain', {
    title: 'The service mesh treats the agent port as HTTP',
    cause:
      'Envoy answers on the agent port, because the name or the `appProtocol` of the Service port is HTTP (http, http2, grpc, grpc-web). A name without a protocol is harmless.',
    remedy: [
      'Name the port `tcp-agent-listener`, or set `appProtocol: tcp`.',
      'If you can\'t change the Service, exclude the port from the mesh: `traffic.sidecar.istio.io/excludeOutboundPorts: "50000"` on agents and `traffic.sidecar.istio.io/excludeInboundPorts: "50000"` on the controller.',
    ],
    agentLog: [
      'Caused by: org.jenkinsci.remoting.protocol.impl.ConnectionRefusalException: Incorrect acknowledgement received, expected 0x000341434b got 0x485454502f',
    ],
    steps: ['ping', 'ack'],
    observedAlone: 'likely',
  }),
  'mesh-sidecar-not-ready': warning('likely', {
    title: 'The agent starts before its sidecar',
    cause:
      'In the first seconds of the pod the mesh proxy is not up and no connection works; old agents give up at once. Linkerd makes agents wait by default since 2.11.',
    remedy: [
      'If the mesh is Istio, set `holdApplicationUntilProxyStarts: true`.',
      'If the mesh is Linkerd, remove the annotation `config.linkerd.io/proxy-await: disabled`.',
      'Use native sidecars, or newer agents. Agents retry their first connection from remoting 3160 (2023-10) for TCP, and from 3283 (2024-10) for WebSocket.',
    ],
    agentLog: [
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: Connection refused',
    ],
  }),
  'agent-connect-timeout': error('possible', {
    title: 'The pod runs, but its agent does not connect',
    cause:
      'The plugin waits up to `slaveConnectTimeout` (1000 s) for the pod and again for the agent, then it deletes the pod. The log of its container jnlp says why.',
    remedy: [
      'Read the log of the agent: `kubectl logs POD -c jnlp | jenkins-agent-probe diagnose --log -`.',
      'If agents only start slowly, raise `slaveConnectTimeout` in the pod template.',
    ],
    controllerLog: [
      'INFO: Waiting for agent to connect (300/1000): pod-1',
      'java.lang.IllegalStateException: Agent is not connected after 1000 seconds, status: Running',
    ],
    next: ['jnlp-container-overridden', 'connected-but-controller-waits'],
  }),
  'connected-but-controller-waits': warning('possible', {
    title: 'The agent is connected, but the controller keeps waiting',
    cause:
      'The agent says Connected, but the controller still waits. Likely there is a lock or an overload on the controller.',
    remedy: [
      'Take a thread dump of the controller (`https://jenkins.example.com/threadDump`) and look for the name of the node.',
      'Upgrade Jenkins and the kubernetes-plugin.',
    ],
  }),
  'rbac-pods-forbidden': error('certain', {
    title: 'The controller may not manage pods',
    cause:
      'The ServiceAccount of the controller lacks permissions on pods in the namespace of the agents, or the namespace of the cloud is misspelt.',
    remedy: [
      'Add a rule to the Role in that namespace and keep the existing rules: `kubectl -n AGENTS patch role NAME --type=json -p \'[{"op":"add","path":"/rules/-","value":{"apiGroups":[""],"resources":["pods"],"verbs":["create","delete","get","list","watch"]}}]\'`.',
      'If pipelines or settings need it, also allow pods patch (garbage collection), pods/exec create and get (container steps), and pods/log get.',
      'Test the permission: `kubectl auth can-i create pods --as=system:serviceaccount:NS:SA -n AGENTS`.',
    ],
    controllerLog: [
      'pods is forbidden: User "system:serviceaccount:jenkins:jenkins" cannot create resource "pods" in API group "" in the namespace "agents"',
    ],
  }),
  'rbac-events-forbidden': warning('certain', {
    title: 'The controller may not watch events',
    cause: 'Agents run, but the build log does not show why their pods fail.',
    remedy: [
      'Add events to the Role: `kubectl -n AGENTS patch role NAME --type=json -p \'[{"op":"add","path":"/rules/-","value":{"apiGroups":[""],"resources":["events"],"verbs":["watch"]}}]\'`.',
    ],
    controllerLog: [
      'events is forbidden: User "system:serviceaccount:jenkins:jenkins" cannot watch resource "events" in API group "" in the namespace "agents"',
    ],
  }),
  'rbac-pvc-forbidden': error('certain', {
    title: 'The controller may not create volume claims',
    cause:
      'The pod template has a dynamic volume claim, and the Role does not include the right to create it.',
    remedy: [
      'Add volume claims to the Role: `kubectl -n AGENTS patch role NAME --type=json -p \'[{"op":"add","path":"/rules/-","value":{"apiGroups":[""],"resources":["persistentvolumeclaims"],"verbs":["create"]}}]\'`. Kubernetes deletes a claim together with its pod.',
    ],
    controllerLog: [
      'persistentvolumeclaims is forbidden: User "system:serviceaccount:jenkins:jenkins" cannot create resource "persistentvolumeclaims" in API group "" in the namespace "agents"',
    ],
  }),
  'quota-exceeded': error('certain', {
    title: 'The quota of the namespace is used up',
    cause: 'Kubernetes creates no pod until others end. The plugin tries again.',
    remedy: [
      'Check the usage: `kubectl describe resourcequota -n AGENTS`.',
      'Raise the quota, or lower the requests of the pod template or the container cap of the cloud.',
    ],
    controllerLog: [
      'WARNING: Unable to create pod: kubernetes agents/pod-1 because kubernetes resource quota exceeded.',
      'pods "pod-1" is forbidden: exceeded quota: agents, requested: pods=1, used: pods=50, limited: pods=50',
    ],
  }),
  'image-pull-backoff': error('certain', {
    title: 'The image of a container cannot be pulled',
    cause: 'The name or tag is wrong, the registry is unreachable, or the pull secret is missing.',
    remedy: [
      'Read the answer of the registry: `kubectl describe pod POD`.',
      'Correct the image, or set `imagePullSecrets` in the pod template.',
    ],
    controllerLog: [
      'ERROR: Unable to pull container image "jenkins/inbound-agent:nosuch". Check if image tag name is spelled correctly.',
      'ERROR: Unable to pull Docker image "jenkins/inbound-agent:nosuch". Check if image tag name is spelled correctly.',
      'Container [jnlp] waiting [ImagePullBackOff] Back-off pulling image "jenkins/inbound-agent:nosuch"',
    ],
  }),
  'jnlp-container-overridden': error('certain', {
    title: 'The jnlp container does not run the agent',
    cause:
      'Its `command`, or a single word in its `args`, replaces the agent; or the agent runs beside it in a container of another name. Options in `args` are passed on to agent.jar and are harmless.',
    remedy: [
      'Remove `command` and `args` of the container jnlp.',
      'If the agent must run in another container, set `agentContainer: NAME` and `agentInjection: true`.',
    ],
    observedAlone: 'likely',
  }),
  'pod-deleted-under-agent': warning('likely', {
    title: 'The pod of the agent was deleted',
    cause: 'Someone or something deleted the pod, or one of its containers ended, while the node was in use.',
    remedy: [
      'Read the events of the pod: `kubectl get events -n AGENTS --field-selector involvedObject.name=POD`.',
      'Look for drains, evictions and the exit code of the container jnlp.',
    ],
    controllerLog: [
      'Pod agents/pod-1 was just deleted',
      'java.lang.IllegalStateException: Pod no longer exists: pod-1',
      "java.lang.IllegalStateException: Pod 'pod-1' is terminated. Status: Failed",
    ],
    next: ['agent-process-killed'],
  }),
  'namespace-not-found': error('certain', {
    title: 'The namespace of the agents does not exist',
    cause:
      'The cloud in Jenkins, or the command line here, names a namespace that the cluster does not have.',
    remedy: ['Correct the namespace of the cloud, or create it: `kubectl create namespace NAME`.'],
  }),
  'serviceaccount-not-found': error('certain', {
    title: 'The ServiceAccount that Jenkins uses for agents does not exist',
    cause:
      'The credential of the cloud belongs to a ServiceAccount that was deleted or never created in this namespace.',
    remedy: ['Create it where the credential expects it: `kubectl -n NAMESPACE create serviceaccount NAME`.'],
  }),
  'serviceaccount-token-missing': warning('possible', {
    title: 'The ServiceAccount has no long-lived token',
    cause:
      'Since Kubernetes 1.24 a ServiceAccount gets no token Secret, and the command of older tutorials prints nothing. Only a controller outside the cluster needs one: inside, it uses the token of its pod.',
    remedy: [
      'Create a token that expires: `kubectl -n NAMESPACE create token NAME --duration=8760h`.',
      'If you need a Secret instead, create one of type `kubernetes.io/service-account-token` with the annotation `kubernetes.io/service-account.name: NAME`.',
      'Put the token into the credential of the cloud.',
    ],
  }),
  'agent-pod-pending': error('certain', {
    title: 'An agent pod is not scheduled',
    cause:
      'No node accepts it: too few resources, a node selector, a taint or a volume that cannot be bound.',
    remedy: [
      'Read the reason: `kubectl describe pod NAME`.',
      'Lower the requests, add nodes, or correct the node selector and tolerations.',
    ],
  }),
  'agent-container-crashing': error('certain', {
    title: 'The agent container keeps crashing',
    cause: 'The container jnlp ends with an error again and again. Its log says why.',
    remedy: ['Read its log: `kubectl logs NAME -c jnlp --previous | jenkins-agent-probe diagnose --log -`.'],
    observedAlone: 'likely',
  }),
  'service-endpoints-not-ready': error('certain', {
    title: 'The pods behind the Service are not ready',
    cause:
      'The selector matches, but no pod is ready. The controller is starting, or its readiness probe fails.',
    remedy: [
      'Read the events of the pod: `kubectl describe pod NAME`.',
      'Correct the readiness probe, or wait until the controller has started.',
    ],
  }),
} satisfies Record<string, CatalogueEntry>;
