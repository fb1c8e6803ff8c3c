import { diagnosing, startController } from '../site.ts';
import { CARRIERS, type CarrierName } from './carriers.ts';
import { type Cell, isFast } from './cell.ts';
import { MODE_NAMES, MODES, type ModeName } from './modes.ts';
import { PORT_FAULTS, type PortFault } from './port-faults.ts';

/** Every fault at the agent port, with every program that can cause it, in every connection mode. */
export function portCells(): readonly Cell[] {
  return PORT_FAULTS.flatMap((fault, turn) => {
    const placements = placementsOf(fault);
    return placements.flatMap((placement) =>
      MODE_NAMES.map((mode) =>
        cellOf(fault, placement, mode, isFast(fault.fast, mode, placements, placement, turn)),
      ),
    );
  });
}

/** Returns the number of backends that a fault needs. */
const MANY = /in turn/;

function placementsOf({ name, way, alone }: PortFault): readonly string[] {
  if (alone !== undefined) return [alone.placement];
  const backends = MANY.test(name) ? 2 : name === 'no backend' ? 0 : 1;
  return Object.entries(CARRIERS)
    .filter(([, { can }]) => can(way ?? {}, backends))
    .map(([carrier]) => carrier);
}

function cellOf(fault: PortFault, placement: string, mode: ModeName, fast: boolean): Cell {
  const { name, alone, way = {}, backends, view = {}, holdMs } = fault;
  const carrier = CARRIERS[placement as CarrierName];
  const exception = fault.exceptions?.find(
    (one) => (one.mode ?? mode) === mode && (one.placement ?? placement) === placement,
  );
  return {
    fault: name,
    placement,
    mode,
    parts: [...MODES[mode].parts, ...(alone?.parts ?? [carrier.part])],
    codes: exception?.codes ?? [fault.code],
    passes: fault.passes ?? false,
    alsoTrue: fault.alsoTrue ?? [],
    arguable: mode === 'tunnel, announced port works' ? ['tunnel-target-wrong'] : [],
    exception: exception?.why ?? null,
    fast,
    async build(keeper) {
      const controller = await startController(keeper, {
        fault: fault.fault ?? 'none',
        ackDelayMs: fault.ackDelayMs ?? 0,
      });
      const laid = await MODES[mode].lay(keeper, controller, async (at) => {
        if (alone !== undefined) return alone.put(keeper, at);
        return carrier.carry(keeper, at, (await backends?.(keeper, controller)) ?? [], way);
      });
      const seen = { ...laid, ...view, ...(holdMs === undefined ? {} : { holdMs }) };
      return { diagnose: diagnosing(seen), view: seen };
    },
  };
}
