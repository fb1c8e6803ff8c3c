import type { Depth, Entrypoint } from '../model/result.ts';
import type { Reason } from '../protocol/reason.ts';
import type { Verdict } from './verdict.ts';

/** The verdict of an entrypoint on another replica. */
export interface FollowedEntrypoint {
  readonly entrypoint: Entrypoint;
  readonly verdict: Verdict;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly lastReason: Reason | null;
  /** Age of its latest result, in milliseconds; null without a result. */
  readonly ageMs: number | null;
}

/** A controller on another replica. */
export interface FollowedController {
  /** Fingerprint of its settings there, by {@link shortened}. Changed settings make it a different controller. */
  readonly fingerprint: string;
  readonly entrypoints: readonly FollowedEntrypoint[];
  /** Time since the last probe of each depth, in milliseconds. */
  readonly depthAgesMs: Readonly<Partial<Record<Depth, number>>>;
}

/** Enough of a fingerprint to distinguish settings, and short for five hundred controllers. */
export function shortened(fingerprint: string): string {
  return fingerprint.slice(0, 16);
}

/**
 * The source of a replica's verdicts: its `own`, `another` replica (with its own for what the other one lacks), or
 * `nobody` for a moment after the start, until the other replicas are known.
 */
export type Voice =
  | { readonly of: 'own' }
  | { readonly of: 'nobody' }
  | { readonly of: 'another'; readonly controllers: ReadonlyMap<string, FollowedController> };
