import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { AppDependencies } from './dependencies.ts';

const StatusBody = Type.Object({ status: Type.String() });

/** `/livez` and `/readyz`: about this process only, never about Jenkins, whose failures a restart would not mend. */
export function probeRoutes(app: FastifyInstance, { ready }: AppDependencies): void {
  const schema = { response: { 200: StatusBody, 503: StatusBody } };

  app.get('/livez', { schema }, async (_request, reply) => {
    return reply.header('cache-control', 'no-store').send({ status: 'alive' });
  });

  app.get('/readyz', { schema }, async (_request, reply) => {
    const isReady = ready();
    return reply
      .code(isReady ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: isReady ? 'ready' : 'first round of probes not done' });
  });
}
