import { performance } from 'node:perf_hooks';

const TICK_MS = 50;

/** Measures stalls of this process's event loop during a probe. */
export class StallWatch {
  #longestMs = 0;
  #due = performance.now() + TICK_MS;
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#timer.unref();
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
