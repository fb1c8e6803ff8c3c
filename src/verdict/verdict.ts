import type { Reason } from '../protocol/reason.ts';

/** What a load balancer sees. `unknown` only lasts until the first `rise` successes or `fall` failures in a row. */
export const VERDICTS = ['up', 'down', 'unknown'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What becomes of a verdict whose results have stopped coming: it no longer counts, or it does. */
export const STALE_POLICIES = ['fail', 'keep'] as const;
export type StalePolicy = (typeof STALE_POLICIES)[number];

/** How many results in a row it takes to change a verdict. Both are at least 1. */
export interface VerdictPolicy {
  readonly rise: number;
  readonly fall: number;
}

/** A verdict and what it rests on. */
export interface VerdictState {
  readonly verdict: Verdict;
  /** Successes in a row, 0 after a failure. */
  readonly successes: number;
  /** Failures in a row, 0 after a success. */
  readonly failures: number;
  /** When the verdict became what it is, epoch milliseconds. */
  readonly changedAt: number;
  /** Why the latest result was a failure; null after a success. */
  readonly lastReason: Reason | null;
}

/** One result as the verdict counts it. */
export type Count =
  | { readonly success: true }
  /** `reason` is null where a probe failed without a failed step. */
  | { readonly success: false; readonly reason: Reason | null };

/**
 * The verdict before any result.
 * @param verdict what it is taken for until results say otherwise
 * @param now epoch milliseconds
 */
export function initialVerdict(verdict: Verdict, now: number): VerdictState {
  return { verdict, successes: 0, failures: 0, changedAt: now, lastReason: null };
}

/**
 * Counts one result, as HAProxy does: `fall` failures in a row make it `down`, `rise` successes in a row make it `up`,
 * anything less changes nothing. From `unknown` the same numbers hold: a first success is not yet trusted with
 * traffic, and a first failure does not yet send it away.
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

/** The verdict of several together: `down` if any is, `up` if all are (and there is one), `unknown` otherwise. */
export function combine(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('down')) return 'down';
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'up') ? 'up' : 'unknown';
}

/**
 * Whether the results have stopped coming: a verdict that nothing renews is no ground to send traffic.
 * @param sinceLastResultMs null when there has been no result yet, which is `unknown` and not stale
 */
export function isStale(sinceLastResultMs: number | null, maxAgeMs: number): boolean {
  return sinceLastResultMs !== null && sinceLastResultMs > maxAgeMs;
}
