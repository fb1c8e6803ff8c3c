import { type LogMessage, messagesOf, type Rule } from './message.ts';
import { POD_EVENTS } from './pod-events.ts';

/** A pod needs time to start; only a longer wait is a problem. */
const PATIENCE_SECONDS = 90;

const byWait: Rule = {
  by: 'the waiting time',
  judge: ({ gaps: [seconds = ''] }) =>
    Number(seconds) < PATIENCE_SECONDS
      ? null
      : ['agent-connect-timeout', 'connected-but-controller-waits', 'jnlp-container-overridden'],
};

/** A killed container has exit code 137 or 143; any other code is from the program itself. */
const byExit: Rule = {
  by: 'the exit code and the reason',
  judge: ({ words }) => {
    const code = /(?:Exit Code: |terminated \(|[{ ][\w-]+=)(\d{1,3})/i.exec(words)?.[1];
    if (code === '137' || code === '143' || words.includes('OOMKilled'))
      return ['agent-process-killed', 'pod-deleted-under-agent'];
    if (code === undefined)
      return ['agent-process-killed', 'agent-process-failed', 'pod-deleted-under-agent'];
    return code === '0'
      ? ['pod-deleted-under-agent', 'agent-process-killed']
      : ['agent-process-failed', 'agent-container-crashing'];
  },
};

const LAUNCHER = messagesOf('kubernetes-plugin', 'KubernetesLauncher', null, [
  ['Waiting for agent to connect (…/', '1.1.3 and newer', 1, byWait],
  ['Waiting for slave to connect (…/', 'up to 1.1.2', 1, byWait],
  [
    'Agent is not connected after … ',
    '1.1.3 and newer',
    2,
    ['agent-connect-timeout', 'connected-but-controller-waits'],
  ],
  [
    'Slave is not connected after … ',
    'up to 1.1.2',
    2,
    ['agent-connect-timeout', 'connected-but-controller-waits'],
  ],
  ['Container is not running after … ', 'up to 1.2x', 2, ['agent-pod-pending', 'agent-container-crashing']],
  [
    'Timed out waiting for [… for [Pod]',
    'all',
    3,
    ['agent-pod-pending', 'image-pull-backoff', 'agent-container-crashing'],
  ],
  ['Pod no longer exists: ', '0.1 and newer', 3, ['pod-deleted-under-agent']],
  [
    "Pod '…' is terminated. Status: ",
    '3651 and newer',
    3,
    ['pod-deleted-under-agent', 'agent-process-killed'],
  ],
  ['Containers are terminated with exit codes: …', '0.9 and newer', 2, byExit],
  ['Waiting for Pod to be scheduled', 'up to 1.2x', 1, ['agent-pod-pending']],
  ['Timed out waiting for websocket connection', '1.14.9 and newer', 1, ['kubernetes-api-unreachable']],
  ['Node was deleted, computer is null', 'all', 2, ['pod-deleted-under-agent']],
  ['Failed to build pod definition', '4241 and newer', 3, ['pod-spec-invalid']],
  ['Failed to parse yaml', '1.15 and newer', 3, ['pod-spec-invalid']],
  ['Could not get TcpSlaveAgentListener host name', '1.19.3 and newer', 2, ['jenkins-url-missing']],
  ['Unable to create pod', '1.27.1 and newer', 1, byRefusal()],
  ['because kubernetes resource quota exceeded', '1.28.6 and newer', 3, ['quota-exceeded']],
]);

/** The reason is in the next line. */
function byRefusal(): Rule {
  return {
    by: 'the reason after it',
    judge: ({ words }) => (words.includes('quota exceeded') ? ['quota-exceeded'] : null),
  };
}

const REAPER = messagesOf('kubernetes-plugin', 'Reaper and the pod watchers', null, [
  [
    ' was just deleted',
    '1.25.5 and newer',
    2,
    {
      by: 'the object: a pod or not',
      judge: ({ words }) =>
        /Pod \S|removing corresponding/.test(words) ? ['pod-deleted-under-agent'] : null,
    },
  ],
  [
    'seems to have been deleted, so removing corresponding Jenkins agent',
    '1.15.2 and newer',
    2,
    ['pod-deleted-under-agent'],
  ],
  ['Container jnlp was terminated', '4238 and newer', 2, byExit],
  ['Containers …were terminated', '4238 and newer', 2, byExit],
  ['Container … was terminated', '4238 and newer', 2, byExit],
  ['was just terminated, so removing the corresponding Jenkins agent', '1.25.5 to 4237', 2, byExit],
  ['jnlp -- terminated (…)', '1.25 and newer', 2, byExit],
  [
    ' Pod just failed.',
    '1.25.5 and newer',
    2,
    {
      by: 'the reason after it',
      judge: ({ words }) =>
        words.includes('exit code 1') ? ['agent-process-failed'] : ['agent-process-killed'],
    },
  ],
  ['Pod was evicted by the Kubernetes Eviction API', '4238 and newer', 3, ['agent-process-killed']],
  ['Unable to pull container image ', '4253 and newer', 3, ['image-pull-backoff']],
  ['Unable to pull Docker image ', '1.25.5 to 4252', 3, ['image-pull-backoff']],
  ['failed to set up watcher on', '3651 and newer', 1, ['rbac-pods-forbidden', 'kubernetes-api-unreachable']],
  ['Image pull backoff detected', '4253 and newer', 2, ['image-pull-backoff']],
  ['Container creation error', '3578', 2, ['agent-pod-pending']],
]);

const CLOUD = messagesOf('kubernetes-plugin', 'KubernetesCloud and its limits', null, [
  ['Failed to connect to Kubernetes at ', '0.12 and newer', 3, ['kubernetes-api-unreachable']],
  ['Failed to authenticate to Kubernetes cluster', '4214 and newer', 3, ['kubernetes-credentials-rejected']],
  ['Jenkins URL for Kubernetes is null', '1.0 and newer', 3, ['jenkins-url-missing']],
  [
    'Maximum number of concurrently running agent pods …reached',
    '1.14.7 to 1.27',
    2,
    ['container-cap-reached'],
  ],
  ['Total container cap of … reached', 'up to 1.14.6', 2, ['container-cap-reached']],
  ['Template instance cap of … reached', 'up to 1.14.6', 2, ['container-cap-reached']],
  ['global limit reached', '1.30.2 and newer (FINEST)', 2, ['container-cap-reached']],
  ['template limit reached', '1.30.2 and newer (FINEST)', 2, ['container-cap-reached']],
  ['Global count for …went below zero', '1.29 and newer', 1, ['container-cap-reached']],
  ['No slot left for provisioning', '1.28.0 and newer', 2, ['container-cap-reached']],
  [
    "'TCP port for inbound agents' is disabled in Global Security settings",
    'all',
    3,
    ['agent-port-disabled'],
  ],
  ['You must install the instance-identity plugin', 'all', 3, ['instance-identity-missing']],
  ["A random 'TCP port for inbound agents' is configured", 'all', 3, ['random-agent-port']],
]);

/** Messages of the API server that rejects a pod. */
const API_SERVER = messagesOf('Kubernetes', 'the API server', null, [
  ['failed quota: …must specify ', 'all', 3, ['quota-requires-resources']],
  ['is forbidden: exceeded quota', 'all', 3, ['quota-exceeded']],
  ['violates PodSecurity ', '1.23 and newer', 3, ['pod-rejected-by-policy']],
  ['unable to validate against any pod security policy', 'up to 1.24', 3, ['pod-rejected-by-policy']],
  ['unable to validate against any security context constraint', 'OpenShift', 3, ['pod-rejected-by-policy']],
  ['admission webhook …denied the request', 'all', 3, ['pod-rejected-by-policy']],
  ['failed calling webhook ', 'all', 3, ['pod-rejected-by-policy', 'kubernetes-api-unreachable']],
  ['ValidatingAdmissionPolicy …denied request', '1.26 and newer', 3, ['pod-rejected-by-policy']],
  [' usage per Pod is ', 'all', 3, ['pod-rejected-by-policy']],
  [' usage per Container is ', 'all', 3, ['pod-rejected-by-policy']],
  ['cannot exec into or attach to a privileged container', 'all', 3, ['pod-rejected-by-policy']],
  ['SecurityContext.…is forbidden', 'up to 1.24', 3, ['pod-rejected-by-policy']],
  ['violates LimitRange', 'all', 3, ['pod-rejected-by-policy']],
  ['Pod "…" is invalid: ', 'all', 3, ['pod-spec-invalid']],
  ['cannot be handled as a Pod: ', 'all', 3, ['pod-spec-invalid']],
  ['error looking up service account …not found', 'all', 3, ['serviceaccount-not-found']],
  ['serviceaccount "…" not found', 'all', 3, ['serviceaccount-not-found']],
  ['serviceaccounts "…" not found', 'all', 3, ['serviceaccount-not-found']],
  ['service account …was not found, retry after', 'all', 3, ['serviceaccount-not-found']],
  ['namespaces "…" not found', 'all', 3, ['namespace-not-found']],
  ['Message: Unauthorized', 'all', 3, ['kubernetes-credentials-rejected']],
  ['KubernetesClientException: Unauthorized', 'all', 3, ['kubernetes-credentials-rejected']],
  ['Token may have expired', 'all', 3, ['kubernetes-credentials-rejected']],
  [
    "Configured service account doesn't have access",
    'fabric8',
    1,
    ['rbac-pods-forbidden', 'kubernetes-credentials-rejected', 'quota-exceeded'],
  ],
  ['pods is forbidden: User ', 'all', 3, ['rbac-pods-forbidden']],
  ['is forbidden: User … resource "pods', 'all', 3, ['rbac-pods-forbidden']],
  ['is forbidden: User … cannot … pods in', 'up to 1.11', 3, ['rbac-pods-forbidden']],
  ['events is forbidden: User ', 'all', 3, ['rbac-events-forbidden']],
  ['is forbidden: User … resource "events"', 'all', 3, ['rbac-events-forbidden']],
  ['persistentvolumeclaims is forbidden: User ', 'all', 3, ['rbac-pvc-forbidden']],
  ['is forbidden: User … resource "persistentvolumeclaims"', 'all', 3, ['rbac-pvc-forbidden']],
  [
    'KubernetesClientException: ',
    'all',
    2,
    {
      by: 'the exception below it',
      judge: ({ words }) =>
        /(?:ConnectException|SocketTimeoutException|UnknownHostException|NoRouteToHost|HttpConnectTimeoutException|NoStackTraceTimeoutException|onnect timed out|SSLHandshakeException)/.test(
          words,
        )
          ? ['kubernetes-api-unreachable']
          : null,
    },
  ],
]);

const BUILD = messagesOf('other plugins', 'workflow-durable-task-step', 'channel', [
  [
    'Cannot contact …ChannelClosedException',
    'all',
    1,
    ['channel-lost', 'pod-deleted-under-agent', 'agent-process-killed'],
  ],
  ['Cannot contact …: java.', 'all', 1, ['channel-lost', 'pod-deleted-under-agent', 'agent-process-killed']],
  [
    'The channel is closing down or has closed down',
    'all',
    1,
    ['channel-lost', 'pod-deleted-under-agent', 'agent-process-killed'],
  ],
  ['RequestAbortedException', 'all', 1, ['channel-lost', 'agent-process-killed']],
  ['Connection was broken', 'all', 1, ['channel-lost', 'agent-process-killed']],
  [' was deleted; cancelling node body', 'all', 1, ['pod-deleted-under-agent']],
]);

/** Messages of the kubernetes-plugin, the API server and builds. */
export const KUBERNETES: readonly LogMessage[] = [
  ...LAUNCHER,
  ...REAPER,
  ...CLOUD,
  ...API_SERVER,
  ...POD_EVENTS,
  ...BUILD,
];
