import type { Entrypoint, ProbeResult } from '../model/result.ts';
import type { Reason } from '../protocol/reason.ts';
import { combine, type StalePolicy, type Verdict } from '../verdict/verdict.ts';
import type { HistoryEntry } from './history.ts';

/** The current status of an entrypoint. */
export interface EntrypointStatus {
  readonly entrypoint: Entrypoint;
  readonly verdict: Verdict;
  /** True without a recent result. */
  readonly stale: boolean;
  readonly onStale: StalePolicy;
  /** True if agents need this entrypoint. With a direct connection they do not need the Jenkins URL. */
  readonly needed: boolean;
  /** The start of the verdict, epoch milliseconds. */
  readonly since: number;
  /** The reason of the latest failure; null after a success. */
  readonly lastReason: Reason | null;
  /** The age of the latest result, in milliseconds; null if there is none. */
  readonly ageMs: number | null;
}

/** The current status of a controller. */
export interface ControllerStatus {
  readonly name: string;
  /** The Jenkins URL; null for a direct connection without one. */
  readonly url: string | null;
  /** The address that agents use instead of the announced agent port; null: no tunnel. */
  readonly tunnel: string | null;
  /** The agent port of a direct connection; null: agents use the Jenkins URL. */
  readonly direct: string | null;
  readonly verdict: Verdict;
  /** True if the controller is drained manually: health checks answer `drain` regardless of the verdict. */
  readonly drained: boolean;
  /** True if a drain was ended: HAProxy must receive `ready`. */
  readonly takenBack: boolean;
  readonly entrypoints: readonly EntrypointStatus[];
  /** The latest result of each depth. */
  readonly results: readonly ProbeResult[];
  /** Newest first. */
  readonly recent: readonly HistoryEntry[];
  /** Newest first; kept longer. */
  readonly failures: readonly HistoryEntry[];
}

/** The states for a load balancer: the verdicts, and separate states for a stale verdict and a drained controller. */
export const HEALTH_STATES = ['up', 'down', 'unknown', 'stale', 'drain'] as const;
export type HealthState = (typeof HEALTH_STATES)[number];

/** Returns the status of one entrypoint; with null that of all that agents need. */
export function entrypointsAsked(
  { entrypoints }: ControllerStatus,
  entrypoint: Entrypoint | null,
): readonly EntrypointStatus[] {
  return entrypoints.filter((each) => (entrypoint === null ? each.needed : each.entrypoint === entrypoint));
}

/** Returns the health state of an entrypoint. */
export function healthOf(status: EntrypointStatus): HealthState {
  return status.onStale === 'fail' && status.stale ? 'stale' : status.verdict;
}

/** Returns the health state of a controller, derived from these entrypoints. */
export function healthOfController(
  { drained }: ControllerStatus,
  entrypoints: readonly EntrypointStatus[],
): HealthState {
  return drained ? 'drain' : combineHealth(entrypoints.map(healthOf));
}

/** Combines states: `down` if any is down, `up` if all are up, else `drain`, `stale` or `unknown`. */
export function combineHealth(states: readonly HealthState[]): HealthState {
  const verdict = combine(states.map((state) => (state === 'up' || state === 'down' ? state : 'unknown')));
  if (verdict !== 'unknown') return verdict;
  if (states.includes('drain')) return 'drain';
  return states.includes('stale') ? 'stale' : 'unknown';
}
