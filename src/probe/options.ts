import type { StepResult } from './result.ts';

/** One address of a name. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Resolves a name to all its addresses, or rejects as `dns.promises.lookup` does. */
export type Resolver = (host: string) => Promise<readonly ResolvedAddress[]>;

/** What every probe takes beside its target. */
export interface ProbeOptions {
  /** Default: the system's resolver (getaddrinfo), as an agent uses it. */
  readonly resolve?: Resolver;
  /** Ends the probe early. */
  readonly signal?: AbortSignal;
  /** Called as each step ends. */
  readonly onStep?: (step: StepResult) => void;
}
