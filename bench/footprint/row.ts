/** One row of the table: our value, the value of a peer, and the limit. */
export interface Row {
  readonly what: string;
  readonly ours: number;
  readonly unit: string;
  readonly bar: { readonly most: number } | { readonly least: number };
  /** The name of the peer and its value in the same unit; null: there is none. */
  readonly peer: { readonly name: string; readonly value: number } | null;
}

/** Returns the rows as a table. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ what, ours, unit, bar, peer }) => {
    const limit = 'most' in bar ? `≤ ${bar.most}` : `≥ ${bar.least}`;
    const met = 'most' in bar ? ours <= bar.most : ours >= bar.least;
    const beside = peer === null ? '' : `${rounded(peer.value)} ${unit} (${peer.name})`;
    return [what, `${rounded(ours)} ${unit}`, limit, met ? 'met' : 'MISSED', beside];
  });
  const all = [['what', 'ours', 'bar', '', 'peer'], ...lines];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  return all
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Returns the median; of an even number of values the upper one. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function rounded(value: number): string {
  return value >= 10 ? String(Math.round(value)) : value.toFixed(2);
}
