import type { Diagnosis } from '../catalogue/diagnosis.ts';
import type { Cost } from '../model/cost.ts';
import type { Depth, Entrypoint, OwnFault, ProbeResult } from '../model/result.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** A change of a verdict, and the result that caused it. */
export interface VerdictChange {
  readonly controller: string;
  readonly entrypoint: Entrypoint;
  readonly from: Verdict;
  readonly to: Verdict;
  readonly result: ProbeResult;
}

/** Receives the events of a watch. */
export interface WatchObserver {
  /** A probe has started. @param lagMs milliseconds after it was due */
  begun(controller: string, lagMs: number): void;
  /** A scheduled probe has ended. */
  ended(controller: string, result: ProbeResult): void;
  /** A scheduled probe has ended without a usable result, because of a fault of this process. */
  inconclusive(controller: string, fault: OwnFault, result: ProbeResult): void;
  /** A probe or check outside the schedule has ended. It affects no verdict, but it opened connections. */
  surveyed(controller: string, cost: Cost): void;
  verdictChanged(change: VerdictChange): void;
  /** The root causes of the latest results, most likely first. */
  diagnosed(controller: string, diagnoses: readonly Diagnosis[]): void;
  /** The back-off of a controller. @param extraMs the longest pause beyond the cadence of its depth */
  backedOff(controller: string, extraMs: number): void;
  /** A probe threw an exception, which is a bug. */
  broke(controller: string, depth: Depth, error: unknown): void;
}
