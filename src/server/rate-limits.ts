import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify';
import { type ApiError, tooManyRequests } from './errors.ts';

const WINDOW_MS = 60_000;
/** Diagnoses in a minute for one client address. */
const DIAGNOSES = 60;
/** Minimum number of probes in a minute for one client address… */
const PROBES = 600;
/** …and the number for each controller: all depths every ten seconds are thirty. */
const PROBES_PER_CONTROLLER = 30;
/** Wrong tokens in a minute from one client address. */
const WRONG_TOKENS = 10;

/** Adds rate limits to an app, for routes that use a hook below. They count per client address (/64 of IPv6), in memory. */
export async function limitRates(app: FastifyInstance): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    timeWindow: WINDOW_MS,
    errorResponseBuilder: (_request, { ttl }) => exceeded('rate limit exceeded', ttl),
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

/** A count of wrong tokens per client address. */
export interface WrongTokens {
  /** Refuses a request if its address has sent too many. Counts nothing. @throws {ApiError} 429 */
  refuseFurther(request: FastifyRequest): Promise<void>;
  count(request: FastifyRequest): Promise<void>;
}

/** Returns a new count of wrong tokens. */
export function wrongTokens(app: FastifyInstance): WrongTokens {
  const limit = app.createRateLimit({ max: WRONG_TOKENS });
  return {
    async refuseFurther(request) {
      const state = await limit(request, { increment: false });
      if (!state.isAllowed && state.remaining === 0) throw exceeded('too many wrong tokens', state.ttl);
    },
    async count(request) {
      await limit(request);
    },
  };
}

/** Returns a 429. @param ttl time until the next request is answered, in milliseconds */
function exceeded(message: string, ttl: number): ApiError {
  const seconds = Math.ceil(ttl / 1000);
  return tooManyRequests(`${message}, retry in ${seconds} s`, seconds);
}
