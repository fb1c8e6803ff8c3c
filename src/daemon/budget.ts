import type { Clock } from '../model/clock.ts';

const WINDOW_MS = 60_000;
/** What is looked at on demand leaves this part of the budget to the schedule: a verdict must not starve of questions. */
const RESERVED = 0.25;

/** A probe on demand that the budget of its controller does not allow now. */
export class BudgetSpent extends Error {
  /** After so many milliseconds it is worth asking again. */
  readonly retryAfterMs: number;

  constructor(controller: string, retryAfterMs: number) {
    super(`the connections that ${controller} may be asked for in a minute are used up`);
    this.name = 'BudgetSpent';
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * How many connections one controller is asked for in any sixty seconds, by the schedule and on demand together. What a
 * probe will cost is known from the one before it; a name that suddenly has more addresses may exceed the budget by the
 * difference, once.
 */
export class ConnectionBudget {
  /** Connections in sixty seconds. */
  limit: number;
  readonly #clock: Clock;
  /** Each time at which connections were opened, oldest first, and how many. */
  #spent: { readonly at: number; readonly connections: number }[] = [];

  /** @param limit connections in sixty seconds */
  constructor(limit: number, clock: Clock) {
    this.limit = limit;
    this.#clock = clock;
  }

  /** How long a scheduled probe must wait that opens so many connections, in milliseconds. */
  waitMs(connections: number): number {
    return this.#wait(connections, this.limit);
  }

  /** The same for a probe on demand, which must leave something to the schedule. */
  waitOnDemandMs(connections: number): number {
    return this.#wait(connections, Math.ceil(this.limit * (1 - RESERVED)));
  }

  /** Connections opened in the last sixty seconds, and how many may be. */
  get use(): { readonly spent: number; readonly limit: number } {
    this.#forget();
    return { spent: this.#spent.reduce((sum, { connections }) => sum + connections, 0), limit: this.limit };
  }

  /** Notes that connections were opened. */
  spend(connections: number): void {
    if (connections > 0) this.#spent.push({ at: this.#clock.elapsed(), connections });
  }

  #wait(connections: number, limit: number): number {
    const now = this.#forget();
    let over = this.#spent.reduce((sum, each) => sum + each.connections, 0) + connections - limit;
    let wait = 0;
    // A probe that alone costs more than there is may run once everything else is forgotten.
    for (const { at, connections: freed } of this.#spent) {
      if (over <= 0) break;
      over -= freed;
      wait = at + WINDOW_MS - now;
    }
    return wait;
  }

  /** Lets go of what is older than the window. @returns now */
  #forget(): number {
    const now = this.#clock.elapsed();
    this.#spent = this.#spent.filter(({ at }) => now - at < WINDOW_MS);
    return now;
  }
}
