import { performance } from 'node:perf_hooks';

/** The end of a step, or of the probe it belongs to, whichever comes first. */
export interface StepLimit {
  /** Aborts when the time is up or the probe is called off. */
  readonly signal: AbortSignal;
  /** What this step was given, in milliseconds, for messages. */
  readonly limitMs: number;
}

/**
 * The time that one probe may take, all its steps together. Steps get a part of what is left, so that a step that
 * hangs leaves time to look at the next one.
 */
export class Deadline {
  readonly #endsAt: number;
  readonly #totalMs: number;
  readonly #outer: AbortSignal | undefined;

  /** @param outer calls the probe off early, as at shutdown */
  constructor(totalMs: number, outer?: AbortSignal) {
    this.#totalMs = totalMs;
    this.#endsAt = performance.now() + totalMs;
    this.#outer = outer;
  }

  /** Milliseconds left; 0 once the time is up or the probe is called off. */
  get remainingMs(): number {
    return this.#outer?.aborted ? 0 : Math.max(0, this.#endsAt - performance.now());
  }

  /** Runs one step with at most `share` (0..1] of the whole time, and never past the end. */
  async step<T>(share: number, run: (limit: StepLimit) => Promise<T>): Promise<T> {
    const limitMs = Math.round(Math.min(this.#totalMs * share, this.remainingMs));
    const controller = new AbortController();
    const abort = () => controller.abort();
    const timer = setTimeout(abort, limitMs);
    this.#outer?.addEventListener('abort', abort);
    if (this.#outer?.aborted) abort();
    try {
      return await run({ signal: controller.signal, limitMs });
    } finally {
      clearTimeout(timer);
      this.#outer?.removeEventListener('abort', abort);
    }
  }
}
