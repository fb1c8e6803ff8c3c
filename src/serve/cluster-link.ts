import type { KubernetesSettings } from '../config/kubernetes-settings.ts';
import type { InCluster, InClusterDeps } from '../kubernetes/in-cluster.ts';

/** The cluster that the daemon runs in. */
export class ClusterLink {
  #joined: InCluster | null = null;

  /** null: no cluster was joined, so it adds nothing. */
  get joined(): InCluster | null {
    return this.#joined;
  }

  /**
   * Joins the cluster. Loads the Kubernetes client only here, because it needs more memory than all the rest.
   * @throws {ConfigError} if there is no usable kubeconfig and no service account
   */
  async join(settings: KubernetesSettings, deps: InClusterDeps): Promise<void> {
    const { InCluster } = await import('../kubernetes/in-cluster.ts');
    this.#joined = await InCluster.join(settings, deps);
  }
}
