import type { Depth, Entrypoint } from '../model/result.ts';
import type { Reason } from '../protocol/reason.ts';
import type { Verdict } from './verdict.ts';

/** An entrypoint's verdict as another replica has it. */
export interface FollowedEntrypoint {
  readonly entrypoint: Entrypoint;
  readonly verdict: Verdict;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly lastReason: Reason | null;
  /** How old the latest result behind it is now, in milliseconds; null: there is none yet. */
  readonly ageMs: number | null;
}

/** A controller as another replica sees it. */
export interface FollowedController {
  /** Of the settings that it is probed with there, by {@link shortened}: other settings, other controller. */
  readonly fingerprint: string;
  readonly entrypoints: readonly FollowedEntrypoint[];
  /** How long ago each depth was last probed, in milliseconds. */
  readonly depthAgesMs: Readonly<Partial<Record<Depth, number>>>;
}

/** So much of a fingerprint tells settings apart, and five hundred of them are still short. */
export function shortened(fingerprint: string): string {
  return fingerprint.slice(0, 16);
}

/**
 * Whose verdicts a replica answers with: its `own`, those of `another` (its own for what that one does not have), or
 * for a moment after the start `nobody`'s, until it is known who else is there.
 */
export type Voice =
  | { readonly of: 'own' }
  | { readonly of: 'nobody' }
  | { readonly of: 'another'; readonly controllers: ReadonlyMap<string, FollowedController> };
