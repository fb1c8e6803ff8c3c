import {
  type Depth,
  type Entrypoint,
  firstFailure,
  type ProbeResult,
  type StepName,
} from '../model/result.ts';
import type { Reason } from '../protocol/reason.ts';

/** One probe in the history. */
export interface HistoryEntry {
  readonly depth: Depth;
  readonly entrypoint: Entrypoint;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly success: boolean;
  /** The first step that failed; null on success. */
  readonly step: StepName | null;
  readonly reason: Reason | null;
  readonly detail: string | null;
}

/** The last results of one controller. Failures have a separate list, so that successes do not displace them. */
export class History {
  static readonly RECENT = 100;
  static readonly FAILURES = 50;
  #recent: readonly HistoryEntry[] = [];
  #failures: readonly HistoryEntry[] = [];

  add(result: ProbeResult): void {
    const entry = entryOf(result);
    this.#recent = [entry, ...this.#recent.slice(0, History.RECENT - 1)];
    if (!entry.success) this.#failures = [entry, ...this.#failures.slice(0, History.FAILURES - 1)];
  }

  /** Every result, newest first. */
  get recent(): readonly HistoryEntry[] {
    return this.#recent;
  }

  /** Failures only, newest first. */
  get failures(): readonly HistoryEntry[] {
    return this.#failures;
  }
}

function entryOf(result: ProbeResult): HistoryEntry {
  const failure = result.success ? null : firstFailure(result);
  return {
    depth: result.depth,
    entrypoint: result.entrypoint,
    startedAt: result.startedAt,
    durationMs: result.durationMs,
    success: result.success,
    step: failure?.step ?? null,
    reason: failure?.reason ?? null,
    detail: failure?.detail ?? null,
  };
}
