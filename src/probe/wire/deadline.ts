import { performance } from 'node:perf_hooks';

/** The time for a step to end after its limit, in milliseconds. Every step ends at once: this is for our own mistakes. */
const GRACE_MS = 1000;

/** A step ignored its limit. That is a mistake of this program, and says nothing about the peer. */
class StepOverrun extends Error {
  override readonly name = 'StepOverrun';

  constructor(limitMs: number) {
    super(`a step did not end ${GRACE_MS} ms after its limit of ${limitMs} ms`);
  }
}

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

  /**
   * Runs one step with at most `share` (0..1] of the timeout, and not beyond its end. A step must end when its signal
   * aborts. If it does not, this rejects with {@link StepOverrun} a second later, so that no probe blocks the next one.
   */
  async step<T>(share: number, run: (limit: StepLimit) => Promise<T>): Promise<T> {
    const limitMs = Math.round(Math.min(this.#totalMs * share, this.remainingMs));
    const controller = new AbortController();
    const overrun = Promise.withResolvers<never>();
    let grace: NodeJS.Timeout | undefined;
    const abort = () => {
      controller.abort();
      // After a stall of this process, the events that end the step come before the immediate.
      const giveUp = () => setImmediate(() => overrun.reject(new StepOverrun(limitMs)));
      grace ??= setTimeout(giveUp, GRACE_MS);
    };
    const timer = setTimeout(abort, limitMs);
    this.#outer?.addEventListener('abort', abort);
    if (this.#outer?.aborted) abort();
    try {
      return await Promise.race([run({ signal: controller.signal, limitMs }), overrun.promise]);
    } finally {
      clearTimeout(timer);
      clearTimeout(grace);
      this.#outer?.removeEventListener('abort', abort);
    }
  }
}
