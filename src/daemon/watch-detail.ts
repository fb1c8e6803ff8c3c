import type { Entrypoint, ProbeResult, StepName } from '../model/result.ts';
import type { Reason } from '../protocol/reason.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { Pause } from './schedule.ts';
import type { Cell } from './timeline.ts';

/** A verdict that changed. */
export interface PastChange {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly entrypoint: Entrypoint;
  readonly from: Verdict;
  readonly to: Verdict;
  /** The first failed step of the result that changed it; null after a success. */
  readonly step: StepName | null;
  readonly reason: Reason | null;
}

/** What is known of a watched controller beyond its status, from memory. */
export interface WatchDetail {
  /** The latest result of each depth, without those that a later one has disproved. */
  readonly standing: readonly ProbeResult[];
  /** The last six hours by entrypoint, in cells of five minutes, oldest first. */
  readonly timeline: readonly { readonly entrypoint: Entrypoint; readonly cells: readonly Cell[] }[];
  /** Newest first. */
  readonly changes: readonly PastChange[];
  readonly schedule: readonly Pause[];
  /** Connections in the last minute, and the limit of `connectionsPerMinute`. */
  readonly budget: { readonly spent: number; readonly limit: number };
  /** When the controller last started while it was watched, epoch milliseconds; null: no start was seen. */
  readonly lastStart: number | null;
}
