import { isMap, type Pair, parseDocument, stringify, type YAMLMap } from 'yaml';

/** A value of the chart: its path, default and description. */
export interface ValueRow {
  readonly path: string;
  readonly standard: unknown;
  readonly description: string;
}

const MARK = '-- ';

/**
 * Returns the documented values of a `values.yaml`, in its order. An object with a comment that starts with `--` is one
 * value; an object without one is a group.
 * @throws if a value has no such comment
 */
export function valueRows(yaml: string): readonly ValueRow[] {
  const document = parseDocument(yaml);
  if (!isMap(document.contents)) throw new Error('values.yaml is not an object');
  return rowsOf(document.contents, '');
}

function rowsOf(map: YAMLMap, prefix: string): ValueRow[] {
  return map.items.flatMap((pair, index) => {
    const path = `${prefix}${String(pair.key)}`;
    // The parser assigns the comment before the first key to the object.
    const comment = commentOf(pair) ?? (index === 0 ? (map.commentBefore ?? null) : null);
    const { value } = pair;
    const description = describe(comment);
    if (description === null) {
      if (isMap(value) && value.items.length > 0) return rowsOf(value, `${path}.`);
      throw new Error(`values.yaml: ${path} has no comment that starts with "# --"`);
    }
    return [{ path, standard: isNode(value) ? value.toJSON() : null, description }];
  });
}

function commentOf({ key }: Pair): string | null {
  return isNode(key) ? (key.commentBefore ?? null) : null;
}

function isNode(value: unknown): value is { toJSON(): unknown; commentBefore?: string | null } {
  return typeof value === 'object' && value !== null && 'toJSON' in value;
}

function describe(comment: string | null): string | null {
  const line = comment
    ?.split('\n')
    .map((each) => each.trim())
    .find((each) => each.startsWith(MARK));
  return line === undefined ? null : line.slice(MARK.length).trim();
}

/** Returns the table of a README. */
export function valuesTable(yaml: string): string {
  const rows = valueRows(yaml).map(
    ({ path, standard, description }) =>
      `| \`${path}\` | ${showStandard(standard)} | ${description.replaceAll('|', '\\|')} |`,
  );
  return ['| value | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

function showStandard(standard: unknown): string {
  if (typeof standard === 'object' && standard !== null && Object.keys(standard).length > 0) {
    const flow = stringify(standard, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false });
    return `\`${flow.trim()}\``;
  }
  return `\`${JSON.stringify(standard)}\``;
}
