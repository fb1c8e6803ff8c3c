import { type Context, compile, type LogPattern, type Meaning } from './pattern.ts';

/** A channel ended: no trouble where the controller wanted it. */
function meaningOfEnd({ gaps: [name = ''], dismissed }: Context): Meaning | null {
  const agent = name.split(' for ').at(-1) ?? '';
  return dismissed.has(agent)
    ? null
    : ['agent-process-killed', 'pod-deleted-under-agent', 'lb-idle-timeout-tcp'];
}

/** A pod takes its time to start; only a longer wait is a sign of trouble. */
const PATIENCE_SECONDS = 90;

function meaningOfWaiting({ gaps: [seconds = ''] }: Context): Meaning | null {
  return Number(seconds) < PATIENCE_SECONDS
    ? null
    : ['agent-connect-timeout', 'connected-but-controller-waits', 'jnlp-container-overridden'];
}

/** The messages of a controller: `TcpSlaveAgentListener`, `Jenkins`, `JnlpSlaveAgentProtocol4`, `WebSocketAgents` and others. */
const CONTROLLER: readonly LogPattern[] = [
  // TcpSlaveAgentListener; the lines about connections that said nothing are weighed in connections.ts.
  {
    text: 'aborted: Unrecognized protocol: …',
    means: ['stream-rewritten', 'proxy-protocol-injected'],
    weight: 3,
  },
  { text: 'aborted: Unknown protocol:', means: ['jnlp4-disabled', 'legacy-agent-protocols'], weight: 2 },
  {
    text: 'UTFDataFormatException',
    means: ['healthcheck-wrong-type-hangs', 'proxy-protocol-injected'],
    weight: 3,
  },
  { text: 'Uncaught exception in TcpSlaveAgentListener', means: ['listener-thread-dead'], weight: 3 },
  { text: 'Failed to accept TCP connections', means: ['listener-thread-dead'], weight: 3 },
  { text: 'Failed to restart server socket', means: ['listener-thread-dead'], weight: 3 },
  { text: 'unable to create native thread', means: ['handler-thread-leak'], weight: 2 },
  { text: 'unable to create new native thread', means: ['handler-thread-leak'], weight: 2 },
  { text: 'Failed to listen on port …already in use', means: ['agent-port-bind-failed'], weight: 3 },
  {
    text: 'Failed to listen to incoming agent connections',
    means: ['agent-port-bind-failed'],
    weight: 3,
  },
  // JnlpSlaveAgentProtocol4
  {
    text: 'JENKINS-41987: no …',
    means: ['instance-identity-missing', 'jnlp4-closed-no-ack'],
    weight: 3,
  },
  // ConnectionHeadersFilterLayer on the controller's side, JnlpProtocol4Handler, WebSocketAgents
  { text: 'Refusing headers from remote: ', means: ['headers-refused'], weight: 2 },
  { text: 'Permanently refusing headers from remote: ', means: ['headers-refused'], weight: 2 },
  { text: 'Remote headers … could not be parsed', means: ['headers-malformed'], weight: 2 },
  { text: ' with an incorrect secret', means: ['wrong-secret'], weight: 3 },
  { text: ': incorrect secret for ', means: ['wrong-secret'], weight: 3 },
  { text: ': no such agent ', means: ['unknown-client-name'], weight: 3 },
  { text: 'incomplete headers: [', means: ['ws-custom-headers-stripped'], weight: 3 },
  { text: ' as an inbound agent as the launcher', means: ['not-an-inbound-agent'], weight: 3 },
  // CLIAction
  { text: 'Rejecting origin: …; expected was: ', means: ['ws-origin-or-root-url-wrong'], weight: 3 },
  // SlaveComputer
  {
    text: 'Rejecting the connection because the Remoting version is older',
    means: ['remoting-too-old'],
    weight: 3,
  },
  // DefaultJnlpSlaveReceiver.channelClosed
  { text: ' for … terminated: java.nio.channels.ClosedChannelException', means: meaningOfEnd, weight: 1 },
  { text: ' for … terminated: hudson.remoting.ChannelClosedException', means: meaningOfEnd, weight: 1 },
];

