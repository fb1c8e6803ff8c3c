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
  readonly #recent = new BoundedList(History.RECENT);
  readonly #failures = new BoundedList(History.FAILURES);

  add(result: ProbeResult): void {
    const entry = entryOf(result);
    this.#recent.add(entry);
    if (!entry.success) this.#failures.add(entry);
  }

  /** Every result, newest first. */
  get recent(): readonly HistoryEntry[] {
    return this.#recent.newestFirst();
  }

  /** Failures only, newest first. */
  get failures(): readonly HistoryEntry[] {
    return this.#failures.newestFirst();
  }

  /** Approximate bytes in use. */
  get bytes(): number {
    return this.#recent.bytes + this.#failures.bytes;
  }
}

/** The limit of one list, enough for 100 short entries or 40 with long details. */
const MAX_BYTES = 24 * 1024;
/** Approximate bytes of an entry without its detail, of which each character may take two. */
const ENTRY_BYTES = 176;

/** Entries, bounded in number and bytes. */
class BoundedList {
  readonly #max: number;
  readonly #entries: HistoryEntry[] = [];
  #bytes = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(entry: HistoryEntry): void {
    this.#entries.push(entry);
    this.#bytes += bytesOf(entry);
    while (this.#entries.length > this.#max || this.#bytes > MAX_BYTES) {
      const oldest = this.#entries.shift();
      if (oldest === undefined) return;
      this.#bytes -= bytesOf(oldest);
    }
  }

  newestFirst(): readonly HistoryEntry[] {
    return this.#entries.toReversed();
  }
}

function bytesOf({ detail }: HistoryEntry): number {
  return ENTRY_BYTES + 2 * (detail?.length ?? 0);
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
