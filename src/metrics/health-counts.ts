import type { MetricsRegistry } from './registry.ts';

const CODES = [200, 503] as const;
type Code = (typeof CODES)[number];

/** Counts the answers to health checks; the series are written before a scrape, because checks come by the thousand. */
export class HealthCounts {
  /** Since the last scrape, by controller. */
  readonly #counts = new Map<string, Record<Code, number>>();

  constructor(registry: MetricsRegistry) {
    registry.onCollect(() => this.#writeTo(registry));
  }

  /** Begins the series of a controller. */
  start(controller: string): void {
    this.#counts.set(controller, { 200: 0, 503: 0 });
  }

  forget(controller: string): void {
    this.#counts.delete(controller);
  }

  add(controller: string, code: Code): void {
    const counts = this.#counts.get(controller);
    if (counts === undefined) this.#counts.set(controller, { 200: 0, 503: 0, [code]: 1 });
    else counts[code] += 1;
  }

  #writeTo(registry: MetricsRegistry): void {
    for (const [controller, counts] of this.#counts) {
      for (const code of CODES) {
        registry.inc('health_requests_total', { controller, code: String(code) }, counts[code]);
        counts[code] = 0;
      }
    }
  }
}
