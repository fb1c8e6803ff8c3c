import type { KubernetesSettings } from '../config/kubernetes-settings.ts';
import type { InCluster, InClusterDeps } from '../kubernetes/in-cluster.ts';

/** The Kubernetes features of a daemon. */
export class ClusterLink {
  #joined: InCluster | null = null;

  /** null: the features are off. */
  get joined(): InCluster | null {
    return this.#joined;
  }

  /**
   * Starts the features. Loads the Kubernetes client only here, because it needs more memory than the rest.
   * @throws {ConfigError} without a usable kubeconfig and without a service account
   */
  async join(settings: KubernetesSettings, deps: InClusterDeps): Promise<void> {
    const { InCluster } = await import('../kubernetes/in-cluster.ts');
    this.#joined = await InCluster.join(settings, deps);
  }
}
