import type { HostPort } from '../protocol/host-port.ts';
import type { StepName, StepResult } from './result.ts';

/** One address of a name. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Resolves a name to all its addresses, or rejects as `dns.promises.lookup` does. The signal aborts when nobody waits. */
export type Resolver = (host: string, signal?: AbortSignal) => Promise<readonly ResolvedAddress[]>;

/**
 * Says whether a host may be dialled at a port. Asked twice for every place: before its name is resolved, with null, and
 * with all its addresses (none where it does not resolve) before the first of those very addresses is dialled.
 */
export type Admission = (to: HostPort, addresses: readonly string[] | null) => boolean;

/** What every probe takes beside its target. */
export interface ProbeOptions {
  /** Default: the system's resolver (getaddrinfo), as an agent uses it. */
  readonly resolve?: Resolver;
  /** Default: everything may be dialled. With it no proxy is used, since what a proxy dials cannot be seen. */
  readonly admit?: Admission;
  /** Ends the probe early. */
  readonly signal?: AbortSignal;
  /** Called as each step begins. */
  readonly onStepBegin?: (step: StepName, address: string | null) => void;
  /** Called as each step ends. */
  readonly onStep?: (step: StepResult) => void;
}
