import type { Reason } from '../protocol/reason.ts';
import type { Confidence } from './entry.ts';

/** Reasons that have one more usual cause, so that the observation is certain and its cause is not. */
const LIKELY: ReadonlySet<Reason> = new Set<Reason>([
  'dns-timeout',
  'connection-reset',
  'proxy-unreachable',
  'proxy-bad-answer',
  'discovery-connect-timeout',
  'tls-failed',
  'tls-timeout',
  'listener-timeout',
  'listener-closed',
  'wrong-context-path',
  'sso-or-login-in-front',
  'ip-allowlist-403',
  'headers-stripped-by-proxy',
  'instance-identity-missing',
  'instance-identity-invalid',
  'agent-port-refused',
  'agent-port-timeout-filtered',
  'l4-accept-then-close',
  'listener-accepts-but-silent',
  'jnlp4-closed-no-ack',
  'ack-timeout',
  'jnlp4-tls-failed',
  'jnlp4-tls-timeout',
  'headers-malformed',
  'headers-timeout',
  'capability-malformed',
  'capability-timeout',
  'ws-timeout',
  'ws-upgrade-stripped',
  'ws-path-404',
  'ws-blocked-by-proxy',
  'ws-closed-early',
]);

/** Reasons that name what was seen and leave the cause open. */
const POSSIBLE: ReadonlySet<Reason> = new Set<Reason>([
  'connection-failed',
  'listener-not-found',
  'http-status-unexpected',
  'not-an-agent-port',
  'headers-refused',
  'ws-login-refused',
]);

/** How sure the reason of a step is as a diagnosis where no rule adds evidence: at most as sure as its entry. */
export function confidenceOfReason(reason: Reason): Confidence {
  if (POSSIBLE.has(reason)) return 'possible';
  return LIKELY.has(reason) ? 'likely' : 'certain';
}

/** Where to look next, for the reasons whose causes differ in what only the other side can see. */
export const NEXT_OF_REASON: Readonly<Partial<Record<Reason, readonly string[]>>> = {
  'agent-port-refused': [
    'Ask the pod itself on this port. If it refuses too while Jenkins announces the port, the listener thread is dead (listener-thread-dead).',
    'If HTTP and TCP have different names, the announced host is the wrong one (advertised-host-wrong).',
  ],
  'agent-port-timeout-filtered': [
    "From the controller's own namespace ask the pod on this port: if that works, a policy or security group in between drops the packets.",
  ],
  'l4-accept-then-close': [
    'In the log of the load balancer: no live backend, or "broken header" (it waits for a PROXY header that nobody sends, proxy-protocol-expected-by-lb).',
  ],
  'listener-accepts-but-silent': [
    'Ask the pod itself: if it answers, a load balancer puts a PROXY header before our bytes (proxy-protocol-injected; --deep proves it).',
    'If the pod is silent too: thread dump of the controller, limits of threads and file descriptors.',
  ],
  'ack-timeout': ['The controller log and a thread dump at this time; reverse lookups of agent addresses.'],
  'jnlp4-closed-no-ack': [
    'The controller log: a stack trace of JnlpSlaveAgentProtocol4 with KeyStoreException.',
  ],
  'jnlp4-tls-timeout': [
    'Repeat with a lower MTU on this host (ip link set dev eth0 mtu 1200): if that works, packets of full size are lost.',
  ],
  'listener-timeout': [
    'Thread dump and garbage collection log of the controller; the upstream log of the proxy.',
  ],
  'instance-identity-missing': ['Ask the pod itself for tcpSlaveAgentListener/: is the header there?'],
  'agent-port-disabled': [
    'If a port is set in Jenkins, the log has "Failed to listen on port" (agent-port-bind-failed); then /health/ may answer 503.',
  ],
  'unknown-client-name': [
    'The list of nodes on the controller: was it restored or restarted without this node?',
  ],
};
