/** One row of the table: a figure of ours beside that of a peer, and the bar that it has to meet. */
export interface Row {
  readonly what: string;
  readonly ours: number;
  readonly unit: string;
  readonly bar: { readonly most: number } | { readonly least: number };
  /** What the peer is, and its figure in the same unit; null: there is none. */
  readonly peer: { readonly name: string; readonly value: number } | null;
}

/** The rows as a table. */
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

/** The middle one, or the upper of the two in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function rounded(value: number): string {
  return value >= 10 ? String(Math.round(value)) : value.toFixed(2);
}
