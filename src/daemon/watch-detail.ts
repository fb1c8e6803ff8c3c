import type { Entrypoint, ProbeResult, StepName } from '../model/result.ts';
import type { Reason } from '../protocol/reason.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { Pause } from './schedule.ts';
import type { Cell } from './timeline.ts';

/** A change of a verdict. */
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

/** The details of a controller besides its status. */
export interface WatchDetail {
  /** The latest result of each depth, without results that a later one contradicts. */
  readonly standing: readonly ProbeResult[];
  /** The last six hours by entrypoint, in cells of five minutes, oldest first. */
  readonly timeline: readonly { readonly entrypoint: Entrypoint; readonly cells: readonly Cell[] }[];
  /** Newest first. */
  readonly changes: readonly PastChange[];
  readonly schedule: readonly Pause[];
  /** Connections in the last minute, and the limit of `connectionsPerMinute`. */
  readonly budget: { readonly spent: number; readonly limit: number };
  /** The time of the last observed start, epoch milliseconds; null: none observed. */
  readonly lastStart: number | null;
}
