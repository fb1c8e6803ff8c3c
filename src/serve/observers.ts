import type { Diagnosis } from '../catalogue/diagnosis.ts';
import type { VerdictChange, WatchObserver } from '../daemon/observer.ts';
import type { News } from '../daemon/root-causes.ts';
import type { Cost } from '../model/cost.ts';
import type { Depth, OwnFault, ProbeResult } from '../model/result.ts';

/** Receives all events of the daemon. */
export interface DaemonObserver extends WatchObserver {
  /** A root cause has been active for a minimum time. */
  rootCauseFound(news: News): void;
}

/** Forwards all events to observers, in the order in which they were added. */
export class Observers implements DaemonObserver {
  readonly #observers: Partial<DaemonObserver>[] = [];
  readonly #failed: (error: unknown) => void;

  /** @param failed receives the exception of an observer; the others are still called */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** Adds an observer of some events. */
  add(observer: Partial<DaemonObserver>): void {
    this.#observers.push(observer);
  }

  begun(controller: string, lagMs: number): void {
    this.#tell((each) => each.begun?.(controller, lagMs));
  }

  ended(controller: string, result: ProbeResult): void {
    this.#tell((each) => each.ended?.(controller, result));
  }

  inconclusive(controller: string, fault: OwnFault, result: ProbeResult): void {
    this.#tell((each) => each.inconclusive?.(controller, fault, result));
  }

  surveyed(controller: string, cost: Cost): void {
    this.#tell((each) => each.surveyed?.(controller, cost));
  }

  verdictChanged(change: VerdictChange): void {
    this.#tell((each) => each.verdictChanged?.(change));
  }

  diagnosed(controller: string, diagnoses: readonly Diagnosis[]): void {
    this.#tell((each) => each.diagnosed?.(controller, diagnoses));
  }

  backedOff(controller: string, extraMs: number): void {
    this.#tell((each) => each.backedOff?.(controller, extraMs));
  }

  broke(controller: string, depth: Depth, error: unknown): void {
    this.#tell((each) => each.broke?.(controller, depth, error));
  }

  rootCauseFound(news: News): void {
    this.#tell((each) => each.rootCauseFound?.(news));
  }

  #tell(one: (observer: Partial<DaemonObserver>) => void): void {
    for (const each of this.#observers) {
      try {
        one(each);
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}
