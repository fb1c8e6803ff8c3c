import { performance } from 'node:perf_hooks';

const TICK_MS = 50;

/** Measures stalls of this process's event loop during a probe. A watch that is never stopped ends with its garbage. */
export class StallWatch {
  #longestMs = 0;
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

  /** Stops watching. @returns the longest stall in whole milliseconds */
  stop(): number {
    this.#tick();
    clearInterval(this.#timer);
    return Math.round(this.#longestMs);
  }

  #tick(): void {
    const now = performance.now();
    this.#longestMs = Math.max(this.#longestMs, now - this.#due);
    this.#due = now + TICK_MS;
  }
}
