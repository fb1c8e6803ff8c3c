import type { Clock } from '../../src/model/clock.ts';

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** A clock that advances only when a test calls it. */
export class FakeClock implements Clock {
  static readonly EPOCH = Date.UTC(2026, 0, 1);
  #elapsed = 0;
  #timers: Timer[] = [];

  now(): number {
    return FakeClock.EPOCH + this.#elapsed;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  setTimer(ms: number, fire: () => void): () => void {
    const timer: Timer = { at: this.#elapsed + ms, fire };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** The number of timers that are set. */
  get timers(): number {
    return this.#timers.length;
  }

  /** Returns the timer that is due first; of several, the one that was set first. */
  get #first(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) if (first === undefined || timer.at < first.at) first = timer;
    return first;
  }

  /** Advances by `ms` and runs the timers that become due. The effects of each timer happen before the next timer. */
  async advance(ms: number): Promise<void> {
    const until = this.#elapsed + ms;
    await settled();
    for (;;) {
      const due = this.#first;
      if (due === undefined || due.at > until) break;
      this.#timers = this.#timers.filter((each) => each !== due);
      this.#elapsed = Math.max(this.#elapsed, due.at);
      due.fire();
      await settled();
    }
    this.#elapsed = until;
    await settled();
  }
}

/** Resolves after every promise that does not wait for I/O has settled. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
