import type { FastifyInstance } from 'fastify';
import type { AppDependencies } from './dependencies.ts';
import { requireController } from './errors.ts';
import { errors, of } from './responses.ts';
import { DrainBody } from './schemas/bodies.ts';
import { ControllerParams } from './schemas/requests.ts';
import type { TokenGuard } from './token.ts';

/**
 * `POST /controllers/:controller/drain` and `/undrain`: drains a controller, regardless of its verdict, or ends the drain.
 * Needs the token. A drain lasts until it is ended or the daemon restarts.
 */
export function drainRoutes(app: FastifyInstance, deps: AppDependencies, guard: TokenGuard): void {
  for (const [path, drained] of [
    ['drain', true],
    ['undrain', false],
  ] as const) {
    app.post<{ Params: ControllerParams }>(
      `/controllers/:controller/${path}`,
      {
        onRequest: guard.required,
        schema: {
          summary: drained ? 'Drain a controller' : 'End the drain of a controller',
          tags: ['control'],
          security: [{ bearer: [] }],
          params: ControllerParams,
          response: {
            200: of('The new state.', { 'application/json': DrainBody }),
            ...errors(400, 401, 403, 404, 413, 414, 415, 429, 500),
          },
        },
      },
      async (request, reply) => {
        const { controller } = request.params;
        requireController(controller, deps.controllerNames());
        deps.drain(controller, drained);
        return reply.send({ controller, drained });
      },
    );
  }
}
