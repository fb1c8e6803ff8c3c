import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import {
  type LabelsOf,
  METRICS,
  type MetricName,
  type MetricNameOf,
  type MetricSpec,
  PREFIX,
} from './table.ts';

/** The metrics of {@link METRICS}, in a registry of their own. */
export class MetricsRegistry {
  readonly #registry = new Registry();
  readonly #counters = new Map<MetricName, Counter>();
  readonly #gauges = new Map<MetricName, Gauge>();
  readonly #histograms = new Map<MetricName, Histogram>();

  /** @param constantLabels added to every series */
  constructor(constantLabels: Readonly<Record<string, string>>) {
    this.#registry.setDefaultLabels(constantLabels);
    for (const [name, spec] of Object.entries(METRICS)) this.#register(name as MetricName, spec);
  }

  /** Adds the metrics of the process and of Node.js. Call it once per process: their observers cannot be taken back. */
  collectProcess(): void {
    collectDefaultMetrics({ register: this.#registry });
  }

  inc<N extends MetricNameOf<'counter'>>(name: N, labels: LabelsOf<N>, by = 1): void {
    this.#counters.get(name)?.inc(labels, by);
  }

  set<N extends MetricNameOf<'gauge'>>(name: N, labels: LabelsOf<N>, value: number): void {
    this.#gauges.get(name)?.set(labels, value);
  }

  remove<N extends MetricNameOf<'gauge'>>(name: N, labels: LabelsOf<N>): void {
    this.#gauges.get(name)?.remove(labels);
  }

  /** Removes every series of a controller. */
  async forget(controller: string): Promise<void> {
    for (const metric of [
      ...this.#counters.values(),
      ...this.#gauges.values(),
      ...this.#histograms.values(),
    ]) {
      const { values } = await metric.get();
      for (const { labels } of values) {
        // A histogram's values are its buckets: the series is what they have in common.
        const { le, ...series } = labels as Readonly<Record<string, string | number>>;
        if (series.controller === controller) metric.remove(series);
      }
    }
  }

  observe<N extends MetricNameOf<'histogram'>>(name: N, labels: LabelsOf<N>, seconds: number): void {
    this.#histograms.get(name)?.observe(labels, seconds);
  }

  /** The `Content-Type` of {@link text}: Prometheus text format 0.0.4, the only one served. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Every series, as Prometheus scrapes it. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #register(name: MetricName, { type, help, labels, buckets }: MetricSpec): void {
    const configuration = { name: PREFIX + name, help, labelNames: [...labels], registers: [this.#registry] };
    switch (type) {
      case 'counter':
        this.#counters.set(name, new Counter(configuration));
        return;
      case 'gauge':
        this.#gauges.set(name, new Gauge(configuration));
        // One without labels begins at 0 by itself, which would be a claim that nobody made.
        if (labels.length === 0) this.#gauges.get(name)?.remove();
        return;
      case 'histogram':
        this.#histograms.set(name, new Histogram({ ...configuration, buckets: [...(buckets ?? [])] }));
    }
  }
}
