import type { FastifyInstance } from 'fastify';
import { controllerDetail, controllerSummary, type Known } from './controller-answers.ts';
import type { AppDependencies } from './dependencies.ts';
import { docsBase } from './docs-base.ts';
import { unknownController } from './errors.ts';
import { coerced } from './query-text.ts';
import { errors, of } from './responses.ts';
import { ControllerDetail, ControllerList } from './schemas/controller-bodies.ts';
import { ControllerParams, HistoryQuery } from './schemas/requests.ts';

/** `/controllers` and `/controllers/:controller`: verdicts, root causes, latest results, history; from memory. */
export function controllerRoutes(app: FastifyInstance, deps: AppDependencies): void {
  const { controllerNames, cluster, docsUrl } = deps;
  const list = {
    summary: 'The verdicts and root causes of all controllers',
    tags: ['health'],
    response: {
      200: of('In the order of the configuration.', { 'application/json': ControllerList }),
      ...errors(500),
    },
  };
  app.get('/controllers', { schema: list }, async (request, reply) => {
    const docs = docsBase(request, docsUrl());
    const controllers = controllerNames()
      .map((name) => knownOf(deps, name))
      .filter((each) => each !== null)
      .map((each) => controllerSummary(each, docs));
    const kubernetes = cluster();
    return reply.header('cache-control', 'no-store').send({ controllers, ...(kubernetes && { kubernetes }) });
  });

  app.get<{ Params: ControllerParams; Querystring: HistoryQuery }>(
    '/controllers/:controller',
    {
      validatorCompiler: coerced,
      schema: {
        summary: 'State, root causes, latest results and history of one controller',
        tags: ['health'],
        params: ControllerParams,
        querystring: HistoryQuery,
        response: {
          200: of('Newest first; failures are kept for longer.', { 'application/json': ControllerDetail }),
          ...errors(400, 404, 414, 500),
        },
      },
    },
    async (request, reply) => {
      const { controller } = request.params;
      const known = knownOf(deps, controller);
      if (known === null) throw unknownController(controller, controllerNames());
      const answer = controllerDetail(known, docsBase(request, docsUrl()), request.query.limit);
      return reply.header('cache-control', 'no-store').send(answer);
    },
  );
}

function knownOf(deps: AppDependencies, name: string): Known | null {
  const [status, detail] = [deps.status(name), deps.detail(name)];
  return status === null || detail === null ? null : { status, detail, causes: deps.rootCauses(name) };
}
