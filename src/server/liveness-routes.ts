import type { FastifyInstance } from 'fastify';
import type { AppDependencies } from './dependencies.ts';
import { errors, of } from './responses.ts';
import { StatusBody } from './schemas/bodies.ts';

/** `/livez` and `/readyz`: about this process only, never about Jenkins, whose failures a restart would not mend. */
export function livenessRoutes(app: FastifyInstance, { ready }: AppDependencies): void {
  const json = { 'application/json': StatusBody };
  const live = {
    summary: 'Whether the process is alive',
    tags: ['process'],
    response: { 200: of('It is.', json), ...errors(500) },
  };
  const readiness = {
    summary: 'Whether the configuration is loaded and the first round of probes done',
    tags: ['process'],
    response: { 200: of('It is.', json), ...errors(500), 503: of('Not yet.', json) },
  };

  app.get('/livez', { schema: live }, async (_request, reply) => {
    return reply.header('cache-control', 'no-store').send({ status: 'alive' });
  });

  app.get('/readyz', { schema: readiness }, async (_request, reply) => {
    const isReady = ready();
    return reply
      .code(isReady ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: isReady ? 'ready' : 'first round of probes not done' });
  });
}
