import type { Clock } from '../model/clock.ts';

const WINDOW_MS = 60_000;
/** The part of the budget that is reserved for scheduled probes. */
const RESERVED = 0.25;

/** The budget of a controller does not allow an on-demand probe now. */
export class BudgetSpent extends Error {
  /** Milliseconds until a retry can succeed. */
  readonly retryAfterMs: number;

  constructor(controller: string, retryAfterMs: number) {
    super(`the connection budget of ${controller} is used up for this minute`);
    this.name = 'BudgetSpent';
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Limits the connections to one controller in any sixty seconds, scheduled and on demand together. The cost of a probe is
 * taken from the previous one. A name with new addresses may exceed the budget once, by the number of new addresses.
 */
export class ConnectionBudget {
  /** Connections in sixty seconds. */
  limit: number;
  readonly #clock: Clock;
  /** The time and number of opened connections, oldest first. */
  #spent: { readonly at: number; readonly connections: number }[] = [];

  /** @param limit connections in sixty seconds */
  constructor(limit: number, clock: Clock) {
    this.limit = limit;
    this.#clock = clock;
  }

  /** Returns the wait of a scheduled probe with this number of connections, in milliseconds. */
  waitMs(connections: number): number {
    return this.#wait(connections, this.limit);
  }

  /** Returns the same for an on-demand probe, without the reserved part. */
  waitOnDemandMs(connections: number): number {
    return this.#wait(connections, Math.ceil(this.limit * (1 - RESERVED)));
  }

  /** Connections opened in the last sixty seconds, and the limit. */
  get use(): { readonly spent: number; readonly limit: number } {
    this.#forget();
    return { spent: this.#spent.reduce((sum, { connections }) => sum + connections, 0), limit: this.limit };
  }

  /** Counts opened connections. */
  spend(connections: number): void {
    if (connections > 0) this.#spent.push({ at: this.#clock.elapsed(), connections });
  }

  #wait(connections: number, limit: number): number {
    const now = this.#forget();
    let over = this.#spent.reduce((sum, each) => sum + each.connections, 0) + connections - limit;
    let wait = 0;
    // A probe that costs more than the limit may run when the window is empty.
    for (const { at, connections: freed } of this.#spent) {
      if (over <= 0) break;
      over -= freed;
      wait = at + WINDOW_MS - now;
    }
    return wait;
  }

  /** Removes entries that are older than the window. @returns now */
  #forget(): number {
    const now = this.#clock.elapsed();
    this.#spent = this.#spent.filter(({ at }) => now - at < WINDOW_MS);
    return now;
  }
}
