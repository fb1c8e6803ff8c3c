import type { FastifyInstance } from 'fastify';
import type { AppDependencies } from './dependencies.ts';
import { errors, of } from './responses.ts';

/** `GET /metrics`: the Prometheus text format 0.0.4, whatever the scraper accepts; all of them read it. */
export function metricsRoutes(app: FastifyInstance, { metrics }: AppDependencies): void {
  const schema = {
    summary: 'Metrics for Prometheus',
    tags: ['process'],
    response: {
      200: of('All metrics.', { 'text/plain': 'The Prometheus text format 0.0.4.' }),
      ...errors(500),
    },
  };
  // Those that ask while a text is being made share it: hundreds of requests may arrive in one packet, and making a
  // text for each would keep health checks waiting for seconds, even when whoever asked has long gone.
  let making: Promise<string> | null = null;
  const shared = () => {
    making ??= metrics.text().finally(() => {
      making = null;
    });
    return making;
  };
  app.get('/metrics', { schema }, async (_request, reply) => {
    const text = await shared();
    return reply.type(metrics.contentType).header('cache-control', 'no-store').send(text);
  });
}
