import type { KubernetesSettings } from '../config/kubernetes-settings.ts';
import type { ControllerSettings } from '../config/settings.ts';
import type { VerdictChange } from '../daemon/observer.ts';
import type { InspectBeside } from '../daemon/on-demand.ts';
import type { News } from '../daemon/root-causes.ts';
import type { InCluster, InClusterDeps } from '../kubernetes/in-cluster.ts';
import type { InClusterStatus } from '../report/cluster-status.ts';

/** The cluster that the daemon runs in. Until {@link join}, and without Kubernetes, it adds nothing. */
export class ClusterLink {
  #joined: InCluster | null = null;

  /**
   * Joins the cluster. Loads the Kubernetes client only here, because it needs more memory than all the rest.
   * @throws {ConfigError} if there is no usable kubeconfig and no service account
   */
  async join(settings: KubernetesSettings, deps: InClusterDeps): Promise<void> {
    const { InCluster } = await import('../kubernetes/in-cluster.ts');
    this.#joined = await InCluster.join(settings, deps);
  }

  /** Whether everything was looked for once, successfully or not. */
  get ready(): boolean {
    return this.#joined?.ready ?? true;
  }

  /** null: no cluster was joined. */
  get status(): InClusterStatus | null {
    return this.#joined?.status ?? null;
  }

  /** The configured controllers, and those that were found beside them. */
  beside(configured: readonly ControllerSettings[]): readonly ControllerSettings[] {
    return this.#joined?.beside(configured) ?? configured;
  }

  /** The oldest remoting version of a controller's agents; null: unknown. */
  agentVersion(controller: string): string | null {
    return this.#joined?.agentVersion(controller) ?? null;
  }

  /** Starts to read the objects that concern a controller; see {@link InspectBeside}. */
  inspectBeside(controller: string): ReturnType<InspectBeside> {
    return this.#joined?.inspectBeside(controller) ?? (async (report) => report);
  }

  /** Other controllers are watched now. */
  watchesOthers(): void {
    this.#joined?.watchesOthers();
  }

  verdictChanged(change: VerdictChange): void {
    this.#joined?.verdictChanged(change);
  }

  rootCauseFound(news: News): void {
    this.#joined?.rootCauseFound(news);
  }

  /** Leaves the cluster. Probing must have stopped before, because the next leader starts at once. */
  async close(): Promise<void> {
    await this.#joined?.close();
  }
}
