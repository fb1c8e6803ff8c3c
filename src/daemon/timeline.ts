/** The duration of one cell. */
export const CELL_MS = 5 * 60_000;
/** The number of cells: six hours. */
export const CELLS = 72;

/** The results of a cell: all succeeded, some failed, all failed, or no result. */
export type Cell = 'up' | 'mixed' | 'down' | 'none';

const SUCCESS = 1;
const FAILURE = 2;
const CELL_OF: readonly Cell[] = ['none', 'up', 'down', 'mixed'];

/** The last six hours of one entrypoint, in 72 bytes. */
export class Timeline {
  readonly #cells = new Uint8Array(CELLS);
  /** The number of the newest cell, counted from the epoch. */
  #newest = 0;

  /** Counts a result. @param at epoch milliseconds */
  add(at: number, success: boolean): void {
    const number = this.#moveTo(at);
    if (number <= this.#newest - CELLS) return;
    const index = number % CELLS;
    this.#cells[index] = (this.#cells[index] ?? 0) | (success ? SUCCESS : FAILURE);
  }

  /** Returns the cells up to now, oldest first. @param now epoch milliseconds */
  cells(now: number): readonly Cell[] {
    const last = this.#moveTo(now);
    return Array.from({ length: CELLS }, (_, index) => {
      const number = last - CELLS + 1 + index;
      const known = number > this.#newest - CELLS && number <= this.#newest;
      return (known && CELL_OF[this.#cells[number % CELLS] ?? 0]) || 'none';
    });
  }

  /** Empties the cells between the newest and this time. @returns the number of the cell of this time */
  #moveTo(at: number): number {
    const number = Math.floor(at / CELL_MS);
    const from = Math.max(this.#newest + 1, number - CELLS + 1);
    for (let each = from; each <= number; each += 1) this.#cells[each % CELLS] = 0;
    this.#newest = Math.max(this.#newest, number);
    return number;
  }
}
