import type { Entrypoint, ProbeResult } from '../model/result.ts';
import type { Reason } from '../protocol/reason.ts';
import { combine, type StalePolicy, type Verdict } from '../verdict/verdict.ts';
import type { HistoryEntry } from './history.ts';

/** One entrypoint of a controller at this moment. */
export interface EntrypointStatus {
  readonly entrypoint: Entrypoint;
  readonly verdict: Verdict;
  /** The results have stopped coming, so the verdict says nothing any more. */
  readonly stale: boolean;
  readonly onStale: StalePolicy;
  /** Whether agents need this entrypoint: with a direct connection the Jenkins URL is looked at but not needed. */
  readonly needed: boolean;
  /** When the verdict became what it is, epoch milliseconds. */
  readonly since: number;
  /** Why the latest result was a failure; null after a success. */
  readonly lastReason: Reason | null;
  /** How old the latest result is, in milliseconds; null when there has been none. */
  readonly ageMs: number | null;
}

/** One controller at this moment, from memory. */
export interface ControllerStatus {
  readonly name: string;
  /** The Jenkins URL; null with a direct connection and none. */
  readonly url: string | null;
  /** Where agents connect instead of the announced agent port; null: no tunnel. */
  readonly tunnel: string | null;
  /** The agent port of a direct connection; null: agents ask the Jenkins URL. */
  readonly direct: string | null;
  readonly verdict: Verdict;
  /** Somebody took it out by hand: balancers are told to stay away whatever the verdict is. */
  readonly drained: boolean;
  /** It was taken in again by hand, so a balancer that was told to drain must be told that it is over. */
  readonly takenBack: boolean;
  readonly entrypoints: readonly EntrypointStatus[];
  /** The latest result of each depth. */
  readonly results: readonly ProbeResult[];
  /** Newest first. */
  readonly recent: readonly HistoryEntry[];
  /** Newest first; kept for longer. */
  readonly failures: readonly HistoryEntry[];
}

/** The verdict for a load balancer, where a stale one and a controller taken out by hand are states of their own. */
export const HEALTH_STATES = ['up', 'down', 'unknown', 'stale', 'drain'] as const;
export type HealthState = (typeof HEALTH_STATES)[number];

/** The entrypoint asked for; null: all that agents need. */
export function entrypointsAsked(
  { entrypoints }: ControllerStatus,
  entrypoint: Entrypoint | null,
): readonly EntrypointStatus[] {
  return entrypoints.filter((each) => (entrypoint === null ? each.needed : each.entrypoint === entrypoint));
}

/** One entrypoint as a load balancer sees it. */
export function healthOf({ stale, onStale, verdict }: EntrypointStatus): HealthState {
  return onStale === 'fail' && stale ? 'stale' : verdict;
}

/** A controller as a load balancer sees it, by the entrypoints that were asked for. */
export function healthOfController(
  { drained }: ControllerStatus,
  entrypoints: readonly EntrypointStatus[],
): HealthState {
  return drained ? 'drain' : combineHealth(entrypoints.map(healthOf));
}

/** Several together: `down` if any is, `up` if all are; else what keeps them from being up, a drain before staleness. */
export function combineHealth(states: readonly HealthState[]): HealthState {
  const verdict = combine(states.map((state) => (state === 'up' || state === 'down' ? state : 'unknown')));
  if (verdict !== 'unknown') return verdict;
  if (states.includes('drain')) return 'drain';
  return states.includes('stale') ? 'stale' : 'unknown';
}
