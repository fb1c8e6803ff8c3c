import { diagnosing, HOST, startController, WEB_PORT } from '../site.ts';
import { type Cell, isFast } from './cell.ts';
import { WEB_CARRIERS, type WebCarrierName } from './web-carriers.ts';
import { WEB_FAULTS, type WebFault } from './web-faults.ts';
import { WEB_MODE_NAMES, WEB_MODES, type WebModeName } from './web-modes.ts';

/** Every fault at the Jenkins URL, with every program that can cause it, in every connection mode that uses the URL. */
export function webCells(): readonly Cell[] {
  return WEB_FAULTS.flatMap((fault, turn) => {
    const placements = placementsOf(fault);
    return placements.flatMap((placement) =>
      (fault.modes ?? WEB_MODE_NAMES).map((mode) =>
        cellOf(fault, placement, mode, isFast(fault.fast, mode, placements, placement, turn)),
      ),
    );
  });
}

function placementsOf({ name, way }: WebFault): readonly WebCarrierName[] {
  const names = Object.keys(WEB_CARRIERS) as WebCarrierName[];
  return names.filter((placement) => WEB_CARRIERS[placement].can(way, name.includes('in turn') ? 2 : 1));
}

function cellOf(fault: WebFault, placement: WebCarrierName, mode: WebModeName, fast: boolean): Cell {
  const { way, backends, simulator = {}, scheme = 'http' } = fault;
  const carrier = WEB_CARRIERS[placement];
  const exception = fault.exceptions?.find(
    (one) => (one.mode ?? mode) === mode && (one.placement ?? placement) === placement,
  );
  return {
    fault: `URL: ${fault.name}`,
    placement,
    mode,
    parts: [...WEB_MODES[mode].parts, carrier.part],
    codes: exception?.codes ?? [fault.code],
    passes: false,
    alsoTrue: fault.alsoTrue ?? [],
    arguable: [],
    exception: exception?.why ?? null,
    fast,
    async build(keeper) {
      const rootUrl = `${scheme}://${HOST}:${WEB_PORT}/`;
      const controller = await startController(keeper, { rootUrl, ...simulator });
      const to = backends?.(controller) ?? [controller.web];
      const put = (at: string) => carrier.carry(keeper, at, to, way);
      const view = await WEB_MODES[mode].lay(keeper, controller, put, scheme);
      return { diagnose: diagnosing(view), view };
    },
  };
}
