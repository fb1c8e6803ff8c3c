import type { Reason } from '../protocol/reason.ts';
import { AGENT_PORT_DOOR, type DoorReasons, WEB_DOOR } from './doors.ts';
import type { Depth, StepName } from './result.ts';

const RESOLVING = ['dns-not-resolving', 'dns-timeout'] as const;

/** Only where there is a proxy on the way. */
const PROXY = [
  'proxy-unreachable',
  'proxy-auth-required',
  'proxy-refused-connect',
  'proxy-bad-answer',
] as const;

/** What a proxy says of the name or the host that it was asked for. */
const BEHIND_PROXY = ['dns-not-resolving'] as const;

const connecting = ({ refused, timeout, reset }: DoorReasons): readonly Reason[] => [
  refused,
  timeout,
  reset,
  'network-unreachable',
  'connection-failed',
  ...PROXY,
  ...BEHIND_PROXY,
];

/** What a forwarding proxy answers in its own name. */
const LISTENER_BEHIND_PROXY = [
  'proxy-refused-connect',
  'discovery-connect-refused',
  'discovery-connect-timeout',
  'network-unreachable',
  ...BEHIND_PROXY,
] as const;

/** Bytes that no agent port sends. */
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
 * Why each step can fail, or warn: closed sets, from which the metrics begin their series. The test beside the probes
 * holds them to what the probes really say.
 */
export const STEP_REASONS: Readonly<Record<StepName, readonly Reason[]>> = {
  'web-resolve': RESOLVING,
  'web-connect': connecting(WEB_DOOR),
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
  'port-connect': connecting(AGENT_PORT_DOOR),
  hello: [...SILENCE, ...FOREIGN, 'response-too-large'],
  ping: unique([...connecting(AGENT_PORT_DOOR), ...SILENCE, ...FOREIGN]),
  ack: [...connecting(AGENT_PORT_DOOR), ...FOREIGN, 'ack-timeout', 'jnlp4-closed-no-ack', 'jnlp4-disabled'],
  tls: ['jnlp4-tls-failed', 'jnlp4-tls-timeout'],
  identity: ['identity-mismatch', 'identity-stale-direct', 'instance-identity-missing'],
  headers: ['headers-timeout', 'headers-malformed', ...REFUSALS],
  capability: ['capability-timeout', 'capability-malformed'],
  'ws-upgrade': unique([
    ...RESOLVING,
    ...connecting(WEB_DOOR),
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
    ...connecting(WEB_DOOR),
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

/** What no step says by itself: a diagnosis makes it of the evidence of several, or of what is known of the agents. */
export const DIAGNOSED_REASONS = [
  'agent-port-disabled',
  'wrong-context-path',
  'corporate-proxy-captures-agent-port',
  'hello-refused',
  'remoting-too-old',
  'one-az-of-many-dead',
  'two-controllers-one-service',
] as const satisfies readonly Reason[];

/** The steps at which a scheduled probe of a depth can fail. A hello that fails is a warning only. */
export const FAILING_STEPS: Readonly<Record<Depth, readonly StepName[]>> = {
  web: ['web-resolve', 'web-connect', 'web-tls', 'listener'],
  ping: ['port-resolve', 'port-connect', 'ping'],
  handshake: ['port-resolve', 'port-connect', 'ping', 'ack', 'tls', 'identity'],
  login: ['port-resolve', 'port-connect', 'ping', 'ack', 'tls', 'identity', 'headers', 'capability'],
  websocket: ['ws-upgrade', 'ws-roundtrip'],
};

/** What a controller's connections pass through. */
export interface Passage {
  /** The Jenkins URL is an https one. */
  readonly tls: boolean;
  /** Some connections may go through an HTTP proxy. */
  readonly proxy: boolean;
}

/** Every way in which a scheduled probe of this depth can fail at a controller with this passage. */
export function possibleFailures(
  depth: Depth,
  { tls, proxy }: Passage,
): readonly { readonly step: StepName; readonly reason: Reason }[] {
  return FAILING_STEPS[depth].flatMap((step) =>
    STEP_REASONS[step]
      .filter((reason) => tls || !WEB_TLS.some((each) => each === reason))
      .filter((reason) => proxy || !needsProxy(step, reason))
      .filter((reason) => depth === 'login' || step !== 'identity' || reason !== 'instance-identity-missing')
      .map((reason) => ({ step, reason })),
  );
}

function needsProxy(step: StepName, reason: Reason): boolean {
  // A 407 of the listener's own comes from a proxy that nobody has told us of.
  if (step === 'listener') return LISTENER_BEHIND_PROXY.some((each) => each === reason);
  if (PROXY.some((each) => each === reason)) return true;
  // The WebSocket probe resolves the name in the same step.
  const resolves = step === 'web-resolve' || step === 'port-resolve' || step === 'ws-upgrade';
  return !resolves && BEHIND_PROXY.some((each) => each === reason);
}

function unique(reasons: readonly Reason[]): readonly Reason[] {
  return [...new Set(reasons)];
}
