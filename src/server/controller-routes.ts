import type { FastifyInstance } from 'fastify';
import type { HistoryEntry } from '../daemon/history.ts';
import type { ControllerStatus } from '../daemon/status.ts';
import type { AppDependencies } from './dependencies.ts';
import { unknownController } from './errors.ts';
import { coerced } from './request-validation.ts';
import { errors, of } from './responses.ts';
import { ControllerDetail, ControllerList, type ControllerSummary } from './schemas/controller-bodies.ts';
import { ControllerParams, HistoryQuery } from './schemas/requests.ts';

/** `/controllers` and `/controllers/:controller`: verdicts, latest results, history; from memory. */
export function controllerRoutes(
  app: FastifyInstance,
  { controllerNames, status, cluster }: AppDependencies,
): void {
  const list = {
    summary: 'The verdicts of all controllers',
    tags: ['health'],
    response: {
      200: of('In the order of the configuration.', { 'application/json': ControllerList }),
      ...errors(500),
    },
  };
  app.get('/controllers', { schema: list }, async (_request, reply) => {
    const controllers = controllerNames()
      .map(status)
      .filter((each) => each !== null);
    const kubernetes = cluster();
    return reply
      .header('cache-control', 'no-store')
      .send({ controllers: controllers.map(summaryOf), ...(kubernetes && { kubernetes }) });
  });

  app.get<{ Params: ControllerParams; Querystring: HistoryQuery }>(
    '/controllers/:controller',
    {
      validatorCompiler: coerced,
      schema: {
        summary: 'State, latest results and history of one controller',
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
      const found = status(request.params.controller);
      if (found === null) throw unknownController(request.params.controller, controllerNames());
      return reply.header('cache-control', 'no-store').send(detailOf(found, request.query.limit));
    },
  );
}

function summaryOf({ name, url, verdict, drained, entrypoints }: ControllerStatus): ControllerSummary {
  return {
    name,
    url,
    verdict,
    drained,
    entrypoints: entrypoints.map((each) => ({ ...each, since: iso(each.since) })),
  };
}

function detailOf(status: ControllerStatus, limit: number): ControllerDetail {
  return {
    ...summaryOf(status),
    results: status.results.map(({ evidence: _, ...result }) => ({
      ...result,
      startedAt: iso(result.startedAt),
      steps: [...result.steps],
    })),
    recent: status.recent.slice(0, limit).map(entryOf),
    failures: status.failures.slice(0, limit).map(entryOf),
  };
}

function entryOf(entry: HistoryEntry): ControllerDetail['recent'][number] {
  return { ...entry, startedAt: iso(entry.startedAt) };
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
