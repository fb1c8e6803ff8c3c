import type { FastifyInstance } from 'fastify';
import type { HistoryEntry } from '../daemon/history.ts';
import type { ControllerStatus } from '../daemon/status.ts';
import type { AppDependencies } from './dependencies.ts';
import { unknownController } from './errors.ts';
import {
  ControllerDetail,
  ControllerList,
  ControllerParams,
  type ControllerSummary,
  ErrorBody,
} from './schemas.ts';

/** `/controllers` and `/controllers/:controller`: verdicts, latest results, history; from memory. */
export function controllerRoutes(
  app: FastifyInstance,
  { controllerNames, status, cluster }: AppDependencies,
): void {
  app.get('/controllers', { schema: { response: { 200: ControllerList } } }, async (_request, reply) => {
    const controllers = controllerNames()
      .map(status)
      .filter((each) => each !== null);
    const kubernetes = cluster();
    return reply
      .header('cache-control', 'no-store')
      .send({ controllers: controllers.map(summaryOf), ...(kubernetes && { kubernetes }) });
  });

  app.get<{ Params: ControllerParams }>(
    '/controllers/:controller',
    { schema: { params: ControllerParams, response: { 200: ControllerDetail, '4xx': ErrorBody } } },
    async (request, reply) => {
      const found = status(request.params.controller);
      if (found === null) throw unknownController(request.params.controller, controllerNames());
      return reply.header('cache-control', 'no-store').send(detailOf(found));
    },
  );
}

function summaryOf({ name, url, verdict, drained, endpoints }: ControllerStatus): ControllerSummary {
  return {
    name,
    url,
    verdict,
    drained,
    endpoints: endpoints.map((each) => ({ ...each, since: iso(each.since) })),
  };
}

function detailOf(status: ControllerStatus): ControllerDetail {
  return {
    ...summaryOf(status),
    results: status.results.map((result) => ({
      depth: result.depth,
      endpoint: result.endpoint,
      startedAt: iso(result.startedAt),
      durationMs: result.durationMs,
      success: result.success,
      connections: result.connections,
      stalledMs: result.stalledMs,
      steps: [...result.steps],
    })),
    recent: status.recent.map(entryOf),
    failures: status.failures.map(entryOf),
  };
}

function entryOf(entry: HistoryEntry): ControllerDetail['recent'][number] {
  return { ...entry, startedAt: iso(entry.startedAt) };
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
