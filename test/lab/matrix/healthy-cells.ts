import { HEALTHY_MODES, viewOf } from '../healthy-modes.ts';
import { HEALTHY_SETUPS } from '../healthy-setups.ts';
import { diagnosing } from '../site.ts';
import type { Cell } from './cell.ts';

/** Every healthy set-up in every connection mode that works with it. */
export function healthyCells(): readonly Cell[] {
  return HEALTHY_SETUPS.flatMap(({ name, parts, modes, build }) =>
    modes.map((mode) => ({
      fault: `healthy: ${name}`,
      placement: 'none',
      mode,
      parts: [...parts, ...(HEALTHY_MODES[mode].parts ?? [])],
      codes: [],
      passes: true,
      alsoTrue: [],
      arguable: [],
      exception: null,
      fast: false,
      async build(keeper) {
        const view = await viewOf(await build(keeper), mode, 'login', keeper);
        return { diagnose: diagnosing(view), view };
      },
    })),
  );
}
