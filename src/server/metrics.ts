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
  app.get('/metrics', { schema }, async (_request, reply) => {
    const text = await metrics.text();
    return reply.type(metrics.contentType).header('cache-control', 'no-store').send(text);
  });
}
