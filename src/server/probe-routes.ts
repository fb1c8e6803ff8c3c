import type { FastifyInstance } from 'fastify';
import { probeText } from '../metrics/probe-text.ts';
import type { AppDependencies } from './dependencies.ts';
import { ApiError, requireController } from './errors.ts';
import { probeLimit } from './rate-limits.ts';
import { errors, of } from './responses.ts';
import { ProbeHeaders, ProbeQuery } from './schemas/requests.ts';

/** The header with the timeout of Prometheus, in seconds. */
const TIMEOUT_HEADER = 'x-prometheus-scrape-timeout-seconds';
/** The default of Prometheus, used if the header is missing. */
const DEFAULT_SECONDS = 10;
const MAX_SECONDS = 120;
/** The answer must be complete this long before the timeout of Prometheus. */
const MARGIN_MS = 500;

/**
 * `GET /probe?target=NAME&module=DEPTH`: the multi-target exporter pattern of the Prometheus operator's `Probe`. It probes
 * now and answers with the metrics of this probe alone. The result does not affect a verdict. Results are shared for five
 * seconds.
 */
export function probeRoutes(app: FastifyInstance, deps: AppDependencies): void {
  app.get<{ Querystring: ProbeQuery }>(
    '/probe',
    // A HEAD request would probe and discard the result.
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
        const message = `agents of ${target} do not use ${module}`;
        throw new ApiError(400, 'module-not-available', message, { controller: target, module });
      }
      if (result.inconclusive !== null) {
        const message =
          'this process could not run the probe; details.fault and the metric inconclusive_total show why';
        throw new ApiError(503, 'probe-inconclusive', message, { fault: result.inconclusive });
      }
      const text = probeText(target, result, deps.metrics.constantLabels);
      return reply.type(deps.metrics.contentType).header('cache-control', 'no-store').send(text);
    },
  );
}

/** Returns the time limit of the answer, in milliseconds. */
function patienceMs(header: string | string[] | undefined): number {
  const asked = Number(header);
  const seconds = asked > 0 ? Math.min(asked, MAX_SECONDS) : DEFAULT_SECONDS;
  return Math.max(seconds * 1000 - MARGIN_MS, (seconds * 1000) / 2);
}

async function within<T>(ms: number, result: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new ApiError(503, 'probe-too-slow', 'the probe did not end before the scrape timeout'));
  }, ms);
  try {
    return await Promise.race([result, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
