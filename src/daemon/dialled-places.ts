import { canonicalHost } from '../model/address-kind.ts';
import type { Clock } from '../model/clock.ts';
import { costsOf } from '../model/cost.ts';
import type { Survey } from '../model/survey.ts';
import { BudgetSpent, ConnectionBudget } from './budget.ts';
import type { VisitRefusal } from './guest.ts';

/** Connections in a minute at one address, for targets that are not configured. */
const PER_MINUTE = 60;
/** The limit of remembered addresses, more than can be dialled in a minute. The least recently used are forgotten. */
const MAX_KEPT = 2000;

/** The addresses of targets that are not configured: each allows one diagnosis at a time, within a budget. */
export class DialledPlaces {
  readonly #clock: Clock;
  readonly #busy = new Set<string>();
  readonly #budgets = new Map<string, ConnectionBudget>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Reserves addresses for one diagnosis. @param held its reserved addresses; new ones are added */
  enter(addresses: readonly string[], held: Set<string>): VisitRefusal | null {
    for (const address of addresses.map(canonicalHost)) {
      if (held.has(address)) continue;
      if (this.#busy.has(address)) return 'busy';
      const waitMs = this.#budgetOf(address).waitMs(1);
      if (waitMs > 0) return new BudgetSpent('this address', waitMs);
      this.#busy.add(address);
      held.add(address);
    }
    return null;
  }

  /** Ends a diagnosis. @param survey its cost; each address is charged with all of it */
  leave(held: ReadonlySet<string>, survey: Survey | null): void {
    const cost = survey === null ? 0 : costsOf(survey).reduce((sum, { connections }) => sum + connections, 0);
    for (const address of held) {
      this.#busy.delete(address);
      this.#budgetOf(address).spend(cost);
    }
  }

  #budgetOf(address: string): ConnectionBudget {
    const budget = this.#budgets.get(address) ?? new ConnectionBudget(PER_MINUTE, this.#clock);
    this.#budgets.delete(address);
    this.#budgets.set(address, budget);
    const [oldest] = this.#budgets.keys();
    if (this.#budgets.size > MAX_KEPT && oldest !== undefined) this.#budgets.delete(oldest);
    return budget;
  }
}
