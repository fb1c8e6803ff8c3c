import { performance } from 'node:perf_hooks';

/** The time limit of a step, or of its probe if that ends earlier. */
export interface StepLimit {
  /** Aborts at the time limit, or when the probe is cancelled. */
  readonly signal: AbortSignal;
  /** The time limit of this step, in milliseconds, for messages. */
  readonly limitMs: number;
}

/**
 * The timeout of one probe, for all its steps together. A step gets a part of it, so that a step that hangs leaves time for
 * the next one.
 */
export class Deadline {
  readonly #endsAt: number;
  readonly #totalMs: number;
  readonly #outer: AbortSignal | undefined;

  /** @param outer cancels the probe, for example at shutdown */
  constructor(totalMs: number, outer?: AbortSignal) {
    this.#totalMs = totalMs;
    this.#endsAt = performance.now() + totalMs;
    this.#outer = outer;
  }

  /** Milliseconds left; 0 after the timeout or when the probe is cancelled. */
  get remainingMs(): number {
    return this.#outer?.aborted ? 0 : Math.max(0, this.#endsAt - performance.now());
  }

  /** Runs one step with at most `share` (0..1] of the timeout, and not beyond its end. */
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
