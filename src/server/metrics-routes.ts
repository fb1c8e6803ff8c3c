import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import type { AppDependencies } from './dependencies.ts';
import { errors, of } from './responses.ts';

const compress = promisify(gzip);

/**
 * `GET /metrics`: the Prometheus text format 0.0.4, for every `Accept` header, because all scrapers support it. The answer
 * is compressed if the scraper accepts gzip, as Prometheus does.
 */
export function metricsRoutes(app: FastifyInstance, { metrics }: Pick<AppDependencies, 'metrics'>): void {
  const schema = {
    summary: 'Metrics for Prometheus',
    tags: ['process'],
    response: {
      200: of('All metrics.', { 'text/plain': 'The Prometheus text format 0.0.4.' }),
      ...errors(500),
    },
  };
  const text = shared(() => metrics.text());
  // The fastest level: the text is so repetitive that the others save little.
  const zipped = shared(async () => compress(await text(), { level: constants.Z_BEST_SPEED }));
  app.get('/metrics', { schema }, async (request, reply) => {
    reply.type(metrics.contentType).header('cache-control', 'no-store').header('vary', 'accept-encoding');
    if (!acceptsGzip(request.headers['accept-encoding'])) return reply.send(await text());
    const body = await zipped();
    return reply.header('content-encoding', 'gzip').send(body);
  });
}

/**
 * Returns a function that shares one running `make` among concurrent calls. Hundreds of requests may arrive in one packet;
 * a text for each would delay health checks by seconds.
 */
function shared<T>(make: () => Promise<T>): () => Promise<T> {
  let making: Promise<T> | null = null;
  return () => {
    making ??= make().finally(() => {
      making = null;
    });
    return making;
  };
}

/** Returns true if `Accept-Encoding` contains gzip without `q=0`. */
function acceptsGzip(header: string | string[] | undefined): boolean {
  return String(header ?? '')
    .split(',')
    .some((each) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$)|$)/i.test(each));
}
