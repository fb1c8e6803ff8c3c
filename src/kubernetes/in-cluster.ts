import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Diagnosis } from '../catalogue/diagnosis.ts';
import type { KubernetesSettings } from '../config/kubernetes-settings.ts';
import { ConfigError } from '../config/problems.ts';
import type { ControllerSettings } from '../config/settings.ts';
import type { Fleet } from '../daemon/fleet.ts';
import type { VerdictChange } from '../daemon/observer.ts';
import type { InspectBeside } from '../daemon/on-demand.ts';
import type { News } from '../daemon/root-causes.ts';
import type { KubernetesRecorder } from '../metrics/kubernetes-recorder.ts';
import type { Clock, Random } from '../model/clock.ts';
import type { InClusterStatus, ReplicaRole } from '../report/cluster-status.ts';
import { causeOf } from './api/api-error.ts';
import { connectKubernetes, type KubernetesClient } from './api/client.ts';
import { FeatureStates } from './api/feature-state.ts';
import { ClusterDiscovery } from './discovery/cluster-discovery.ts';
import type { ObjectReference } from './discovery/controller-discovery.ts';
import { Events } from './events.ts';
import { ClusterInspection } from './inspection/cluster-inspection.ts';
import { Election } from './replicas/election.ts';

/** Pod identity from the downward API. */
export interface PodEnvironment {
  readonly POD_NAME?: string | undefined;
  readonly POD_NAMESPACE?: string | undefined;
  readonly POD_UID?: string | undefined;
}

export interface InClusterDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly recorder: KubernetesRecorder;
  readonly fleet: Fleet;
  readonly env: PodEnvironment;
  /** The controllers of the configuration; they may change. */
  readonly configured: () => readonly ControllerSettings[];
  /** Called when discovery has found other controllers. */
  readonly controllersChanged: () => void;
  /** Called when verdicts of the leader have replaced our own. */
  readonly verdictsAdopted: () => void;
  /** Takes the diagnoses that the objects of the cluster prove for a controller. */
  readonly inspected: (controller: string, diagnoses: readonly Diagnosis[]) => void;
}

/**
 * The work of the daemon inside a cluster: finds controllers, shares the work with other replicas, inspects objects and
 * writes events. This file and the Kubernetes client are loaded only if the configuration has a `kubernetes` section.
 */
export class InCluster {
  readonly #deps: InClusterDeps;
  readonly #client: KubernetesClient;
  readonly #features: FeatureStates;
  readonly #discovery: ClusterDiscovery | null;
  readonly #election: Election | null;
  readonly #events: Events | null;
  readonly #inspection: ClusterInspection | null;
  #role: ReplicaRole | null = null;

  private constructor(settings: KubernetesSettings, client: KubernetesClient, deps: InClusterDeps) {
    this.#deps = deps;
    this.#client = client;
    this.#features = new FeatureStates(deps.logger, deps.recorder);
    this.#discovery = this.#newDiscovery(settings);
    this.#election = this.#newElection(settings);
    this.#events = this.#newEvents(settings);
    this.#inspection = this.#newInspection(settings);
  }

  /**
   * Joins the cluster without waiting for an answer of the API server.
   * @throws {ConfigError} if both a usable kubeconfig and a service account are missing
   */
  static async join(settings: KubernetesSettings, deps: InClusterDeps): Promise<InCluster> {
    const warned = (warning: string) => deps.logger.warn({ warning }, 'kubernetes: the API server warns');
    const client = await connectKubernetes(settings.kubeconfig, deps.clock, warned).catch(
      (error: unknown) => {
        const message = `the cluster cannot be used: ${causeOf(error)}`;
        throw new ConfigError([{ message, file: null, line: null, path: 'kubernetes', suggestion: null }]);
      },
    );
    const joined = new InCluster(settings, client, deps);
    joined.#discovery?.start();
    joined.#election?.start();
    joined.#inspection?.wake();
    return joined;
  }

