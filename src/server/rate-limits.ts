import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import { tooManyRequests } from './errors.ts';

const WINDOW_MS = 60_000;
/** Diagnoses in a minute for one client address. */
const DIAGNOSES = 60;
/** Minimum number of probes in a minute for one client address… */
const PROBES = 600;
/** …and the number for each controller: all depths every ten seconds are thirty. */
const PROBES_PER_CONTROLLER = 30;

/** Adds rate limits to an app, for routes that use a hook below. They count per client address (/64 of IPv6), in memory. */
export async function limitRates(app: FastifyInstance): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    timeWindow: WINDOW_MS,
    errorResponseBuilder: (_request, { ttl }) =>
      tooManyRequests(`rate limit exceeded, retry in ${Math.ceil(ttl / 1000)} s`, Math.ceil(ttl / 1000)),
    // `Retry-After` is enough for clients.
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    addHeadersOnExceeding: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
  });
}

/** Returns a hook for routes that diagnose. Routes with the same hook share one count. */
export function diagnoseLimit(app: FastifyInstance): onRequestHookHandler {
  return app.rateLimit({ max: DIAGNOSES });
}

/** Returns a hook for `/probe`: enough for one Prometheus that probes all depths of all controllers. */
export function probeLimit(app: FastifyInstance, controllers: () => number): onRequestHookHandler {
  return app.rateLimit({ max: () => Math.max(PROBES, PROBES_PER_CONTROLLER * controllers()) });
}
