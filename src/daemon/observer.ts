import type { Diagnosis } from '../catalogue/diagnosis.ts';
import type { Cost } from '../model/cost.ts';
import type { Depth, Entrypoint, OwnFault, ProbeResult } from '../model/result.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** A verdict that changed, and the result that changed it. */
export interface VerdictChange {
  readonly controller: string;
  readonly entrypoint: Entrypoint;
  readonly from: Verdict;
  readonly to: Verdict;
  readonly result: ProbeResult;
}

/** Hears everything that a watch finds out: the metrics and the log. */
export interface WatchObserver {
  /** A probe has begun, so many milliseconds after it was due: behind the controller's other probes, say. */
  begun(controller: string, lagMs: number): void;
  /** A scheduled probe has ended. */
  ended(controller: string, result: ProbeResult): void;
  /** A scheduled probe has ended without telling anything, because of a fault of ours. */
  inconclusive(controller: string, fault: OwnFault, result: ProbeResult): void;
  /** A probe or a check outside the schedule has ended; it counts for no verdict, but it cost the controller connections. */
  surveyed(controller: string, cost: Cost): void;
  verdictChanged(change: VerdictChange): void;
  /** The root causes that the latest results add up to, most likely first. */
  diagnosed(controller: string, diagnoses: readonly Diagnosis[]): void;
  /** By how much the most slowed depth is now slowed beyond its cadence. */
  backedOff(controller: string, extraMs: number): void;
  /** A probe threw, which is a bug of ours. */
  broke(controller: string, depth: Depth, error: unknown): void;
}
