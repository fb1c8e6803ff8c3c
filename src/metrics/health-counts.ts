import type { MetricsRegistry } from './registry.ts';

type Code = 200 | 503;

/** The answers to one controller's checks. Not keyed by the status code, which V8 would take for the index of an array. */
interface Counts {
  ok: number;
  unavailable: number;
}

/** Counts the answers to health checks; the series are written before a scrape, because checks come by the thousand. */
export class HealthCounts {
  /** Since the last scrape, by controller. */
  readonly #counts = new Map<string, Counts>();

  constructor(registry: MetricsRegistry) {
    registry.onCollect(() => this.#writeTo(registry));
  }

  /** Begins the series of a controller. */
  start(controller: string): void {
    this.#started(controller);
  }

  forget(controller: string): void {
    this.#counts.delete(controller);
  }

  add(controller: string, code: Code): void {
    const counts = this.#counts.get(controller) ?? this.#started(controller);
    if (code === 200) counts.ok += 1;
    else counts.unavailable += 1;
  }

  #started(controller: string): Counts {
    const counts = { ok: 0, unavailable: 0 };
    this.#counts.set(controller, counts);
    return counts;
  }

  #writeTo(registry: MetricsRegistry): void {
    for (const [controller, counts] of this.#counts) {
      registry.inc('health_requests_total', { controller, code: '200' }, counts.ok);
      registry.inc('health_requests_total', { controller, code: '503' }, counts.unavailable);
      counts.ok = 0;
      counts.unavailable = 0;
    }
  }
}
