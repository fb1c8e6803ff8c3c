import type { Clock } from '../../src/model/clock.ts';

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** A clock that stands still until it is told to go on. */
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

  /** How many timers are set. */
  get timers(): number {
    return this.#timers.length;
  }

  /** The timer that falls due first; of several, the one that was set first. */
  get #first(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) if (first === undefined || timer.at < first.at) first = timer;
    return first;
  }

  /** Goes on by `ms`, fires what falls due on the way, and lets each timer's consequences happen before the next. */
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

/** Resolves once every promise that can settle without the outside world has settled. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
