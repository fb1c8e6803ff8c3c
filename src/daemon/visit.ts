import type { Survey } from '../model/survey.ts';
import type { HostPort } from '../protocol/host-port.ts';
import type { Guest, VisitRefusal } from './guest.ts';
import type { Watch } from './watch.ts';

/**
 * The configured controllers at the addresses of one survey. It never waits for a controller, so surveys cannot block each
 * other. Controllers are matched by the resolved address.
 */
export class Visit {
  readonly #watches: () => Iterable<Watch>;
  readonly #entered = new Set<Watch>();
  readonly #dismissed = new AbortController();
  readonly #gone = Promise.withResolvers<void>();
  readonly #guest: Guest = { dismiss: () => this.#dismissed.abort(), gone: this.#gone.promise };

  /** @param watches returns the current controllers */
  constructor(watches: () => Iterable<Watch>) {
    this.#watches = watches;
  }

  /** Aborts when a scheduled probe of an entered controller is due. */
  get signal(): AbortSignal {
    return this.#dismissed.signal;
  }

  /** Enters every controller at an address. @returns null, or the reason for a refusal */
  enter({ host }: HostPort, addresses: readonly string[]): VisitRefusal | null {
    for (const watch of this.#watches()) {
      if (this.#entered.has(watch) || !watch.isAt([host, ...addresses])) continue;
      const refusal = watch.receive(this.#guest);
      if (refusal !== null) return refusal;
      this.#entered.add(watch);
    }
    return null;
  }

  /** Leaves all controllers. @param survey its cost; null if it did not run */
  leave(survey: Survey | null): void {
    for (const watch of this.#entered) watch.left(this.#guest, survey);
    this.#gone.resolve();
  }
}
