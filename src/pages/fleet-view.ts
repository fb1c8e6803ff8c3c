import type { Diagnosis } from '../catalogue/diagnosis.ts';
import { SEVERITIES } from '../catalogue/entry.ts';
import { CONTROLLER_STATES, type ShownState, stateOf, stateSince } from '../daemon/controller-state.ts';
import type { HeldCause } from '../daemon/root-causes.ts';
import type { ControllerStatus } from '../daemon/status.ts';
import type { WatchDetail } from '../daemon/watch-detail.ts';
import { mergedSteps } from '../report/merged-steps.ts';
import { breakOf, type ChainBreak, type ChainLane, lanesOf } from './chain.ts';
import { STATE_WORDS } from './page-state.ts';

/** The state of one controller in the daemon. */
export interface KnownController {
  readonly status: ControllerStatus;
  readonly detail: WatchDetail;
  readonly causes: readonly HeldCause[];
}

/** One controller for the pages. */
export interface ControllerView extends KnownController {
  readonly name: string;
  /** The host of the Jenkins URL; empty for a direct connection without one. */
  readonly host: string;
  readonly state: ShownState;
  /** Epoch milliseconds; null: unknown. */
  readonly since: number | null;
  readonly lanes: readonly ChainLane[];
  readonly found: ChainBreak | null;
}

/** Controllers with one problem. */
export interface CauseGroup {
  /** null: no known cause. */
  readonly diagnosis: Diagnosis | null;
  readonly state: ShownState;
  readonly controllers: readonly ControllerView[];
}

/** All controllers for the first page. */
export interface FleetView {
  readonly q: string;
  readonly state: ShownState | null;
  /** The number of controllers by state, without the filter. */
  readonly counts: Readonly<Record<ShownState, number>>;
  readonly total: number;
  /** Worst first. */
  readonly groups: readonly CauseGroup[];
  readonly reachable: readonly ControllerView[];
  /** The number of controllers that match the filter. */
  readonly shown: number;
}

/** Returns a controller for the pages. */
export function controllerView(known: KnownController): ControllerView {
  const { status, detail, causes } = known;
  const state = stateOf(status, causes, detail.standing);
  let lanes: readonly ChainLane[] | null = null;
  return {
    ...known,
    name: status.name,
    host: status.url === null ? '' : new URL(status.url).host,
    state,
    since: stateSince(state, status, causes),
    // Computed on access: most controllers of a large fleet show only their name.
    get lanes() {
      const entrypoints = status.entrypoints.map(({ entrypoint }) => entrypoint);
      lanes ??= lanesOf(mergedSteps(detail.standing), entrypoints);
      return lanes;
    },
    get found() {
      const needed = status.entrypoints.filter((each) => each.needed).map(({ entrypoint }) => entrypoint);
      return breakOf(this.lanes, needed);
    },
  };
}

/** Returns all controllers that match. @param q words that all must be in the name, host, root causes or codes */
export function fleetView(
  controllers: readonly ControllerView[],
  q = '',
  state: ShownState | null = null,
): FleetView {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = controllers.filter(
    (each) => (state === null || each.state === state) && words.every((word) => textOf(each).includes(word)),
  );
  const counts = Object.fromEntries(
    CONTROLLER_STATES.map((name) => [name, controllers.filter((each) => each.state === name).length]),
  ) as Record<ShownState, number>;
  return {
    q,
    state,
    counts,
    total: controllers.length,
    groups: groupsOf(shown.filter((each) => each.state !== 'up')),
    reachable: shown.filter((each) => each.state === 'up'),
    shown: shown.length,
  };
}

function textOf({ name, host, causes, state }: ControllerView): string {
  const found = causes.map(({ diagnosis: { code, title } }) => `${code} ${title}`);
  return `${name} ${host} ${STATE_WORDS[state]} ${found.join(' ')}`.toLowerCase();
}

function groupsOf(controllers: readonly ControllerView[]): readonly CauseGroup[] {
  const groups = new Map<string, ControllerView[]>();
  for (const each of controllers) {
    const key = causeOf(each)?.code ?? each.state;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()]
    .map((group) => {
      const states = group.map(({ state }) => state);
      const state = CONTROLLER_STATES.find((each) => states.includes(each)) ?? 'unknown';
      return { diagnosis: group[0] === undefined ? null : causeOf(group[0]), state, controllers: group };
    })
    .sort((a, b) => rank(a) - rank(b) || b.controllers.length - a.controllers.length);
}

/** Returns the root cause under which a controller is listed; null if none explains its state. */
function causeOf({ causes, state }: ControllerView): Diagnosis | null {
  const explained = state === 'down' || state === 'degraded' || state === 'drained';
  return (explained && causes.find(({ diagnosis }) => diagnosis.severity !== 'info')?.diagnosis) || null;
}

/** Returns the rank of a group: errors, warnings, then groups without a cause; worse states first. */
function rank({ diagnosis, state }: CauseGroup): number {
  const severity = diagnosis === null ? (state === 'down' ? 0 : 3) : SEVERITIES.indexOf(diagnosis.severity);
  return severity * CONTROLLER_STATES.length + CONTROLLER_STATES.indexOf(state);
}

/** Returns a summary of the fleet in one sentence. */
export function fleetSentence({ counts, total }: Pick<FleetView, 'counts' | 'total'>): string {
  const { down, degraded, unknown, stale, drained } = counts;
  const controllers = total === 1 ? 'controller' : 'controllers';
  const open = unknown + stale;
  if (total === 0) return 'No controllers yet';
  if (unknown === total) return 'Not known yet: the first probes are running';
  const rest = open === 0 ? '' : `; ${open} not known`;
  if (down > 0) {
    const part = degraded === 0 ? '' : `, and ${degraded} only in part`;
    return `Agents cannot reach ${down} of ${total} ${controllers}${part}${rest}`;
  }
  if (degraded > 0) return `Agents reach ${degraded} of ${total} ${controllers} only in part${rest}`;
  const away = drained === 0 ? '' : `; ${drained} drained manually`;
  if (open + drained > 0)
    return `Agents reach ${total - open - drained} of ${total} ${controllers}${rest}${away}`;
  return total === 1 ? 'Agents reach the controller' : `Agents reach all ${total} controllers`;
}

/** Returns a summary of the fleet in a few words, for the title of a window. */
export function fleetTitle({ counts, total }: Pick<FleetView, 'counts' | 'total'>): string {
  const parts = CONTROLLER_STATES.filter((state) => state !== 'up' && counts[state] > 0).map(
    (state) => `${counts[state]} ${STATE_WORDS[state].toLowerCase()}`,
  );
  if (parts.length > 0) return parts.join(', ');
  return total === 0 ? 'No controllers' : `All ${total} reachable`;
}
