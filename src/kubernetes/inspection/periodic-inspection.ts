import { concerns, type InspectionScope, type InspectionSettings } from '../../config/inspection-settings.ts';
import { type Clock, jittered, type Random } from '../../model/clock.ts';
import type { FeatureReporter } from '../../model/kubernetes-features.ts';
import type { Inspection } from '../../report/cluster-report.ts';
import type { ClusterSide } from '../../report/cluster-section.ts';
import type { KubernetesClient } from '../api/client.ts';
import { type AgentRoute, judged, type ReadObjects, readObjects } from './read-objects.ts';

export interface PeriodicInspectionDeps {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  readonly random: Random;
  /** The controllers that are watched, and how agents reach them. */
  readonly routes: () => readonly NamedRoute[];
  /** Returns true if this replica inspects at the interval. One replica is enough. */
  readonly active: () => boolean;
  /** A namespace was read. */
  readonly read: (namespace: InspectedNamespace) => void;
  /** Takes the latest results of all scopes for a controller. */
  readonly inspected: (controller: string, inspections: readonly Inspection[]) => void;
  readonly reporter: FeatureReporter;
}

/** The route of agents to a controller that is watched. */
export type NamedRoute = AgentRoute & { readonly controller: string };

/** A namespace as it was last read. */
export interface InspectedNamespace {
  readonly role: ClusterSide;
  readonly namespace: string;
  /** Epoch milliseconds. */
  readonly readAt: number;
  /** By controller. */
  readonly results: ReadonlyMap<string, Inspection['results']>;
}

/** A cluster that cannot be read at all is tried again after this, doubled each time up to the cadence. */
const RETRY_MS = 5_000;
/** The delay before a round with new controllers. By then, probes have found the destinations of their agents. */
const SETTLE_MS = 10_000;
/** Between two rounds, however often the controllers change. */
const HASTE_MS = 30_000;

/** Judges the objects of the cluster at an interval, and whenever a diagnosis requests it. */
export class PeriodicInspection {
  readonly #settings: InspectionSettings;
  readonly #deps: PeriodicInspectionDeps;
  readonly #closing = new AbortController();
  /** The reads that are running. A second request for the same scope shares them. */
  readonly #reading = new Map<InspectionScope, Promise<ReadObjects>>();
  readonly #latest = new Map<InspectionScope, InspectedNamespace>();
  #failures = 0;
  #dueAt: number;
  #endedAt = Number.NEGATIVE_INFINITY;
  #round: Promise<void> | null = null;
  #cancelTimer: () => void = () => undefined;

  constructor(settings: InspectionSettings, deps: PeriodicInspectionDeps) {
    this.#settings = settings;
    this.#deps = deps;
    this.#dueAt = deps.clock.elapsed() + SETTLE_MS;
  }

  /** The namespaces that were read, in the order of the configuration. */
  get latest(): readonly InspectedNamespace[] {
    return this.#settings.scopes.flatMap((scope) => this.#latest.get(scope) ?? []);
  }

  /** Continues at the interval if this replica inspects. Call it when that may have changed. */
  wake(): void {
    const { clock, active, routes } = this.#deps;
    this.#cancelTimer();
    if (this.#settings.everyMs === null || !active() || routes().length === 0) return;
    if (this.#round !== null || this.#closing.signal.aborted) return;
    this.#cancelTimer = clock.setTimer(Math.max(0, this.#dueAt - clock.elapsed()), () => this.#begin());
  }

  /** Other controllers are watched now: looks again soon, yet not more often than {@link HASTE_MS} allows. */
  hasten(): void {
    this.#dueAt = Math.min(
      this.#dueAt,
      Math.max(this.#deps.clock.elapsed() + SETTLE_MS, this.#endedAt + HASTE_MS),
    );
    this.wake();
  }

  /** Reads what concerns a controller now. @returns the objects, to be judged for its route */
  async read(controller: string): Promise<readonly ReadObjects[]> {
    const objects: ReadObjects[] = [];
    for (const scope of this.#settings.scopes) {
      if (concerns(scope, controller)) objects.push(await this.#read(scope));
    }
    return objects;
  }

  /** Cancels the reads that are running. */
  async close(): Promise<void> {
    this.#cancelTimer();
    this.#closing.abort();
    await Promise.allSettled([this.#round, ...this.#reading.values()]);
  }

  async #begin(): Promise<void> {
    try {
      this.#round = this.#look();
      await this.#round;
    } finally {
      this.#round = null;
      this.wake();
    }
  }

  async #look(): Promise<void> {
    const { clock, random, reporter } = this.#deps;
    let complete = true;
    for (const scope of this.#settings.scopes) {
      const objects = await this.#read(scope).catch((error: unknown) => {
        reporter.failed(error);
        return null;
      });
      if (objects === null || objects.failure !== null) complete = false;
    }
    this.#failures = complete ? 0 : this.#failures + 1;
    const everyMs = this.#settings.everyMs ?? RETRY_MS;
    const retryMs = Math.min(everyMs, RETRY_MS * 2 ** Math.min(this.#failures - 1, 20));
    this.#endedAt = clock.elapsed();
    this.#dueAt = this.#endedAt + jittered(complete ? everyMs : retryMs, random);
  }

  #read(scope: InspectionScope): Promise<ReadObjects> {
    const underWay = this.#reading.get(scope);
    if (underWay !== undefined) return underWay;
    const reading = readObjects(this.#deps.client, scope, this.#closing.signal)
      .then((objects) => {
        this.#note(objects);
        return objects;
      })
      .finally(() => this.#reading.delete(scope));
    this.#reading.set(scope, reading);
    return reading;
  }

  /** Keeps what the objects come to. Where they could not be read, what was found before still stands. */
  #note(objects: ReadObjects): void {
    const { clock, routes, active, read, inspected, reporter } = this.#deps;
    if (this.#closing.signal.aborted) return;
    if (objects.failure !== null) {
      reporter.failed(objects.failure);
      return;
    }
    reporter.worked();
    const { namespace, scope } = objects;
    const concerned = routes().filter(({ controller }) => concerns(scope, controller));
    const results = new Map(
      concerned.map((route) => [route.controller, judged(objects, route).results] as const),
    );
    const inspectedNow = { role: scope.role, namespace, readAt: clock.now(), results };
    this.#latest.set(scope, inspectedNow);
    if (!active()) return;
    read(inspectedNow);
    for (const { controller } of concerned) inspected(controller, this.#of(controller));
  }

  #of(controller: string): readonly Inspection[] {
    return this.latest.flatMap(({ role, namespace, results }) => {
      const found = results.get(controller);
      return found === undefined ? [] : [{ role, namespace, results: found }];
    });
  }
}
