import type { Diagnosis } from '../catalogue/diagnosis.ts';
import type { VerdictChange, WatchObserver } from '../daemon/observer.ts';
import type { News } from '../daemon/root-causes.ts';
import type { Cost } from '../model/cost.ts';
import type { Depth, OwnFault, ProbeResult } from '../model/result.ts';

/** Takes everything that the daemon finds out. */
export interface DaemonObserver extends WatchObserver {
  /** A root cause has held for a while. */
  rootCauseFound(news: News): void;
}

/** Passes everything on to any number of observers, in the order in which they were added. */
export class Observers implements DaemonObserver {
  readonly #observers: Partial<DaemonObserver>[] = [];
  readonly #failed: (error: unknown) => void;

  /** @param failed hears of an observer that threw; the others and the daemon go on */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** Adds an observer of some of it. */
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
