import type { HostPort } from '../protocol/host-port.ts';
import type { StepName, StepResult } from './result.ts';

/** One address of a name. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/**
 * Resolves a name to all its addresses, or rejects like `dns.promises.lookup`. The signal aborts when no caller waits
 * for the result.
 */
export type Resolver = (host: string, signal?: AbortSignal) => Promise<readonly ResolvedAddress[]>;

/**
 * True if connections to a host and port are permitted. Called twice: with null before the name is resolved, and with all
 * addresses (none if it does not resolve) before the first connection to one of them.
 */
export type Admission = (to: HostPort, addresses: readonly string[] | null) => boolean;

/** The options of every probe, besides its target. */
export interface ProbeOptions {
  /** Default: the system's resolver (getaddrinfo), as in an agent. */
  readonly resolve?: Resolver;
  /** Default: everything is permitted. If set, no proxy is used, because its connections cannot be checked. */
  readonly admit?: Admission;
  /** Ends the probe early. */
  readonly signal?: AbortSignal;
  /** Called as each step begins. */
  readonly onStepBegin?: (step: StepName, address: string | null) => void;
  /** Called as each step ends. */
  readonly onStep?: (step: StepResult) => void;
}
