import type { Cell } from './cell.ts';
import { healthyCells } from './healthy-cells.ts';
import { networkCells } from './network-cells.ts';
import { portCells } from './port-cells.ts';
import { proxyCells } from './proxy-cells.ts';
import { webCells } from './web-cells.ts';

/** Every cell of the matrix. */
export function allCells(): readonly Cell[] {
  return [...portCells(), ...webCells(), ...networkCells(), ...proxyCells(), ...healthyCells()];
}
