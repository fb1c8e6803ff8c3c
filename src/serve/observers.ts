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

  /** Adds an observer of some of it. */
  add(observer: Partial<DaemonObserver>): void {
    this.#observers.push(observer);
  }

  begun(controller: string, lagMs: number): void {
    for (const each of this.#observers) each.begun?.(controller, lagMs);
  }

  ended(controller: string, result: ProbeResult): void {
    for (const each of this.#observers) each.ended?.(controller, result);
  }

  inconclusive(controller: string, fault: OwnFault, result: ProbeResult): void {
    for (const each of this.#observers) each.inconclusive?.(controller, fault, result);
  }

  surveyed(controller: string, cost: Cost): void {
    for (const each of this.#observers) each.surveyed?.(controller, cost);
  }

  verdictChanged(change: VerdictChange): void {
    for (const each of this.#observers) each.verdictChanged?.(change);
  }

  diagnosed(controller: string, diagnoses: readonly Diagnosis[]): void {
    for (const each of this.#observers) each.diagnosed?.(controller, diagnoses);
  }

  backedOff(controller: string, extraMs: number): void {
    for (const each of this.#observers) each.backedOff?.(controller, extraMs);
  }

  broke(controller: string, depth: Depth, error: unknown): void {
    for (const each of this.#observers) each.broke?.(controller, depth, error);
  }

  rootCauseFound(news: News): void {
    for (const each of this.#observers) each.rootCauseFound?.(news);
  }
}
