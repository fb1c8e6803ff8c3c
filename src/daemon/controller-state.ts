import { addressHealth, type ProbeResult } from '../model/result.ts';
import type { HeldCause } from './root-causes.ts';
import { type ControllerStatus, entrypointsAsked, healthOfController } from './status.ts';

/** The states of a controller on pages, worst first. `degraded`: agents can connect, but not at every address. */
export const CONTROLLER_STATES = ['down', 'degraded', 'unknown', 'stale', 'drained', 'up'] as const;
export type ShownState = (typeof CONTROLLER_STATES)[number];

/**
 * Returns the state of a controller. `degraded`: its verdict is up, but one of its addresses fails, or it has a root cause
 * that is likely or certain.
 * @param standing the latest results that are still valid
 */
export function stateOf(
  status: ControllerStatus,
  causes: readonly HeldCause[],
  standing: readonly ProbeResult[],
): ShownState {
  const health = healthOfController(status, entrypointsAsked(status, null));
  if (health === 'drain') return 'drained';
  if (health !== 'up') return health;
  const addresses = standing.flatMap((result) => [...addressHealth(result).values()]);
  const flawed = causes.some(
    ({ diagnosis: { severity, confidence } }) => severity !== 'info' && confidence !== 'possible',
  );
  return flawed || addresses.includes(false) ? 'degraded' : 'up';
}

/** Returns the start of a controller's state, epoch milliseconds; null: unknown. */
export function stateSince(
  state: ShownState,
  { entrypoints }: ControllerStatus,
  causes: readonly HeldCause[],
): number | null {
  const needed = entrypoints.filter((each) => each.needed);
  if (needed.length === 0 || state === 'drained' || state === 'stale') return null;
  if (state === 'down') {
    return Math.min(...needed.filter(({ verdict }) => verdict === 'down').map(({ since }) => since));
  }
  if (state === 'degraded') {
    const since = causes.filter(({ diagnosis }) => diagnosis.severity !== 'info').map((each) => each.since);
    return since.length > 0 ? Math.min(...since) : null;
  }
  return Math.max(...needed.map(({ since }) => since));
}
