import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { KubernetesSettings } from '../config/kubernetes-settings.ts';
import { ConfigError } from '../config/problems.ts';
import type { ControllerSettings } from '../config/settings.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { causeOf } from '../kubernetes/api-error.ts';
import { connectKubernetes, type KubernetesClient } from '../kubernetes/client.ts';
import { covers } from '../kubernetes/connection.ts';
import { Discovery, type ObjectReference } from '../kubernetes/discovery.ts';
import { Election, type Role } from '../kubernetes/election.ts';
import { Events } from '../kubernetes/events.ts';
import { FeatureStates, type FeatureStatus } from '../kubernetes/feature-state.ts';
import type { MetricsRegistry } from '../metrics/registry.ts';
import { isOlder } from '../protocol/remoting-version.ts';
import type { Clock, Random } from './clock.ts';
import { ClusterInspection, type InspectionStatus } from './cluster-inspection.ts';
import type { Fleet } from './fleet.ts';
import type { VerdictChange } from './observer.ts';
import type { LookBeside } from './on-demand.ts';
import type { News } from './root-causes.ts';

/** The environment that a pod is told about itself by, through the downward API. */
export interface PodEnvironment {
  readonly POD_NAME?: string | undefined;
  readonly POD_NAMESPACE?: string | undefined;
  readonly POD_UID?: string | undefined;
}

export interface InClusterDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly registry: MetricsRegistry;
  readonly fleet: Fleet;
  readonly env: PodEnvironment;
  /** What the configuration has; it may change. */
  readonly configured: () => readonly ControllerSettings[];
  /** The controllers to watch are others now. */
  readonly controllersChanged: () => void;
  /** Verdicts have been taken over from the leader. */
  readonly verdictsAdopted: () => void;
  /** What the objects of the cluster add up to for a controller. */
  readonly inspected: (controller: string, diagnoses: readonly Diagnosis[]) => void;
}

/** What the routes show of it. */
export interface InClusterStatus {
  /** null: there is no Lease to share the work by. */
  readonly role: Role | null;
  readonly leader: string | null;
  readonly features: readonly FeatureStatus[];
  /** null: nothing is discovered. */
  readonly discovery: {
    readonly stale: boolean;
    readonly controllers: readonly {
      readonly name: string;
      /** The configured controller that it is probed as; null: as itself. */
      readonly configuredAs: string | null;
      readonly pods: number;
      readonly remoting: readonly string[];
    }[];
    readonly unusable: readonly string[];
  } | null;
  /** null: no objects are inspected. */
  readonly inspection: readonly InspectionStatus[] | null;
}

/** How often the metrics that only time changes are looked at. */
const LOOK_MS = 5_000;

/**
 * All that the daemon does inside a cluster: finds controllers, shares the work with other replicas, writes events. This
 * file is loaded, and the Kubernetes client with it, only where the configuration asks for any of them.
 */
export class InCluster {
  readonly #deps: InClusterDeps;
  readonly #client: KubernetesClient;
  readonly #features: FeatureStates;
  readonly #discovery: Discovery | null;
  readonly #election: Election | null;
  readonly #events: Events | null;
  readonly #inspection: ClusterInspection | null;
  #leftOut = 0;
  #role: Role | null = null;
  #cancelTimer: () => void = () => undefined;

  private constructor(settings: KubernetesSettings, client: KubernetesClient, deps: InClusterDeps) {
    this.#deps = deps;
    this.#client = client;
    this.#features = new FeatureStates(deps.logger, deps.registry);
    this.#discovery = this.#newDiscovery(settings);
    this.#election = this.#newElection(settings);
    this.#events = this.#newEvents(settings);
    this.#inspection = this.#newInspection(settings);
  }

