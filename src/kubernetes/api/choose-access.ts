import { ApiServerError } from './api-error.ts';
import type { ApiServerAccess } from './api-server-access.ts';
import { serviceAccountAccess } from './service-account-access.ts';

/**
 * Returns the access of a kubeconfig, or of the pod's service account if no kubeconfig is named. Only a kubeconfig
 * loads the official client.
 * @throws {ApiServerError} if both are missing
 */
export async function apiServerAccess(kubeconfig: string | null): Promise<ApiServerAccess> {
  if (kubeconfig !== null) {
    const { kubeconfigAccess } = await import('./kubeconfig-access.ts');
    return kubeconfigAccess(kubeconfig);
  }
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = process.env;
  if (host !== undefined) return serviceAccountAccess(host, port);
  throw new ApiServerError(0, 'this is no pod of a cluster, and kubernetes.kubeconfig names no file');
}
