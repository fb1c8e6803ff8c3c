import { oneLine } from '../../model/scrub.ts';

/**
 * Why a request to the API server brought nothing. `status` is its HTTP status (403: no permission, 404: no such thing,
 * 409: somebody else was faster, 410: too old a version), or 0 where there was no answer at all.
 */
export class ApiServerError extends Error {
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ApiServerError';
    this.status = status;
  }
}

/** Whether a quick retry is useless: a permission is missing, or the cluster has no such resource. */
export function isHopeless(error: unknown): boolean {
  return isDenied(error) || (error instanceof ApiServerError && error.status === 404);
}

/** Whether the API server denied the request. */
export function isDenied(error: unknown): boolean {
  return error instanceof ApiServerError && (error.status === 401 || error.status === 403);
}

/** One line on why a request failed, for logs. */
export function causeOf(error: unknown): string {
  return error instanceof Error ? oneLine(error.message) : 'unknown';
}
