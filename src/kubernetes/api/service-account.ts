import { readFileSync } from 'node:fs';
import { ApiServerError } from './api-error.ts';

/** The folder where the kubelet puts the service account of a pod. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Returns the namespace of the pod; `default` if it is unknown. */
export function ownNamespace(folder = SERVICE_ACCOUNT): string {
  try {
    return readFileSync(`${folder}/namespace`, 'utf8').trim();
  } catch {
    return 'default';
  }
}

/** Returns the current token and CA; the kubelet renews both. @throws {ApiServerError} if they cannot be read */
export function credentialsOf(folder = SERVICE_ACCOUNT): { readonly token: string; readonly ca: string } {
  try {
    return {
      token: readFileSync(`${folder}/token`, 'utf8').trim(),
      ca: readFileSync(`${folder}/ca.crt`, 'utf8'),
    };
  } catch (cause) {
    throw new ApiServerError(0, `the service account of this pod cannot be read in ${folder}`, { cause });
  }
}
