import type { ListenerAnnouncement } from '../protocol/announcement.ts';
import type { Capability } from '../protocol/capability.ts';
import type { Hello } from '../protocol/hello.ts';
import type { PeerKind } from '../protocol/peer-bytes.ts';
import type { Reason } from '../protocol/reason.ts';

/** The entrypoints of a controller. */
export const ENTRYPOINTS = ['web', 'agent-port', 'websocket'] as const;
export type Entrypoint = (typeof ENTRYPOINTS)[number];

/** The depths of a probe. `web` and `websocket` are separate probes. Also the metrics' `depth` label. */
export const DEPTHS = ['web', 'ping', 'handshake', 'login', 'websocket'] as const;
export type Depth = (typeof DEPTHS)[number];

/** The depths of the agent-port probe, shallowest first. Each includes the ones before it. */
export const AGENT_PORT_DEPTHS = ['ping', 'handshake', 'login'] as const;
export type AgentPortDepth = (typeof AGENT_PORT_DEPTHS)[number];

/** True if a depth belongs to the agent port. */
export function isAgentPortDepth(depth: Depth): depth is AgentPortDepth {
  return AGENT_PORT_DEPTHS.some((each) => each === depth);
}

/** The steps of an agent's connection, in order. */
export const STEPS = [
  'web-resolve',
  'web-connect',
  'web-tls',
  'listener',
  'port-resolve',
  'port-connect',
  'hello',
  'ping',
  'ack',
  'tls',
  'identity',
  'headers',
  'capability',
  'ws-upgrade',
  'ws-roundtrip',
  'ws-login',
] as const;
export type StepName = (typeof STEPS)[number];

export const OUTCOMES = ['ok', 'warning', 'failed', 'skipped'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The detail of a step that we ended early. It is `skipped`, because it says nothing about the network. */
export const INTERRUPTED = 'interrupted';

/** Faults of our own process that make a probe inconclusive. Also the metrics' `fault` label. */
export const OWN_FAULTS = [
  'lookups-busy',
  'stalled',
  'no-descriptors',
  'no-memory',
  'no-local-port',
] as const;
export type OwnFault = (typeof OWN_FAULTS)[number];

/** One step of one probe, at one address if the step has one. */
export interface StepResult {
  readonly step: StepName;
  readonly entrypoint: Entrypoint;
  /** The address, `10.0.0.7:50000` or `[fd00::7]:50000`; null for steps about a name. */
  readonly address: string | null;
  readonly outcome: Outcome;
  /** Set on every `failed` and `warning` step, null otherwise. */
  readonly reason: Reason | null;
  readonly durationMs: number;
  /** One sentence for people, without secrets. */
  readonly detail: string;
}

/** The evidence of an HTTP response. Bodies are cut to their first characters. */
export interface HttpEvidence {
  readonly address: string;
  readonly url: string;
  readonly status: number;
  readonly location: string | null;
  readonly server: string | null;
  readonly contentType: string | null;
  /** The `Date` of the response, epoch milliseconds, to compare clocks. */
  readonly date: number | null;
  readonly setsCookies: readonly string[];
  /** `X-Jenkins`, the core version: on `login` and Jenkins' own pages, not on the listener's 200. */
  readonly jenkinsVersion: string | null;
  /** `X-Jenkins-Session`, which changes at every start of the controller. */
  readonly jenkinsSession: string | null;
  readonly bodyStart: string;
}

/** The certificate of an HTTPS entrypoint, accepted or not. */
export interface CertificateEvidence {
  readonly address: string;
  readonly entrypoint: Entrypoint;
  readonly subject: string;
  readonly issuer: string;
  readonly altNames: readonly string[];
  /** Epoch milliseconds. */
  readonly notBefore: number;
  /** Epoch milliseconds. */
  readonly notAfter: number;
  readonly sha256: string;
}

/** The hello of the agent port at one address. */
interface HelloEvidence {
  readonly address: string;
  readonly hello: Hello;
}

/** Received bytes that do not follow the protocol. */
interface UnexpectedBytes {
  readonly address: string;
  readonly step: StepName;
  readonly peer: PeerKind;
  /** The first bytes received, at most 32, as lower-case hex. */
  readonly hex: string;
  /** The `Server` header of an HTTP answer; null without one. */
  readonly server: string | null;
}

/** The instance identities seen and expected, as fingerprints (MD5 of the DER key, colon-separated hex). */
interface IdentityEvidence {
  /** From `X-Instance-Identity`. */
  readonly published: string | null;
  /** From the configuration (`identity`). */
  readonly pinned: string | null;
  /** From the certificate on the agent port, one per address that reached that step. */
  readonly presented: readonly { readonly address: string; readonly fingerprint: string }[];
}

/** The evidence of a probe for diagnoses and people. It contains no secrets. */
export interface Evidence {
  readonly listenerResponse?: HttpEvidence;
  readonly loginResponse?: HttpEvidence;
  readonly announcement?: ListenerAnnouncement;
  readonly certificates?: readonly CertificateEvidence[];
  readonly hellos?: readonly HelloEvidence[];
  readonly unexpected?: readonly UnexpectedBytes[];
  readonly identity?: IdentityEvidence;
  readonly capability?: Capability;
  /** The controller's reason for a rejected agent. */
  readonly refusal?: string;
  readonly websocketResponse?: HttpEvidence;
  /** The proxy that was used, without credentials. */
  readonly proxy?: string;
}

/**
 * The outcome of one probe: frozen data, and the only input of metrics, history, log lines, reports and verdicts. Network
 * failures are values here, never exceptions.
 */
export interface ProbeResult {
  readonly depth: Depth;
  readonly entrypoint: Entrypoint;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** True if at least one address succeeded at every step of the depth. */
  readonly success: boolean;
  readonly steps: readonly StepResult[];
  readonly evidence: Evidence;
  /** The connections opened to the controller or its proxy. */
  readonly connections: number;
  /** The sum of the stalls of our own event loop meanwhile. Timings of a stalled probe are not reliable. */
  readonly stalledMs: number;
  /** The reason a failed result does not count for a verdict; null if it counts. */
  readonly inconclusive: OwnFault | null;
}

/** The first failed step in an agent's order, which metrics and logs name; null without one. */
export function firstFailure(result: ProbeResult): StepResult | null {
  return result.steps.find((step) => step.outcome === 'failed') ?? null;
}

/** For each tried address: true if every step at it succeeded. */
export function addressHealth(result: ProbeResult): ReadonlyMap<string, boolean> {
  const health = new Map<string, boolean>();
  for (const step of result.steps) {
    if (step.address === null || step.outcome === 'skipped') continue;
    health.set(step.address, (health.get(step.address) ?? true) && step.outcome !== 'failed');
  }
  return health;
}
