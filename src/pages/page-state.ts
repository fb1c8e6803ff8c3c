import type { HeldCause } from '../daemon/root-causes.ts';
import { type ControllerStatus, entrypointsAsked, healthOfController } from '../daemon/status.ts';
import { addressHealth, type ProbeResult } from '../model/result.ts';
import type { Report } from '../report/report.ts';
import { type Html, html } from './html.ts';

/** The state of a controller as the pages show it, worst first. */
export const PAGE_STATES = ['down', 'degraded', 'unknown', 'stale', 'drained', 'up'] as const;
export type PageState = (typeof PAGE_STATES)[number];

/** The word for each state. */
export const STATE_WORDS: Readonly<Record<PageState, string>> = {
  down: 'Unreachable',
  degraded: 'Degraded',
  unknown: 'Not known yet',
  stale: 'Results are old',
  drained: 'Drained manually',
  up: 'Reachable',
};

/** A state as a sign with a word; the shape differs as well as the color. */
export function stateBadge(state: PageState, large = false): Html {
  return html`<b class="st ${state}${large && ' big'}">${STATE_WORDS[state]}</b>`;
}

/**
 * The state of a controller. `degraded`: its verdict is up, but one of its addresses fails or a root cause is active
 * that is more than a possibility.
 * @param standing the latest results that still say something
 */
export function stateOfController(
  status: ControllerStatus,
  causes: readonly HeldCause[],
  standing: readonly ProbeResult[],
): PageState {
  const health = healthOfController(status, entrypointsAsked(status, null));
  if (health === 'drain') return 'drained';
  if (health !== 'up') return health;
  const addresses = standing.flatMap((result) => [...addressHealth(result).values()]);
  const flawed = causes.some(
    ({ diagnosis: { severity, confidence } }) => severity !== 'info' && confidence !== 'possible',
  );
  return flawed || addresses.includes(false) ? 'degraded' : 'up';
}

/** When a controller came into its state, epoch milliseconds; null: not known. */
export function stateSince(
  state: PageState,
  status: ControllerStatus,
  causes: readonly HeldCause[],
): number | null {
  const needed = entrypointsAsked(status, null);
  if (needed.length === 0) return null;
  if (state === 'down') {
    return Math.min(...needed.filter(({ verdict }) => verdict === 'down').map(({ since }) => since));
  }
  if (state === 'degraded') {
    const since = causes.filter(({ diagnosis }) => diagnosis.severity !== 'info').map((each) => each.since);
    if (since.length > 0) return Math.min(...since);
  }
  return Math.max(...needed.map(({ since }) => since));
}

/** The state that a report shows. */
export function stateOfReport({ verdict }: Report): PageState {
  return verdict === 'reachable' ? 'up' : verdict === 'unreachable' ? 'down' : verdict;
}
