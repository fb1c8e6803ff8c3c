import type { MetricSpec } from './table.ts';

/** Returns a line of the Prometheus text format 0.0.4 without its value: `name{label="value"}`. */
export function seriesText(name: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}

/** Returns a family with its help and its type; empty without series. @param series text of {@link seriesText} and value */
export function familyText(
  name: string,
  { help, type }: Pick<MetricSpec, 'help' | 'type'>,
  series: Iterable<readonly [series: string, value: number]>,
): string {
  let lines = '';
  for (const [text, value] of series) lines += `${text} ${value}\n`;
  return lines === '' ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines}`;
}

function escaped(value: string): string {
  if (!/[\\\n"]/.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
