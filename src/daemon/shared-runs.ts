import type { Clock } from './clock.ts';

/** Two runs of the same thing begin at least this far apart. */
const SHARED_FOR_MS = 5_000;

interface Run<T> {
  readonly startedAt: number;
  readonly result: Promise<T>;
  running: boolean;
}

/** Runs things on demand, however many ask: each one at a time, and at most once in five seconds. */
export class SharedRuns<T> {
  readonly #clock: Clock;
  readonly #runs = new Map<string, Run<T>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs `make` now, or shares the run of the same key that is under way or has only just begun. */
  run(key: string, make: () => Promise<T>): Promise<T> {
    const now = this.#clock.elapsed();
    const shared = this.#runs.get(key);
    if (shared !== undefined && (shared.running || now - shared.startedAt < SHARED_FOR_MS))
      return shared.result;
    const result = make();
    const run: Run<T> = { startedAt: now, result, running: true };
    this.#runs.set(key, run);
    const ended = () => {
      run.running = false;
    };
    result.then(ended, () => {
      // It threw, which is a bug of ours: the next caller shall not be served the same error.
      this.#runs.delete(key);
    });
    return result;
  }
}
