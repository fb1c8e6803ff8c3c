import type { Survey } from '../model/survey.ts';
import type { HostPort } from '../protocol/host-port.ts';
import type { Guest, VisitRefusal } from './guest.ts';
import type { Watch } from './watch.ts';

/**
 * The way of one survey through the places that it dials. It never waits for a watched controller, so surveys cannot wait
 * for each other. What counts is the address that is dialled, however it was spelled.
 */
export class Visit {
  readonly #watches: () => Iterable<Watch>;
  readonly #entered = new Set<Watch>();
  readonly #dismissed = new AbortController();
  readonly #gone = Promise.withResolvers<void>();
  readonly #guest: Guest = { dismiss: () => this.#dismissed.abort(), gone: this.#gone.promise };

  /** @param watches the controllers that are watched now */
  constructor(watches: () => Iterable<Watch>) {
    this.#watches = watches;
  }

  /** Aborts when a watched controller needs its turn. */
  get signal(): AbortSignal {
    return this.#dismissed.signal;
  }

  /** Enters every watched controller at a place. @returns null, or why that is not possible now */
  enter({ host }: HostPort, addresses: readonly string[]): VisitRefusal | null {
    for (const watch of this.#watches()) {
      if (this.#entered.has(watch) || !watch.isAt([host, ...addresses])) continue;
      const refusal = watch.receive(this.#guest);
      if (refusal !== null) return refusal;
      this.#entered.add(watch);
    }
    return null;
  }

  /** Leaves every controller. @param survey what it cost them; null where it took none */
  leave(survey: Survey | null): void {
    for (const watch of this.#entered) watch.left(this.#guest, survey);
    this.#gone.resolve();
  }
}
