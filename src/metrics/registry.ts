import { setImmediate as nextTurn } from 'node:timers/promises';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { SeriesGroup } from './series-group.ts';
import { type LabelsOf, METRICS, type MetricName, type MetricNameOf, PREFIX } from './table.ts';
import { familyText, labelsText, seriesText } from './text-format.ts';

/** Gauges with the suffix of counters. Other metrics count the active resources of Node.js by type. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** The series of a family by controller; empty if it has none. */
type Family = Map<string, SeriesGroup>;

/** Separates label values. Values from peers contain no control characters. */
const SEPARATOR = '\0';

/**
 * The metrics of {@link METRICS}. Series are stored as text, because prom-client needs half a second for those of a
 * thousand controllers. prom-client collects only the metrics of the process.
 */
export class MetricsRegistry {
  /** Labels on every series. */
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

  /** Adds the metrics of the process and of Node.js. Call it once per process: their observers cannot be removed. */
  collectProcess(): void {
    collectDefaultMetrics({ register: this.#process });
    for (const name of MISNAMED) this.#process.removeSingleMetric(name);
  }

  inc<N extends MetricNameOf<'counter'>>(name: N, labels: LabelsOf<N>, by = 1): void {
    const group = this.#group(name, labels);
    const key = keyOf(METRICS[name].labels, labels);
    group.set(key, group.valueOf(key) + by, () => this.#textOf(name, labels));
  }

  set<N extends MetricNameOf<'gauge'>>(name: N, labels: LabelsOf<N>, value: number): void {
    const key = keyOf(METRICS[name].labels, labels);
    this.#group(name, labels).set(key, value, () => this.#textOf(name, labels));
  }

  remove<N extends MetricNameOf<'gauge'>>(name: N, labels: LabelsOf<N>): void {
    this.#group(name, labels).delete(keyOf(METRICS[name].labels, labels));
  }

  /** Removes every series of a controller. */
  forget(controller: string): void {
    for (const family of this.#families.values()) family.delete(controller);
  }

  /** The `Content-Type` of {@link text}: Prometheus text format 0.0.4, the only one served. */
  get contentType(): string {
    return this.#process.contentType;
  }

  /** Calls `collect` before each {@link text}, for values that change too often to write each change. */
  onCollect(collect: () => void): void {
    this.#collectors.push(collect);
  }

  /** Returns all series in the text format. A family without a series is omitted. */
  async text(): Promise<string> {
    for (const collect of this.#collectors) collect();
    const families: string[] = [];
    for (const name of Object.keys(METRICS) as MetricName[]) {
      families.push(this.#familyText(name));
      // A thousand controllers have a hundred thousand series: health checks are answered in between.
      await nextTurn();
    }
    const process = await this.#process.metrics();
    return joined([...families, process.trimStart()]);
  }

  /** Returns the gauges of {@link METRICS} in the text format. */
  gaugeText(): string {
    const gauges = (Object.keys(METRICS) as MetricName[]).filter((name) => METRICS[name].type === 'gauge');
    return joined(gauges.map((name) => this.#familyText(name)));
  }

  #familyText(name: MetricName): string {
    const groups = this.#families.get(name)?.values() ?? [];
    const lines = Array.from(groups, (group) => group.lines).join('');
    return familyText(PREFIX + name, METRICS[name], lines);
  }

  /** Returns a series as text, with labels in the order of the table. */
  #textOf<N extends MetricName>(name: N, labels: LabelsOf<N>): string {
    return seriesText(PREFIX + name, labelsText(METRICS[name].labels, labels), this.#constantText);
  }

  /** Returns the series of a family for one controller. */
  #group(name: MetricName, { controller = '' }: { readonly controller?: string }): SeriesGroup {
    const family = this.#families.get(name) ?? added<MetricName, Family>(this.#families, name, new Map());
    return family.get(controller) ?? added(family, controller, new SeriesGroup());
  }
}

/** Returns the values of the labels besides `controller`. */
function keyOf(names: readonly string[], values: Readonly<Record<string, string>>): string {
  let key: string | null = null;
  for (const name of names) {
    if (name === 'controller') continue;
    const value = values[name] ?? '';
    key = key === null ? value : key + SEPARATOR + value;
  }
  return key ?? '';
}

/** Adds a value to a map and returns it. */
function added<K, V>(map: Map<K, V>, key: K, value: V): V {
  map.set(key, value);
  return value;
}

function joined(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n');
}
