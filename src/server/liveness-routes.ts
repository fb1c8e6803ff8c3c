import type { FastifyInstance } from 'fastify';
import type { AppDependencies } from './dependencies.ts';
import { errors, of } from './responses.ts';
import { StatusBody } from './schemas/bodies.ts';

/** `/livez` and `/readyz`: the state of this process. They never depend on Jenkins: a restart does not fix its failures. */
export function livenessRoutes(app: FastifyInstance, { ready }: AppDependencies): void {
  const json = { 'application/json': StatusBody };
  const live = {
    summary: 'Liveness of the process',
    tags: ['process'],
    response: { 200: of('The process is alive.', json), ...errors(500) },
  };
  const readiness = {
    summary: 'Readiness: the configuration is loaded and the first round of probes is done',
    tags: ['process'],
    response: {
      200: of('The daemon is ready.', json),
      ...errors(500),
      503: of('The daemon is not ready yet.', json),
    },
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
