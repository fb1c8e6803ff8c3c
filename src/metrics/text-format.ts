import type { MetricSpec } from './table.ts';

/** Returns labels as `name="value",name="value"`. @param names their order */
export function labelsText(names: readonly string[], values: Readonly<Record<string, string>>): string {
  let text = '';
  for (const name of names) {
    text += `${text === '' ? '' : ','}${name}="${escaped(values[name] ?? '')}"`;
  }
  return text;
}

/** Returns a line of the Prometheus text format 0.0.4 without its value: `name{labels}`. @param constant more labels */
export function seriesText(name: string, labels: string, constant: string): string {
  const all = labels === '' || constant === '' ? labels + constant : `${labels},${constant}`;
  // `join` makes one text, not a tree of its parts.
  return all === '' ? name : [name, '{', all, '}'].join('');
}

/** Returns a family with its help and its type; empty without series. @param lines text of {@link seriesText} and value */
export function familyText(
  name: string,
  { help, type }: Pick<MetricSpec, 'help' | 'type'>,
  lines: string,
): string {
  return lines === '' ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines}`;
}

function escaped(value: string): string {
  if (!/[\\\n"]/.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
