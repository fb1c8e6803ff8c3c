import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import { tooManyRequests } from './errors.ts';

const WINDOW_MS = 60_000;
/** Diagnoses that one client address may ask for in a minute. */
const DIAGNOSES = 60;
/** Probes that one client address may ask for in a minute, whatever is configured… */
const PROBES = 600;
/** …and for each controller: every depth every ten seconds is thirty. */
const PROBES_PER_CONTROLLER = 30;

/** Makes an app able to limit the routes that ask for it: per client address (of IPv6 the /64), in memory. */
export async function limitRates(app: FastifyInstance): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    timeWindow: WINDOW_MS,
    errorResponseBuilder: (_request, { ttl }) =>
      tooManyRequests(`rate limit exceeded, retry in ${Math.ceil(ttl / 1000)} s`, Math.ceil(ttl / 1000)),
    // `Retry-After` says all that a client needs.
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    addHeadersOnExceeding: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
  });
}

/** A hook for the routes that diagnose; those that have the same hook share one count. */
export function diagnoseLimit(app: FastifyInstance): onRequestHookHandler {
  return app.rateLimit({ max: DIAGNOSES });
}

/** A hook for `/probe`: enough for one Prometheus that asks for everything. */
export function probeLimit(app: FastifyInstance, controllers: () => number): onRequestHookHandler {
  return app.rateLimit({ max: () => Math.max(PROBES, PROBES_PER_CONTROLLER * controllers()) });
}
