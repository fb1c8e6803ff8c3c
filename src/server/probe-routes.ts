import type { FastifyInstance } from 'fastify';
import { probeText } from '../metrics/probe-text.ts';
import type { AppDependencies } from './dependencies.ts';
import { ApiError, requireController } from './errors.ts';
import { probeLimit } from './rate-limits.ts';
import { errors, of } from './responses.ts';
import { ProbeHeaders, ProbeQuery } from './schemas/requests.ts';

/** What Prometheus says it will wait, in seconds. */
const TIMEOUT_HEADER = 'x-prometheus-scrape-timeout-seconds';
/** Prometheus' own default, where the header is missing. */
const DEFAULT_SECONDS = 10;
const MAX_SECONDS = 120;
/** The answer must be there before Prometheus gives up. */
const MARGIN_MS = 500;

/**
 * `GET /probe?target=NAME&module=DEPTH`: the multi-target exporter pattern, as the Prometheus operator's `Probe` asks:
 * probes now and answers the metrics of this probe alone. It counts for no verdict. Whoever asks within five seconds of
 * another gets the same result.
 */
export function probeRoutes(app: FastifyInstance, deps: AppDependencies): void {
  app.get<{ Querystring: ProbeQuery }>(
    '/probe',
    // A HEAD would probe for nothing.
    {
      exposeHeadRoute: false,
      onRequest: probeLimit(app, () => deps.controllerNames().length),
      schema: {
        summary: 'Probe a configured controller now, for Prometheus',
        tags: ['on demand'],
        querystring: ProbeQuery,
        headers: ProbeHeaders,
        response: {
          200: of('The metrics of this probe alone.', { 'text/plain': 'The Prometheus text format 0.0.4.' }),
          ...errors(400, 404, 429, 500, 503),
        },
      },
    },
    async (request, reply) => {
      const { target, module = 'ping' } = request.query;
      requireController(target, deps.controllerNames());
      const result = await within(patienceMs(request.headers[TIMEOUT_HEADER]), deps.probe(target, module));
      if (result === null) {
        const message = `agents of ${target} have no use for ${module}`;
        throw new ApiError(400, 'module-not-available', message, { controller: target, module });
      }
      if (result.inconclusive !== null) {
        const message = 'this process could not probe; the metric inconclusive_total explains the fault';
        throw new ApiError(503, 'probe-inconclusive', message, { fault: result.inconclusive });
      }
      const text = probeText(target, result, deps.metrics.constantLabels);
      return reply.type(deps.metrics.contentType).header('cache-control', 'no-store').send(text);
    },
  );
}

/** @returns how long the answer may take, in milliseconds */
function patienceMs(header: string | string[] | undefined): number {
  const asked = Number(header);
  const seconds = asked > 0 ? Math.min(asked, MAX_SECONDS) : DEFAULT_SECONDS;
  return Math.max(seconds * 1000 - MARGIN_MS, (seconds * 1000) / 2);
}

async function within<T>(ms: number, result: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(
      new ApiError(503, 'probe-too-slow', 'the probe did not end before the scrape would time out'),
    );
  }, ms);
  try {
    return await Promise.race([result, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
