import type { FastifyInstance } from 'fastify';
import type { AppDependencies } from './dependencies.ts';

/** `GET /metrics`: the Prometheus text format 0.0.4, whatever the scraper accepts; all of them read it. */
export function metricsRoutes(app: FastifyInstance, { metrics }: AppDependencies): void {
  app.get('/metrics', async (_request, reply) => {
    const text = await metrics.text();
    return reply.type(metrics.contentType).header('cache-control', 'no-store').send(text);
  });
}
