import { performance } from 'node:perf_hooks';

const TICK_MS = 25;
/** A tick that is late by less than this is ordinary. */
const JITTER_MS = 25;

/**
 * Adds up the stalls of this process's event loop during a probe. A watch that is never stopped ends with its garbage.
 */
export class StallWatch {
  #stalledMs = 0;
  #due = performance.now() + TICK_MS;
  readonly #timer: NodeJS.Timeout;

  constructor() {
    const self = new WeakRef(this);
    const timer = setInterval(() => {
      const watch = self.deref();
      if (watch === undefined) clearInterval(timer);
      else watch.#tick();
    }, TICK_MS);
    this.#timer = timer.unref();
  }

  /** The sum of all stalls so far, in whole milliseconds. It includes a stall that has just ended. */
  get stalledMs(): number {
    this.#tick();
    return Math.round(this.#stalledMs);
  }

  /** Stops watching. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = performance.now();
    const lateMs = now - this.#due;
    if (lateMs < 0) return;
    if (lateMs >= JITTER_MS) this.#stalledMs += lateMs;
    this.#due = now + TICK_MS;
  }
}
