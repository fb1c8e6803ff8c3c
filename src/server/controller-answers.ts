import type { Diagnosis } from '../catalogue/diagnosis.ts';
import { type ShownState, stateOf, stateSince } from '../daemon/controller-state.ts';
import type { HistoryEntry } from '../daemon/history.ts';
import type { HeldCause } from '../daemon/root-causes.ts';
import type { ControllerStatus, EntrypointStatus } from '../daemon/status.ts';
import { CELL_MS, type Cell } from '../daemon/timeline.ts';
import type { PastChange, WatchDetail } from '../daemon/watch-detail.ts';
import {
  type Entrypoint,
  firstFailure,
  type ProbeResult,
  type StepName,
  type StepResult,
} from '../model/result.ts';
import type { Reason } from '../protocol/reason.ts';
import { docsLink } from '../report/docs-links.ts';
import { type KnownFacts, knownFacts } from './known-facts.ts';

/** A value whose time `Key` is ISO 8601 instead of epoch milliseconds. */
type Dated<T, Key extends keyof T> = Omit<T, Key> & Readonly<Record<Key, string>>;

/** One address of an entrypoint in the latest results. */
interface ShownAddress {
  readonly address: string;
  readonly up: boolean;
  /** The first step that failed there; null if none did. */
  readonly step: StepName | null;
  readonly reason: Reason | null;
}

/** An entrypoint in an answer. `onStale` is a setting, so it is not shown. */
export type ShownEntrypoint = Dated<Omit<EntrypointStatus, 'onStale'>, 'since'> & {
  /** The step, address and detail of the failure with `lastReason`; null if there is none. */
  readonly lastStep: StepName | null;
  readonly lastAddress: string | null;
  readonly lastDetail: string | null;
  readonly addresses: readonly ShownAddress[];
};

/** A root cause in an answer. */
export interface ShownCause extends Diagnosis {
  /** ISO 8601. */
  readonly since: string;
  readonly from: HeldCause['from'];
}

/** A controller in the list. `takenBack` is only for HAProxy, so it is not shown. */
export interface ShownController
  extends Pick<ControllerStatus, 'name' | 'url' | 'tunnel' | 'direct' | 'verdict' | 'drained'> {
  readonly state: ShownState;
  /** Time of the change to this state, ISO 8601; null: unknown. */
  readonly since: string | null;
  readonly entrypoints: readonly ShownEntrypoint[];
  /** Most likely first. */
  readonly rootCauses: readonly ShownCause[];
}

/** A probe in an answer, without the evidence. */
type ShownResult = Dated<Omit<ProbeResult, 'evidence' | 'inconclusive'>, 'startedAt'>;

export type ShownEntry = Dated<HistoryEntry, 'startedAt'>;

/** The last six hours of an entrypoint. */
interface ShownTimeline {
  readonly entrypoint: Entrypoint;
  readonly cellMs: number;
  /** One letter for each cell, oldest first: `u` up, `m` some failed, `d` all failed, `-` no result. */
  readonly cells: string;
}

const CELL_LETTERS: Readonly<Record<Cell, string>> = { up: 'u', mixed: 'm', down: 'd', none: '-' };

/** A controller with all details. */
export interface ShownDetail extends ShownController, KnownFacts {
  /** Time of the last observed start of the controller, ISO 8601; null: none observed. */
  readonly lastStart: string | null;
  readonly changes: readonly Dated<PastChange, 'at'>[];
  readonly timeline: readonly ShownTimeline[];
  readonly schedule: WatchDetail['schedule'];
  readonly budget: WatchDetail['budget'];
  readonly results: readonly ShownResult[];
  readonly recent: readonly ShownEntry[];
  readonly failures: readonly ShownEntry[];
}

/** The state of a controller in the daemon. */
export interface Known {
  readonly status: ControllerStatus;
  readonly detail: WatchDetail;
  readonly causes: readonly HeldCause[];
}

/** Returns a controller for the list. @param docs see `docsLink` */
export function controllerSummary({ status, detail, causes }: Known, docs: string | null): ShownController {
  const { name, url, tunnel, direct, verdict, drained, entrypoints } = status;
  const state = stateOf(status, causes, detail.standing);
  const since = stateSince(state, status, causes);
  return {
    ...{ name, url, tunnel, direct, verdict, state, drained },
    since: since === null ? null : iso(since),
    entrypoints: entrypoints.map((each) => shownEntrypoint(each, detail.standing)),
    rootCauses: causes.map(({ diagnosis, since: held, from }) => ({
      ...diagnosis,
      docs: docsLink(diagnosis.code, docs),
      since: iso(held),
      from,
    })),
  };
}

/** Returns a controller with all details. @param limit entries of each history */
export function controllerDetail(known: Known, docs: string | null, limit: number): ShownDetail {
  const { status, detail } = known;
  const { lastStart, changes, timeline, schedule, budget } = detail;
  return {
    ...controllerSummary(known, docs),
    ...knownFacts(status.results),
    lastStart: lastStart === null ? null : iso(lastStart),
    changes: changes.map((change) => ({ ...change, at: iso(change.at) })),
    timeline: timeline.map(({ entrypoint, cells }) => ({
      entrypoint,
      cellMs: CELL_MS,
      cells: cells.map((cell) => CELL_LETTERS[cell]).join(''),
    })),
    schedule: schedule.map(({ dueInMs, pauseMs, ...turn }) => ({
      ...turn,
      pauseMs: Math.round(pauseMs),
      dueInMs: Math.round(dueInMs),
    })),
    budget,
    results: status.results.map(({ evidence: _, inconclusive: __, ...result }) => ({
      ...result,
      startedAt: iso(result.startedAt),
    })),
    recent: status.recent.slice(0, limit).map(shownEntry),
    failures: status.failures.slice(0, limit).map(shownEntry),
  };
}

function shownEntrypoint(status: EntrypointStatus, standing: readonly ProbeResult[]): ShownEntrypoint {
  const { entrypoint, verdict, stale, needed, since, lastReason, ageMs } = status;
  const own = standing.filter((result) => result.entrypoint === entrypoint);
  const last = lastReason === null ? null : failureOf(own, lastReason);
  return {
    ...{ entrypoint, verdict, stale, needed, lastReason },
    since: iso(since),
    ageMs: ageMs === null ? null : Math.round(ageMs),
    lastStep: last?.step ?? null,
    lastAddress: last?.address ?? null,
    lastDetail: last?.detail ?? null,
    addresses: addressesOf(own),
  };
}

/** Returns the newest failure with this reason. */
function failureOf(results: readonly ProbeResult[], reason: Reason): StepResult | null {
  const failures = [...results]
    .sort((a, b) => b.startedAt - a.startedAt)
    .map((result) => (result.success ? null : firstFailure(result)));
  return failures.find((failure) => failure?.reason === reason) ?? null;
}

/** Returns each address that was tried. It is up if no step at it failed. */
function addressesOf(results: readonly ProbeResult[]): readonly ShownAddress[] {
  const addresses = new Map<string, ShownAddress>();
  for (const { address, outcome, step, reason } of results.flatMap((result) => result.steps)) {
    if (address === null || outcome === 'skipped' || addresses.get(address)?.up === false) continue;
    const up = outcome !== 'failed';
    addresses.set(address, { address, up, step: up ? null : step, reason: up ? null : reason });
  }
  return [...addresses.values()];
}

function shownEntry(entry: HistoryEntry): ShownEntry {
  return { ...entry, startedAt: iso(entry.startedAt) };
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