  /** Returns the configured controllers and the other ones that were discovered. */
  beside(configured: readonly ControllerSettings[]): readonly ControllerSettings[] {
    return [...configured, ...(this.#discovery?.beside(configured) ?? [])];
  }

  /** Returns true if discovery is off, or has read every source once, successfully or not. */
  get ready(): boolean {
    return this.#discovery?.ready ?? true;
  }

  get status(): InClusterStatus {
    return {
      role: this.#election?.role ?? null,
      leader: this.#election?.leader ?? null,
      features: this.#features.all,
      discovery: this.#discovery?.status ?? null,
      inspection: this.#inspection?.status ?? null,
    };
  }

  /** The oldest remoting version of a controller's agents; null: unknown. */
  agentVersion(controller: string): string | null {
    return this.#discovery?.agentVersion(controller) ?? null;
  }

  /** Starts to read the objects that concern a controller; see {@link InspectBeside}. */
  inspectBeside(controller: string): ReturnType<InspectBeside> {
    return this.#inspection?.inspectBeside(controller) ?? (async (report) => report);
  }

  /** Other controllers are watched now: inspects the objects for them soon. */
  watchesOthers(): void {
    this.#inspection?.hasten();
  }

  verdictChanged(change: VerdictChange): void {
    this.#events?.verdictChanged(change);
    this.#election?.publish();
  }

  rootCauseFound(news: News): void {
    this.#events?.diagnosed(news);
  }

  /** Stops. Probing must have stopped before, because another replica may start at once. */
  async close(): Promise<void> {
    await Promise.all([
      this.#discovery?.close(),
      this.#inspection?.close(),
      this.#election?.close(),
      this.#events?.idle(),
    ]);
    await this.#client.close();
  }

  #newDiscovery({ discovery }: KubernetesSettings): ClusterDiscovery | null {
    if (discovery === null) return null;
    const { configured, controllersChanged: changed, logger, recorder } = this.#deps;
    return new ClusterDiscovery(discovery, {
      ...this.#resourceDeps(),
      ...{ configured, changed, logger, recorder },
      use: (feature) => this.#features.use(feature),
    });
  }

  #newElection({ lease }: KubernetesSettings): Election | null {
    if (lease?.mode !== 'leader') return null;
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
        reporter: this.#features.use('lease'),
      },
      this.#resourceDeps(),
    );
  }

  #newEvents({ events }: KubernetesSettings): Events | null {
    if (!events) return null;
    const { clock, env, recorder } = this.#deps;
    return new Events({
      client: this.#client,
      clock,
      instance: env.POD_NAME ?? 'jenkins-agent-probe',
      objectsOf: (controller) => this.#objectsOf(controller),
      reporter: this.#features.use('events'),
      recorder,
    });
  }

  #newInspection({ inspection }: KubernetesSettings): ClusterInspection | null {
    if (inspection === null) return null;
    const { fleet, inspected, recorder } = this.#deps;
    return new ClusterInspection(inspection, {
      ...this.#resourceDeps(),
      fleet,
      recorder,
      active: () => this.#probes,
      inspected,
      reporter: this.#features.use('inspect'),
    });
  }

  /** Returns true if this replica probes: it leads, is alone, or runs without a Lease. */
  get #probes(): boolean {
    const role = this.#election?.role ?? 'alone';
    return role === 'leading' || role === 'alone';
  }

  #resourceDeps() {
    const { clock, random } = this.#deps;
    return { client: this.#client, clock, random };
  }

  #objectsOf(controller: string): readonly ObjectReference[] {
    const services = this.#discovery?.servicesOf(controller) ?? [];
    if (services.length > 0) return services;
    const { POD_NAME: name, POD_NAMESPACE: namespace, POD_UID: uid } = this.#deps.env;
    if (name === undefined) return [];
    const own = { name, namespace: namespace ?? this.#client.namespace, uid: uid ?? '' };
    return [{ apiVersion: 'v1', kind: 'Pod', ...own }];
  }

  #sayRole(): void {
    const { logger, recorder } = this.#deps;
    const role = this.#election?.role ?? 'waiting';
    if (role === this.#role) return;
    this.#role = role;
    logger.info({ role, leader: this.#election?.leader ?? null }, 'kubernetes: role changed');
    recorder.role(role === 'leading', this.#probes);
    this.#inspection?.wake();
  }
}
