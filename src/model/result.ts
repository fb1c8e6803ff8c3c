import type { ListenerAnnouncement } from '../protocol/announcement.ts';
import type { Capability } from '../protocol/capability.ts';
import type { Hello } from '../protocol/hello.ts';
import type { PeerKind } from '../protocol/peer-bytes.ts';
import type { Reason } from '../protocol/reason.ts';

/** The entrypoints of a controller. */
export const ENTRYPOINTS = ['web', 'agent-port', 'websocket'] as const;
export type Entrypoint = (typeof ENTRYPOINTS)[number];

/** How far a probe goes; `web` and `websocket` are whole probes of their own. Also the metrics' `depth` label. */
export const DEPTHS = ['web', 'ping', 'handshake', 'login', 'websocket'] as const;
export type Depth = (typeof DEPTHS)[number];

/** The depths of the agent-port probe, shallowest first. Each includes the ones before it. */
export const AGENT_PORT_DEPTHS = ['ping', 'handshake', 'login'] as const;
export type AgentPortDepth = (typeof AGENT_PORT_DEPTHS)[number];

/** Whether a depth is one of the agent port's. */
export function isAgentPortDepth(depth: Depth): depth is AgentPortDepth {
  return AGENT_PORT_DEPTHS.some((each) => each === depth);
}

/** What an agent does on its way, in its order. */
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

/** The detail of a step that we ended ourselves, before its time: it is `skipped`, since it says nothing of the network. */
export const INTERRUPTED = 'interrupted';

/** Our own faults that keep a probe from telling anything of the network. Also the metrics' `fault` label. */
export const OWN_FAULTS = ['lookups-busy', 'stalled', 'no-descriptors'] as const;
export type OwnFault = (typeof OWN_FAULTS)[number];

/** One step of one probe, at one address where the step has one. */
export interface StepResult {
  readonly step: StepName;
  readonly entrypoint: Entrypoint;
  /** The address tried, `10.0.0.7:50000` or `[fd00::7]:50000`; null for steps that concern a name only. */
  readonly address: string | null;
  readonly outcome: Outcome;
  /** Set on every `failed` and `warning` step, null otherwise. */
  readonly reason: Reason | null;
  readonly durationMs: number;
  /** One sentence for a person. Never holds a secret. */
  readonly detail: string;
}

/** What an HTTP response told, bodies cut to their first characters. */
export interface HttpEvidence {
  readonly address: string;
  readonly url: string;
  readonly status: number;
  readonly location: string | null;
  readonly server: string | null;
  readonly contentType: string | null;
  /** The response's `Date`, epoch milliseconds, to compare clocks. */
  readonly date: number | null;
  readonly setsCookies: readonly string[];
  /** `X-Jenkins`: the core version. On `login` and Jenkins' own pages, not on the listener's 200. */
  readonly jenkinsVersion: string | null;
  /** `X-Jenkins-Session`: new at every start of the controller. */
  readonly jenkinsSession: string | null;
  readonly bodyStart: string;
}

/** The certificate that an HTTPS entrypoint showed, whether or not it was accepted. */
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

/** The agent port's hello at one address. */
interface HelloEvidence {
  readonly address: string;
  readonly hello: Hello;
}

/** Bytes that were not what the protocol asks for. */
interface UnexpectedBytes {
  readonly address: string;
  readonly step: StepName;
  readonly peer: PeerKind;
  /** The first bytes received, at most 32, as lower-case hex. */
  readonly hex: string;
  /** The `Server` header, where it was HTTP and had one. */
  readonly server: string | null;
}

/** The instance identities seen and wanted, each as its fingerprint (MD5 of the DER key, colon-separated hex). */
interface IdentityEvidence {
  /** From `X-Instance-Identity`. */
  readonly published: string | null;
  /** From the configuration (`identity`). */
  readonly pinned: string | null;
  /** From the certificate on the agent port, one per address that got so far. */
  readonly presented: readonly { readonly address: string; readonly fingerprint: string }[];
}

/** Everything a probe saw that a diagnosis may weigh. All of it is data for people too; none of it is secret. */
export interface Evidence {
  readonly listenerResponse?: HttpEvidence;
  readonly loginResponse?: HttpEvidence;
  readonly announcement?: ListenerAnnouncement;
  readonly certificates?: readonly CertificateEvidence[];
  readonly hellos?: readonly HelloEvidence[];
  readonly unexpected?: readonly UnexpectedBytes[];
  readonly identity?: IdentityEvidence;
  readonly capability?: Capability;
  /** The controller's own words when it refused the agent. */
  readonly refusal?: string;
  readonly websocketResponse?: HttpEvidence;
  /** The proxy used, without credentials. */
  readonly proxy?: string;
}

/**
 * The outcome of one probe: frozen data, the only input of metrics, history, log lines, reports and verdicts.
 * A failure of the network is a value in here, never an exception.
 */
export interface ProbeResult {
  readonly depth: Depth;
  readonly entrypoint: Entrypoint;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** True when at least one address took every step of the depth. */
  readonly success: boolean;
  readonly steps: readonly StepResult[];
  readonly evidence: Evidence;
  /** Connections opened towards the controller (or its proxy). */
  readonly connections: number;
  /** The longest time that our own event loop stood still meanwhile; timings of a stalled probe mean little. */
  readonly stalledMs: number;
  /** Why the result counts for no verdict although it is not a success; null where it counts. */
  readonly inconclusive: OwnFault | null;
}

/** The first step that failed, in an agent's order, or null. The cause that metrics and logs name. */
export function firstFailure(result: ProbeResult): StepResult | null {
  return result.steps.find((step) => step.outcome === 'failed') ?? null;
}

/** Per address: whether every step taken at it went well. Addresses that were not tried are left out. */
export function addressHealth(result: ProbeResult): ReadonlyMap<string, boolean> {
  const health = new Map<string, boolean>();
  for (const step of result.steps) {
    if (step.address === null || step.outcome === 'skipped') continue;
    health.set(step.address, (health.get(step.address) ?? true) && step.outcome !== 'failed');
  }
  return health;
}
