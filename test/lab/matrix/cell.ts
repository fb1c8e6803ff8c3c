import type { Code } from '../../../src/catalogue/codes.ts';
import type { Report } from '../../../src/report/report.ts';
import type { Keeper } from '../keeper.ts';
import type { Part } from '../parts.ts';
import type { View } from '../site.ts';

/** A set-up that can be diagnosed, with the settings of its agents. */
export interface SetUp {
  readonly diagnose: () => Promise<Report>;
  /** Null if only the command in a network namespace can reach it. */
  readonly view: View | null;
}

/** One combination of a fault, the program that makes it and the connection mode. */
export interface Cell {
  readonly fault: string;
  /** The program or kernel feature that makes the fault. */
  readonly placement: string;
  readonly mode: string;
  readonly parts: readonly Part[];
  /**
   * The codes of which one must be the first diagnosis. Empty: healthy, without a diagnosis and with the verdict
   * `reachable`.
   */
  readonly codes: readonly Code[];
  /** Agents can connect in spite of the fault, so the verdict must not be `unreachable`. */
  readonly passes: boolean;
  /** Other codes that are true for this cell. */
  readonly alsoTrue: readonly Code[];
  /** Codes that may be true. They are wrong only with the confidence `certain`. */
  readonly arguable: readonly Code[];
  /** The reason why this cell has another code than the other cells of its fault. */
  readonly exception: string | null;
  /** Part of the fast subset. */
  readonly fast: boolean;
  readonly build: (keeper: Keeper) => Promise<SetUp>;
}

/** Returns the name of a cell, unique in the matrix. */
export function nameOf({ fault, placement, mode }: Pick<Cell, 'fault' | 'placement' | 'mode'>): string {
  return `${fault} / ${placement} / ${mode}`;
}

/**
 * Returns true if a cell is in the fast subset: each mode in the list uses another program, so that all programs run.
 * @param turn the position of the fault in its table
 */
export function isFast<Mode extends string>(
  fast: readonly Mode[] | undefined,
  mode: Mode,
  placements: readonly string[],
  placement: string,
  turn: number,
): boolean {
  const index = fast?.indexOf(mode) ?? -1;
  return index >= 0 && placements[(turn + index) % placements.length] === placement;
}
