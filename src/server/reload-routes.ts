import type { FastifyInstance } from 'fastify';
import type { AppDependencies } from './dependencies.ts';
import { ApiError } from './errors.ts';
import { errors, of } from './responses.ts';
import { ReloadBody } from './schemas/bodies.ts';
import type { TokenGuard } from './token.ts';

/** `POST /-/reload`: reads the configuration again, as SIGHUP does. Needs the token. */
export function reloadRoutes(app: FastifyInstance, { reload }: AppDependencies, guard: TokenGuard): void {
  app.post(
    '/-/reload',
    {
      onRequest: guard.required,
      schema: {
        summary: 'Reload the configuration',
        tags: ['control'],
        security: [{ bearer: [] }],
        response: {
          200: of('The new configuration is active.', { 'application/json': ReloadBody }),
          ...errors(400, 401, 403, 413, 415, 422, 429, 500),
        },
      },
    },
    async (_request, reply) => {
      const problems = await reload();
      if (problems.length > 0) {
        throw new ApiError(
          422,
          'invalid-configuration',
          'new configuration is invalid; keeping the previous one',
          { problems },
        );
      }
      return reply.send({ status: 'reloaded' });
    },
  );
}
