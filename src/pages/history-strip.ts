import { CELL_MS, CELLS, type Cell } from '../daemon/timeline.ts';
import { type Html, html } from './html.ts';

/** The class, top and height of the bar of each cell. The height shows the state; the colour repeats it. */
const BARS: Readonly<Record<Cell, readonly [name: string, top: number, height: number]>> = {
  up: ['hu', 7, 5],
  down: ['hd', 0, 12],
  mixed: ['hm', 3, 9],
  none: ['hn', 11, 1],
};
const HEIGHT = 12;

/** Returns a strip of the last six hours, with a text for screen readers. @param label before the text */
export function historyStrip(cells: readonly Cell[], label = ''): Html {
  const shown = runsOf(cells);
  const words = `${label}Last 6 hours: ${failureText(cells)}`;
  return html`<svg class="hist" viewBox="0 0 ${cells.length} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${words}">${shown}</svg>`;
}

/** Returns the worse cell of each pair. */
export function halved(cells: readonly Cell[]): readonly Cell[] {
  return Array.from({ length: Math.ceil(cells.length / 2) }, (_, index) => {
    const pair = cells.slice(2 * index, 2 * index + 2);
    return WORST_FIRST.find((cell) => pair.includes(cell)) ?? 'none';
  });
}

const WORST_FIRST: readonly Cell[] = ['down', 'mixed', 'up', 'none'];

/** Returns the duration of failures. */
function failureText(cells: readonly Cell[]): string {
  const failed = cells.filter((cell) => cell === 'down' || cell === 'mixed').length;
  if (cells.every((cell) => cell === 'none')) return 'no result';
  if (failed === 0) return 'no failure';
  const minutes = (failed * CELLS * CELL_MS) / cells.length / 60_000;
  return `failures in ${minutes >= 90 ? `${Math.round(minutes / 6) / 10} h` : `${Math.round(minutes)} min`} of it`;
}

/** Returns one path for each kind of cell; adjacent cells are one bar. */
function runsOf(cells: readonly Cell[]): readonly Html[] {
  const paths = new Map<Cell, string>();
  for (let from = 0; from < cells.length; ) {
    const cell = cells[from] ?? 'none';
    let to = from + 1;
    while (cells[to] === cell) to += 1;
    const [, top, height] = BARS[cell];
    const width = to - from - (to === cells.length ? 0 : 0.2);
    paths.set(cell, `${paths.get(cell) ?? ''}M${from} ${top}h${width}v${height}H${from}z`);
    from = to;
  }
  return [...paths].map(([cell, d]) => html`<path class="${BARS[cell][0]}" d="${d}"/>`);
}
