import { type CatalogueEntry, entriesAt } from './entry.ts';

const { error, warning } = entriesAt('kubernetes');

/** Kubernetes objects and the kubernetes-plugin. */
export const KUBERNETES_ENTRIES = {
  'agent-port-not-in-service': error('certain', {
    title: 'The Service does not publish the agent port',
    cause:
      'No port of the Service leads to the agent port of the pod; usually only 8080 is exposed. Agents that use WebSocket need no such port.',
    remedy: [
      'Make a second Service NAME-agent for the agent port, and set the tunnel of the cloud to it (jenkinsTunnel: NAME-agent.NAMESPACE.svc.cluster.local:50000): agents dial the host of the Jenkins URL unless a tunnel says otherwise. Or, where agents use the host of the Service that is there, add the port to it: kubectl patch service NAME --type=json -p \'[{"op":"add","path":"/spec/ports/-","value":{"name":"tcp-agent-listener","port":50000,"targetPort":50000}}]\'. If its first port has no name, give it one in the same patch ({"op":"add","path":"/spec/ports/0/name","value":"http"}): Kubernetes rejects several ports without names. With the Jenkins chart: controller.agentListenerEnabled: true.',
    ],
    agentLog: [
      'java.io.IOException: https://jenkins.example.com/ provided port:50000 is not reachable on host jenkins.example.com',
    ],
    refutedBy: ['port-connect'],
  }),
  'service-selector-mismatch': error('certain', {
    title: 'The Service selects no ready pod',
    cause:
      'Its EndpointSlice is empty while the pod of the controller is ready: the labels differ, or the selector belongs to another release.',
    remedy: [
      'Compare: kubectl get service NAME -o jsonpath={.spec.selector} and kubectl get pod POD --show-labels; correct the selector.',
    ],
    refutedBy: ['port-connect'],
  }),
  'networkpolicy-label-mismatch': error('likely', {
    title: 'A NetworkPolicy admits pods with other labels than the agents have',
    cause:
      'The policy of the chart lets pods in that carry jenkins/<release>-<component>: "true"; agents of a cloud with other podLabels are dropped.',
    remedy: [
      'Set podLabels in the pod template of the cloud to the labels of the policy; for agents in other namespaces also networkPolicy.internalAgents.namespaceLabels.',
    ],
  }),
  'networkpolicy-default-deny': error('likely', {
    title: 'A NetworkPolicy allows nothing to the agent port',
    cause:
      'A policy that selects the agents (egress) or the controller (ingress) has no rule for the agent port.',
    remedy: [
      'Allow egress of the agents to TCP 8080 and 50000 of the controller and to DNS (UDP and TCP 53), and ingress of the same on the side of the controller: kubectl get networkpolicy -A.',
    ],
  }),
  'mesh-http-sniffing': error('certain', {
    title: 'The service mesh takes the agent port for HTTP',
    cause:
      'Envoy answers on the agent port: the name of the Service port or its appProtocol says HTTP (http, http2, grpc, grpc-web). A name without a protocol does no harm.',
    remedy: [
      'Name the port tcp-agent-listener or set appProtocol: tcp; or keep the mesh away: traffic.sidecar.istio.io/excludeOutboundPorts: "50000" on agents and excludeInboundPorts on the controller.',
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
      'In the first seconds of the pod nothing gets out, because the proxy of the mesh is not up yet. Old agents give up at once. Linkerd makes agents wait by default since 2.11.',
    remedy: [
      'Istio: set holdApplicationUntilProxyStarts: true. Linkerd: remove the annotation config.linkerd.io/proxy-await: disabled. Or use native sidecars. Agents retry their first connection from remoting 3160 (2023-10) for TCP, and from 3283 (2024-10) for WebSocket.',
    ],
    agentLog: [
      'java.io.IOException: Failed to connect to https://jenkins.example.com/tcpSlaveAgentListener/: Connection refused',
    ],
  }),
  'agent-connect-timeout': error('possible', {
    title: 'The pod runs, but its agent does not connect',
    cause:
      'The plugin waits twice for up to slaveConnectTimeout (1000 s): until the pod is ready, then until the agent connects. Then it deletes the pod. The log of its jnlp container says why.',
    remedy: [
      'kubectl logs POD -c jnlp, and give that to diagnose --log -. If agents merely start slowly, raise slaveConnectTimeout in the pod template.',
    ],
    controllerLog: [
      'INFO: Waiting for agent to connect (300/1000): pod-1',
      'java.lang.IllegalStateException: Agent is not connected after 1000 seconds, status: Running',
    ],
    next: ['jnlp-container-overridden', 'connected-but-controller-waits'],
  }),
  'connected-but-controller-waits': warning('possible', {
    title: 'The agent is connected, the controller does not take notice',
    cause:
      'The agent says Connected while the controller goes on waiting: likely a lock or an overload on the controller.',
    remedy: [
      'Take a thread dump of the controller (<Jenkins URL>/threadDump) and look for the name of the node; upgrade Jenkins and the kubernetes-plugin.',
    ],
  }),
  'rbac-pods-forbidden': error('certain', {
    title: 'The controller may not manage pods',
    cause:
      'The service account of the controller lacks rights on pods in the namespace of the agents, or the namespace of the cloud is misspelt.',
    remedy: [
      'Add a rule to the Role in that namespace: pods create, delete, get, list, watch. Some pipelines and settings also need pods patch (garbage collection), pods/exec create and get (container steps) and pods/log get. Keep the rules that are there: kubectl patch role NAME --type=json -p \'[{"op":"add","path":"/rules/-","value":{"apiGroups":[""],"resources":["pods"],"verbs":["create","delete","get","list","watch"]}}]\'. Test: kubectl auth can-i create pods --as=system:serviceaccount:NS:SA -n AGENTS.',
    ],
    controllerLog: [
      'pods is forbidden: User "system:serviceaccount:jenkins:jenkins" cannot create resource "pods" in API group "" in the namespace "agents"',
    ],
  }),
  'rbac-events-forbidden': warning('certain', {
    title: 'The controller may not watch events',
    cause: 'Agents run, but the reasons for which their pods fail do not reach the build log.',
    remedy: ['Add events: watch to its Role.'],
    controllerLog: [
      'events is forbidden: User "system:serviceaccount:jenkins:jenkins" cannot watch resource "events" in API group "" in the namespace "agents"',
    ],
  }),
  'rbac-pvc-forbidden': error('certain', {
    title: 'The controller may not create volume claims',
    cause: 'The pod template has a dynamic volume claim, and the Role lacks the right to create it.',
    remedy: [
      'Add persistentvolumeclaims: create to its Role. Kubernetes deletes the claim together with its pod.',
    ],
    controllerLog: [
      'persistentvolumeclaims is forbidden: User "system:serviceaccount:jenkins:jenkins" cannot create resource "persistentvolumeclaims" in API group "" in the namespace "agents"',
    ],
  }),
  'quota-exceeded': error('certain', {
    title: 'The quota of the namespace is used up',
    cause: 'No pod can be created until others end; the plugin tries again.',
    remedy: [
      'kubectl describe resourcequota -n AGENTS; raise it, or lower the requests of the pod template or the container cap of the cloud.',
    ],
    controllerLog: [
      'WARNING: Unable to create pod: kubernetes agents/pod-1 because kubernetes resource quota exceeded.',
      'pods "pod-1" is forbidden: exceeded quota: agents, requested: pods=1, used: pods=50, limited: pods=50',
    ],
  }),
  'image-pull-backoff': error('certain', {
    title: 'The image of a container cannot be pulled',
    cause: 'The name or tag is wrong, the registry is out of reach, or the pull secret is missing.',
    remedy: [
      'kubectl describe pod POD shows the answer of the registry; correct the image, or set imagePullSecrets in the pod template.',
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
      'Its command replaces the entry point of the agent image, or a single word in args replaces the agent, or the agent runs in a container of another name beside the default one. Options in args are passed on to agent.jar and do no harm.',
    remedy: [
      'Remove command and args of the container jnlp, or use agentContainer with agentInjection: true.',
    ],
    observedAlone: 'likely',
  }),
  'pod-deleted-under-agent': warning('likely', {
    title: 'The pod of the agent was deleted',
    cause: 'Somebody or something deleted the pod, or a container of it ended, while the node was in use.',
    remedy: [
      'kubectl get events -n AGENTS --field-selector involvedObject.name=POD; look for drains, evictions and the exit code of the container jnlp.',
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
    remedy: ['Correct the namespace of the cloud, or make it: kubectl create namespace NAME.'],
  }),
  'serviceaccount-not-found': error('certain', {
    title: 'The account as which Jenkins makes agents does not exist',
    cause:
      'The credential of the cloud belongs to a ServiceAccount that was deleted or never made in this namespace.',
    remedy: ['Make it where the credential expects it: kubectl -n NAMESPACE create serviceaccount NAME.'],
  }),
  'serviceaccount-token-missing': warning('possible', {
    title: 'The account has no lasting token',
    cause:
      'Since Kubernetes 1.24 no Secret with a token is made for a ServiceAccount; the command of older tutorials prints nothing. Only a controller outside the cluster needs one: inside, it uses the token of its pod.',
    remedy: [
      'Make a token that expires (kubectl -n NAMESPACE create token NAME --duration=8760h), or a Secret of type kubernetes.io/service-account-token with the annotation kubernetes.io/service-account.name. Put the token into the credential of the cloud.',
    ],
  }),
  'agent-pod-pending': error('certain', {
    title: 'An agent pod is not scheduled',
    cause: 'No node takes it: too few resources, a node selector, a taint or a volume that cannot be bound.',
    remedy: [
      'kubectl describe pod NAME says which; lower the requests, add nodes, or correct selector and tolerations.',
    ],
  }),
  'agent-container-crashing': error('certain', {
    title: 'The agent container keeps ending',
    cause: 'The container jnlp ends with an error again and again; its log says why.',
    remedy: ['kubectl logs NAME -c jnlp --previous, read by diagnose --log -.'],
    observedAlone: 'likely',
  }),
  'service-endpoints-not-ready': error('certain', {
    title: 'The pods behind the Service are not ready',
    cause:
      'The selector matches, but no pod is ready: the controller is starting, or its readiness probe fails.',
    remedy: ['kubectl describe pod NAME: correct the readiness probe, or wait until the controller is up.'],
  }),
} satisfies Record<string, CatalogueEntry>;