  /**
   * Reads where the API server is and who we are; whether it answers is seen later.
   * @throws {ConfigError} where there is no kubeconfig that can be used and no service account
   */
  static async join(settings: KubernetesSettings, deps: InClusterDeps): Promise<InCluster> {
    const client = await connectKubernetes(settings.kubeconfig, deps.clock).catch((error: unknown) => {
      const message = `the cluster cannot be used: ${causeOf(error)}`;
      throw new ConfigError([{ message, file: null, line: null, path: 'kubernetes', suggestion: null }]);
    });
    const joined = new InCluster(settings, client, deps);
    joined.#discovery?.start();
    joined.#election?.start();
    joined.#inspection?.wake();
    joined.#look();
    return joined;
  }

  /** What is to be watched: what the configuration has, and what was found beside it. */
  beside(configured: readonly ControllerSettings[]): readonly ControllerSettings[] {
    const found = this.#discovery?.state.controllers ?? [];
    return [
      ...configured,
      ...found
        .map(({ settings }) => settings)
        .filter(({ target }) => !configured.some((each) => covers(each.target, target))),
    ];
  }

  /** Whether everything was looked for once, with success or without. */
  get ready(): boolean {
    return this.#discovery?.ready ?? true;
  }

  get status(): InClusterStatus {
    const configured = this.#deps.configured();
    const discovery = this.#discovery;
    return {
      role: this.#election?.role ?? null,
      leader: this.#election?.leader ?? null,
      features: this.#features.all,
      discovery: discovery && {
        stale: discovery.stale,
        controllers: discovery.state.controllers.map(({ settings: { target }, pods, remoting }) => ({
          name: target.name,
          configuredAs: configured.find((each) => covers(each.target, target))?.target.name ?? null,
          pods,
          remoting,
        })),
        unusable: discovery.state.unusable,
      },
      inspection: this.#inspection?.status ?? null,
    };
  }

  /** The oldest remoting version of a controller's agents; null: not known. */
  agentVersion(controller: string): string | null {
    const versions = this.#discoveredAs(controller).flatMap(({ remoting }) => remoting);
    return versions.reduce<string | null>(
      (oldest, version) => (oldest === null || isOlder(version, oldest) ? version : oldest),
      null,
    );
  }

  /** Begins to read the objects that concern a controller; see {@link LookBeside}. */
  lookBeside(controller: string): ReturnType<LookBeside> {
    return this.#inspection?.lookBeside(controller) ?? (async (report) => report);
  }

  /** Other controllers are watched now: what the objects are to them is to be found out. */
  watchesOthers(): void {
    this.#inspection?.hasten();
  }

  verdictChanged(change: VerdictChange): void {
    this.#events?.verdictChanged(change);
  }

  rootCauseFound(news: News): void {
    this.#events?.diagnosed(news);
  }

  /** Stops; probing must have stopped before, for another replica may begin at once. */
  async close(): Promise<void> {
    this.#cancelTimer();
    await Promise.all([
      this.#discovery?.close(),
      this.#inspection?.close(),
      this.#election?.close(),
      this.#events?.idle(),
    ]);
    await this.#client.close();
  }