/** The messages of the kubernetes-plugin (`KubernetesLauncher`, `KubernetesCloud`, `Reaper`) and of the API server. */
const KUBERNETES: readonly LogPattern[] = [
  {
    text: 'Waiting for agent to connect (…/',
    means: meaningOfWaiting,
    weight: 1,
  },
  {
    text: 'Agent is not connected after … seconds',
    means: ['agent-connect-timeout', 'connected-but-controller-waits'],
    weight: 2,
  },
  { text: 'Pod no longer exists: ', means: ['pod-deleted-under-agent'], weight: 3 },
  {
    text: "Pod '…' is terminated. Status: ",
    means: ['pod-deleted-under-agent', 'agent-process-killed'],
    weight: 3,
  },
  {
    text: 'Containers are terminated with exit codes: ',
    means: ['pod-deleted-under-agent', 'agent-process-killed'],
    weight: 3,
  },
  { text: 'Pod … was just deleted', means: ['pod-deleted-under-agent'], weight: 2 },
  {
    text: 'Container jnlp was terminated',
    means: ['agent-process-killed', 'pod-deleted-under-agent'],
    weight: 3,
  },
  { text: ' Pod just failed.', means: ['agent-process-killed'], weight: 3 },
  { text: 'Pod was evicted by the Kubernetes Eviction API', means: ['agent-process-killed'], weight: 3 },
  { text: 'Unable to pull container image ', means: ['image-pull-backoff'], weight: 3 },
  { text: 'ImagePullBackOff', means: ['image-pull-backoff'], weight: 3 },
  { text: 'ErrImagePull', means: ['image-pull-backoff'], weight: 3 },
  { text: 'Image pull backoff detected', means: ['image-pull-backoff'], weight: 2 },
  { text: 'kubernetes resource quota', means: ['quota-exceeded'], weight: 3 },
  { text: 'is forbidden: exceeded quota', means: ['quota-exceeded'], weight: 3 },
  { text: 'Operation cannot be fulfilled on resourcequotas', means: ['quota-exceeded'], weight: 3 },
  { text: 'pods is forbidden: User ', means: ['rbac-pods-forbidden'], weight: 3 },
  { text: 'is forbidden: User … resource "pods', means: ['rbac-pods-forbidden'], weight: 3 },
  { text: 'events is forbidden: User ', means: ['rbac-events-forbidden'], weight: 3 },
  { text: 'is forbidden: User … resource "events"', means: ['rbac-events-forbidden'], weight: 3 },
  { text: 'persistentvolumeclaims is forbidden: User ', means: ['rbac-pvc-forbidden'], weight: 3 },
  {
    text: 'is forbidden: User … resource "persistentvolumeclaims"',
    means: ['rbac-pvc-forbidden'],
    weight: 3,
  },
  // KubernetesCloud.doCheckDirectConnection
  {
    text: "'TCP port for inbound agents' is disabled in Global Security settings",
    means: ['agent-port-disabled'],
    weight: 3,
  },
  {
    text: 'You must install the instance-identity plugin',
    means: ['instance-identity-missing'],
    weight: 3,
  },
  { text: "A random 'TCP port for inbound agents' is configured", means: ['random-agent-port'], weight: 3 },
];

/** The messages of ingress-nginx (`getStreamServices` of its controller) and of the nginx below it. */
const INGRESS_NGINX: readonly LogPattern[] = [
  { text: 'Invalid Service reference …for TCP port', means: ['nginx-tcp-bad-reference'], weight: 3 },
  { text: 'Error getting Service "', means: ['nginx-tcp-bad-reference'], weight: 3 },
  {
    text: 'does not have any active Endpoint for TCP port',
    means: ['nginx-tcp-bad-reference', 'service-selector-mismatch'],
    weight: 3,
  },
  { text: 'cannot be used for TCP stream services', means: ['nginx-tcp-bad-reference'], weight: 3 },
  { text: 'while reading PROXY protocol', means: ['proxy-protocol-expected-by-lb'], weight: 3 },
];

export const CONTROLLER_PATTERNS = compile([...CONTROLLER, ...KUBERNETES, ...INGRESS_NGINX]);
