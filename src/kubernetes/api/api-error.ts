import { oneLine } from '../../model/scrub.ts';

/**
 * The reason why a request to the API server failed. `status` is the HTTP status, or 0 if there was no answer. 403: no
 * permission. 404: the resource does not exist. 409: another client was faster. 410: the version is too old.
 */
export class ApiServerError extends Error {
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ApiServerError';
    this.status = status;
  }
}

/** Returns true if a quick retry is useless: a permission is missing, or the cluster has no such resource. */
export function isHopeless(error: unknown): boolean {
  return isDenied(error) || (error instanceof ApiServerError && error.status === 404);
}

/** Returns true if the API server denied the request. */
export function isDenied(error: unknown): boolean {
  return error instanceof ApiServerError && (error.status === 401 || error.status === 403);
}

/** One line on why a request failed, for logs. */
export function causeOf(error: unknown): string {
  return error instanceof Error ? oneLine(error.message) : 'unknown';
}