  #newDiscovery({ discovery }: KubernetesSettings): Discovery | null {
    if (discovery === null) return null;
    for (const source of discovery.sources) this.#features.begin(`discover-${source}`);
    return new Discovery(discovery, {
      ...this.#resourceDeps(),
      changed: () => this.#discovered(),
      worked: (feature) => this.#features.works(feature),
      failed: (feature, error) => this.#features.fails(feature, error),
    });
  }

  #newElection({ lease }: KubernetesSettings): Election | null {
    if (lease?.mode !== 'leader') return null;
    this.#features.begin('lease');
    const { env, fleet, verdictsAdopted } = this.#deps;
    return new Election(
      {
        name: lease.name,
        namespace: lease.namespace ?? this.#client.namespace,
        identity: `${env.POD_NAME ?? 'probe'}_${randomUUID()}`,
        known: () => fleet.known,
        speak: (voice) => {
          if (fleet.speak(voice)) verdictsAdopted();
          this.#sayRole();
        },
        worked: () => this.#features.works('lease'),
        failed: (error) => this.#features.fails('lease', error),
      },
      this.#resourceDeps(),
    );
  }

  #newEvents({ events }: KubernetesSettings): Events | null {
    if (!events) return null;
    this.#features.begin('events');
    const { clock, env, registry } = this.#deps;
    for (const outcome of ['written', 'dropped']) registry.inc('kubernetes_events_total', { outcome }, 0);
    return new Events({
      client: this.#client,
      clock,
      instance: env.POD_NAME ?? 'jenkins-agent-probe',
      objectsOf: (controller) => this.#objectsOf(controller),
      written: () => {
        this.#features.works('events');
        registry.inc('kubernetes_events_total', { outcome: 'written' });
      },
      dropped: () => registry.inc('kubernetes_events_total', { outcome: 'dropped' }),
      failed: (error) => this.#features.fails('events', error),
    });
  }

  #newInspection({ inspection }: KubernetesSettings): ClusterInspection | null {
    if (inspection === null) return null;
    this.#features.begin('inspect');
    const { fleet, inspected, registry } = this.#deps;
    return new ClusterInspection(inspection, {
      ...this.#resourceDeps(),
      fleet,
      registry,
      active: () => this.#probes,
      inspected,
      worked: () => this.#features.works('inspect'),
      failed: (error) => this.#features.fails('inspect', error),
    });
  }

  /** Whether this replica speaks for itself: it leads, is alone, or there is no Lease. */
  get #probes(): boolean {
    const role = this.#election?.role ?? 'alone';
    return role === 'leading' || role === 'alone';
  }

  /** What was discovered of a controller that is watched. */
  #discoveredAs(controller: string) {
    const configured = this.#deps.configured().find(({ target }) => target.name === controller);
    return (this.#discovery?.state.controllers ?? []).filter(({ settings: { target } }) =>
      configured === undefined ? target.name === controller : covers(configured.target, target),
    );
  }

  #resourceDeps() {
    const { clock, random } = this.#deps;
    return { client: this.#client, clock, random };
  }

  #objectsOf(controller: string): readonly ObjectReference[] {
    const services = this.#discoveredAs(controller).flatMap((each) => each.services);
    if (services.length > 0) return services;
    const { POD_NAME: name, POD_NAMESPACE: namespace, POD_UID: uid } = this.#deps.env;
    if (name === undefined) return [];
    const own = { name, namespace: namespace ?? this.#client.namespace, uid: uid ?? '' };
    return [{ apiVersion: 'v1', kind: 'Pod', ...own }];
  }

  #discovered(): void {
    if (this.#discovery === null) return;
    this.#sayAge(this.#discovery);
    const { state } = this.#discovery;
    const { logger, registry, controllersChanged } = this.#deps;
    registry.set('discovery_controllers', {}, state.controllers.length);
    registry.set('discovery_unusable_objects', {}, state.unusableCount);
    const { leftOut } = state;
    if (leftOut > 0 && this.#leftOut === 0) {
      logger.warn({ leftOut }, 'kubernetes: too many controllers are found, see kubernetes.discovery.limit');
    }
    this.#leftOut = leftOut;
    controllersChanged();
  }

  #sayRole(): void {
    const { logger, registry } = this.#deps;
    const role = this.#election?.role ?? 'waiting';
    if (role === this.#role) return;
    this.#role = role;
    logger.info({ role, leader: this.#election?.leader ?? null }, 'kubernetes: the role is another now');
    registry.set('leader', {}, role === 'leading' ? 1 : 0);
    registry.set('speaks_for_itself', {}, this.#probes ? 1 : 0);
    this.#inspection?.wake();
  }

  #look(): void {
    if (this.#discovery === null) return;
    this.#sayAge(this.#discovery);
    this.#cancelTimer = this.#deps.clock.setTimer(LOOK_MS, () => this.#look());
  }

  #sayAge({ stale, ageMs }: Discovery): void {
    const { clock, registry } = this.#deps;
    registry.set('discovery_stale', {}, stale ? 1 : 0);
    if (ageMs === null) return;
    registry.set('discovery_last_sync_timestamp_seconds', {}, (clock.now() - ageMs) / 1000);
  }
}
