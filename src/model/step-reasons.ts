import type { Reason } from '../protocol/reason.ts';
import { AGENT_PORT_CONNECT, type ConnectReasons, WEB_CONNECT } from './connect-reasons.ts';
import type { Depth, StepName } from './result.ts';

const RESOLVING = ['dns-not-resolving', 'dns-timeout'] as const;

/** Only with a proxy on the path. */
const PROXY = [
  'proxy-unreachable',
  'proxy-auth-required',
  'proxy-refused-connect',
  'proxy-bad-answer',
] as const;

/** A proxy's answers about the requested name or host. */
const BEHIND_PROXY = ['dns-not-resolving'] as const;

const connecting = ({ refused, timeout, reset }: ConnectReasons): readonly Reason[] => [
  refused,
  timeout,
  reset,
  'network-unreachable',
  'connection-failed',
  ...PROXY,
  ...BEHIND_PROXY,
];

/** A forward proxy's own failures. */
const LISTENER_BEHIND_PROXY = [
  'proxy-refused-connect',
  'discovery-connect-refused',
  'discovery-connect-timeout',
  'network-unreachable',
  ...BEHIND_PROXY,
] as const;

/** Answers that an agent port never sends. */
const FOREIGN = [
  'alb-or-http-lb-on-50000',
  'tls-terminated-on-50000',
  'ssh-on-agent-port',
  'not-an-agent-port',
  'stream-rewritten',
] as const;

const SILENCE = ['listener-accepts-but-silent', 'l4-accept-then-close', 'connection-failed'] as const;

const WEB_TLS = [
  'cert-unknown-ca',
  'cert-expired',
  'cert-not-yet-valid',
  'cert-name-mismatch',
  'tls-failed',
  'tls-not-spoken',
  'tls-timeout',
] as const;

const REFUSALS = [
  'headers-refused',
  'unknown-client-name',
  'wrong-secret',
  'already-connected',
  'not-an-inbound-agent',
] as const;

const UPGRADE = [
  'ws-timeout',
  'ws-closed-early',
  'ws-upgrade-stripped',
  'response-too-large',
  'response-malformed',
] as const;

/**
 * The possible reasons of a failure or warning at each step: closed sets. A test compares them with the probes.
 */
export const STEP_REASONS: Readonly<Record<StepName, readonly Reason[]>> = {
  'web-resolve': RESOLVING,
  'web-connect': connecting(WEB_CONNECT),
  'web-tls': WEB_TLS,
  listener: [
    'tls-failed',
    'listener-timeout',
    'listener-closed',
    'connection-reset',
    'connection-failed',
    'response-malformed',
    'response-too-large',
    'url-points-at-agent-port',
    'listener-not-found',
    'discovery-redirect-only',
    'sso-or-login-in-front',
    'ip-allowlist-403',
    'proxy-auth-required',
    ...LISTENER_BEHIND_PROXY,
    'controller-starting',
    'ingress-no-backend-503',
    'http-status-unexpected',
    'not-jenkins-200',
    'headers-stripped-by-proxy',
    'instance-identity-missing',
    'instance-identity-invalid',
    'invalid-agent-port',
    'jnlp4-disabled',
  ],
  'port-resolve': RESOLVING,
  'port-connect': connecting(AGENT_PORT_CONNECT),
  hello: [...SILENCE, ...FOREIGN, 'response-too-large'],
  ping: unique([...connecting(AGENT_PORT_CONNECT), ...SILENCE, ...FOREIGN]),
  ack: [
    ...connecting(AGENT_PORT_CONNECT),
    ...FOREIGN,
    'ack-timeout',
    'jnlp4-closed-no-ack',
    'jnlp4-disabled',
  ],
  tls: ['jnlp4-tls-failed', 'jnlp4-tls-timeout'],
  identity: ['identity-mismatch', 'identity-stale-direct', 'instance-identity-missing'],
  headers: ['headers-timeout', 'headers-malformed', ...REFUSALS],
  capability: ['capability-timeout', 'capability-malformed'],
  'ws-upgrade': unique([
    ...RESOLVING,
    ...connecting(WEB_CONNECT),
    ...WEB_TLS,
    ...UPGRADE,
    'url-points-at-agent-port',
    'discovery-redirect-only',
    'sso-or-login-in-front',
    'ip-allowlist-403',
    'proxy-auth-required',
    'http-status-unexpected',
    'ws-login-precheck-fails',
    'ws-origin-or-root-url-wrong',
    'ws-path-404',
    'ws-blocked-by-proxy',
    'controller-starting',
    'ingress-no-backend-503',
  ]),
  'ws-roundtrip': ['ws-timeout', 'ws-closed-early', 'ws-bad-message'],
  'ws-login': unique([
    ...connecting(WEB_CONNECT),
    ...WEB_TLS,
    ...UPGRADE,
    'ws-login-precheck-fails',
    'ws-login-refused',
    'ws-custom-headers-stripped',
    'ws-path-404',
    'ws-blocked-by-proxy',
    ...REFUSALS.filter((reason) => reason !== 'headers-refused'),
  ]),
};

/** A failed hello is only a warning. */
const FAILING_STEPS: Readonly<Record<Depth, readonly StepName[]>> = {
  web: ['web-resolve', 'web-connect', 'web-tls', 'listener'],
  ping: ['port-resolve', 'port-connect', 'ping'],
  handshake: ['port-resolve', 'port-connect', 'ping', 'ack', 'tls', 'identity'],
  login: ['port-resolve', 'port-connect', 'ping', 'ack', 'tls', 'identity', 'headers', 'capability'],
  websocket: ['ws-upgrade', 'ws-roundtrip'],
};

/** The steps at which a scheduled probe of this depth can fail. @param tls true if the Jenkins URL is https */
export function failingSteps(depth: Depth, tls: boolean): readonly StepName[] {
  return FAILING_STEPS[depth].filter((step) => tls || step !== 'web-tls');
}

function unique(reasons: readonly Reason[]): readonly Reason[] {
  return [...new Set(reasons)];
}
