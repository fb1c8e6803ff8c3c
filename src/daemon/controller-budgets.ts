import type { ControllerSettings } from '../config/settings.ts';
import type { Clock } from '../model/clock.ts';
import { hostsOf } from '../model/target.ts';
import { ConnectionBudget } from './budget.ts';

interface Kept {
  readonly hosts: readonly string[];
  readonly budget: ConnectionBudget;
}

/**
 * The connection budgets of all controllers. They outlive settings: a controller that is changed, renamed, or removed and
 * added again within a minute is not asked for more connections than one that stays.
 */
export class ControllerBudgets {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The budget of a controller with new settings, and what was spent on it before.
   * @param configured the names of all controllers from now on
   */
  of(
    { target, connectionsPerMinute }: ControllerSettings,
    configured: ReadonlySet<string>,
  ): ConnectionBudget {
    this.#forget(configured);
    const hosts = hostsOf(target);
    const before = this.#kept.get(target.name)?.budget ?? this.#renamed(hosts, configured);
    const budget = before ?? new ConnectionBudget(connectionsPerMinute, this.#clock);
    budget.limit = connectionsPerMinute;
    this.#kept.set(target.name, { hosts, budget });
    return budget;
  }

  /** The budget of a controller that is no longer configured and had one of these hosts. */
  #renamed(hosts: readonly string[], configured: ReadonlySet<string>): ConnectionBudget | null {
    for (const [name, kept] of this.#kept) {
      if (configured.has(name) || !kept.hosts.some((host) => hosts.includes(host))) continue;
      this.#kept.delete(name);
      return kept.budget;
    }
    return null;
  }

  #forget(configured: ReadonlySet<string>): void {
    for (const [name, { budget }] of this.#kept) {
      if (!configured.has(name) && budget.use.spent === 0) this.#kept.delete(name);
    }
  }
}
