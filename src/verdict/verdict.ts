import type { Reason } from '../protocol/reason.ts';

/** The states that a load balancer sees. `unknown` lasts until `rise` successes or `fall` failures in a row. */
export const VERDICTS = ['up', 'down', 'unknown'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Policies for a verdict without new results: `fail` ignores it, `keep` keeps it. */
export const STALE_POLICIES = ['fail', 'keep'] as const;
export type StalePolicy = (typeof STALE_POLICIES)[number];

/** The number of results in a row that change a verdict. Both are at least 1. */
export interface VerdictPolicy {
  readonly rise: number;
  readonly fall: number;
}

/** A verdict and its basis. */
export interface VerdictState {
  readonly verdict: Verdict;
  /** Successes in a row, 0 after a failure. */
  readonly successes: number;
  /** Failures in a row, 0 after a success. */
  readonly failures: number;
  /** Time of the last change, epoch milliseconds. */
  readonly changedAt: number;
  /** The reason of the latest failure; null after a success. */
  readonly lastReason: Reason | null;
}

/** One result, as the verdict counts it. */
export type Count =
  | { readonly success: true }
  /** `reason` is null if a probe failed without a failed step. */
  | { readonly success: false; readonly reason: Reason | null };

/**
 * The verdict before any result.
 * @param verdict the initial state
 * @param now epoch milliseconds
 */
export function initialVerdict(verdict: Verdict, now: number): VerdictState {
  return { verdict, successes: 0, failures: 0, changedAt: now, lastReason: null };
}

/**
 * The verdict after one more result. As in HAProxy, `fall` failures in a row make it `down` and `rise` successes in a row
 * make it `up`. The same numbers apply from `unknown`: a first success does not attract traffic, a first failure does not
 * stop it.
 * @param now epoch milliseconds
 */
export function nextVerdict(
  state: VerdictState,
  count: Count,
  policy: VerdictPolicy,
  now: number,
): VerdictState {
  const successes = count.success ? state.successes + 1 : 0;
  const failures = count.success ? 0 : state.failures + 1;
  const verdict = successes >= policy.rise ? 'up' : failures >= policy.fall ? 'down' : state.verdict;
  return {
    verdict,
    successes,
    failures,
    changedAt: verdict === state.verdict ? state.changedAt : now,
    lastReason: count.success ? null : count.reason,
  };
}

/** The combined verdict: `down` if any is down, `up` if all are up (at least one), `unknown` otherwise. */
export function combine(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('down')) return 'down';
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'up') ? 'up' : 'unknown';
}

/**
 * True if no new results arrive: an old verdict is not a reason to send traffic.
 * @param sinceLastResultMs null before the first result, which is `unknown` and not stale
 */
export function isStale(sinceLastResultMs: number | null, maxAgeMs: number): boolean {
  return sinceLastResultMs !== null && sinceLastResultMs > maxAgeMs;
}
