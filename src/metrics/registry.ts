import { collectDefaultMetrics, Registry } from 'prom-client';
import {
  type LabelsOf,
  METRICS,
  type MetricName,
  type MetricNameOf,
  type MetricSpec,
  PREFIX,
} from './table.ts';
import { familyText, labelsText, seriesText } from './text-format.ts';

/** Gauges whose names end as a counter's must. Node.js' active resources are counted by type beside them. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** The values of a family by controller (empty: of none), then by the text of the series. */
type Family = Map<string, Map<string, number>>;

/**
 * The metrics of {@link METRICS}, kept as text: prom-client needs half a second for the series of a thousand
 * controllers. It collects only the metrics of the process.
 */
export class MetricsRegistry {
  /** On every series. */
  readonly constantLabels: Readonly<Record<string, string>>;
  readonly #constantText: string;
  readonly #families = new Map<MetricName, Family>();
  readonly #collectors: (() => void)[] = [];
  readonly #process = new Registry();

  constructor(constantLabels: Readonly<Record<string, string>>) {
    this.constantLabels = constantLabels;
    this.#constantText = labelsText(Object.keys(constantLabels), constantLabels);
    this.#process.setDefaultLabels(constantLabels);
  }

  /** Adds the metrics of the process and of Node.js. Call it once per process: their observers cannot be taken back. */
  collectProcess(): void {
    collectDefaultMetrics({ register: this.#process });
    for (const name of MISNAMED) this.#process.removeSingleMetric(name);
  }

  inc<N extends MetricNameOf<'counter'>>(name: N, labels: LabelsOf<N>, by = 1): void {
    const series = this.#seriesOf(name, labels);
    const text = this.#text(name, labels);
    series.set(text, (series.get(text) ?? 0) + by);
  }

  set<N extends MetricNameOf<'gauge'>>(name: N, labels: LabelsOf<N>, value: number): void {
    this.#seriesOf(name, labels).set(this.#text(name, labels), value);
  }

  remove<N extends MetricNameOf<'gauge'>>(name: N, labels: LabelsOf<N>): void {
    this.#seriesOf(name, labels).delete(this.#text(name, labels));
  }

  /** Removes every series of a controller. */
  forget(controller: string): void {
    for (const family of this.#families.values()) family.delete(controller);
  }

  /** The `Content-Type` of {@link text}: Prometheus text format 0.0.4, the only one served. */
  get contentType(): string {
    return this.#process.contentType;
  }

  /** Calls `collect` before each {@link text}, for what changes too often to be written down each time. */
  onCollect(collect: () => void): void {
    this.#collectors.push(collect);
  }

  /** Every series, as Prometheus scrapes it. A family without a series is left out. */
  async text(): Promise<string> {
    const process = await this.#process.metrics();
    for (const collect of this.#collectors) collect();
    return [this.#textOf(['counter', 'gauge']), process.trimStart()].filter((text) => text !== '').join('\n');
  }

  /** The series of our own gauges. */
  gaugeText(): string {
    return this.#textOf(['gauge']);
  }

  #textOf(types: readonly MetricSpec['type'][]): string {
    return (Object.keys(METRICS) as MetricName[])
      .filter((name) => types.includes(METRICS[name].type))
      .map((name) => familyText(PREFIX + name, METRICS[name], this.#seriesIn(name)))
      .filter((text) => text !== '')
      .join('\n');
  }

  *#seriesIn(name: MetricName): Iterable<readonly [series: string, value: number]> {
    for (const series of this.#families.get(name)?.values() ?? []) yield* series;
  }

  /** The text of a series. Labels are in the order of the table, whatever the order in which they are given. */
  #text<N extends MetricName>(name: N, labels: LabelsOf<N>): string {
    return seriesText(PREFIX + name, labelsText(METRICS[name].labels, labels), this.#constantText);
  }

  #seriesOf(name: MetricName, { controller = '' }: { readonly controller?: string }): Map<string, number> {
    const family: Family = this.#families.get(name) ?? new Map();
    this.#families.set(name, family);
    const series = family.get(controller) ?? new Map<string, number>();
    family.set(controller, series);
    return series;
  }
}
