import type { Code } from '../../../src/catalogue/codes.ts';
import type { Report } from '../../../src/report/report.ts';
import type { Keeper } from '../keeper.ts';
import type { Part } from '../parts.ts';
import type { View } from '../site.ts';

/** One set-up, ready to be diagnosed; the view is what an agent of it would be configured with. */
export interface SetUp {
  readonly diagnose: () => Promise<Report>;
  /** Null where only the command inside a network namespace can see it. */
  readonly view: View | null;
}

/** One combination of a fault, the program that makes it and the connection mode. */
export interface Cell {
  readonly fault: string;
  /** The program or kernel feature that makes the fault. */
  readonly placement: string;
  readonly mode: string;
  readonly parts: readonly Part[];
  /** One of these codes must come first; none: healthy, so no diagnosis and the verdict `reachable`. */
  readonly codes: readonly Code[];
  /** Agents get through in spite of it, so the verdict must not be `unreachable`. */
  readonly passes: boolean;
  /** Other codes that are true statements about this cell. */
  readonly alsoTrue: readonly Code[];
  /** Codes that may be true: right unless they are said to be certain. */
  readonly arguable: readonly Code[];
  /** Why this cell has another code than the other cells of its fault. */
  readonly exception: string | null;
  /** Part of the fast subset. */
  readonly fast: boolean;
  readonly build: (keeper: Keeper) => Promise<SetUp>;
}

/** A cell's name, unique in the matrix. */
export function nameOf({ fault, placement, mode }: Pick<Cell, 'fault' | 'placement' | 'mode'>): string {
  return `${fault} / ${placement} / ${mode}`;
}

/**
 * Whether a cell is in the fast subset: each mode of the list by another program, so that all programs have their turn.
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
