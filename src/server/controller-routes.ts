import type { FastifyInstance } from 'fastify';
import type { HistoryEntry } from '../daemon/history.ts';
import type { ControllerStatus } from '../daemon/status.ts';
import { controllerPage } from '../pages/controller-page.ts';
import { formOf } from './answer-form.ts';
import type { AppDependencies } from './dependencies.ts';
import { ApiError, unknownController } from './errors.ts';
import { viewOf } from './known-controllers.ts';
import { sendPage } from './page-reply.ts';
import { coerced } from './query-text.ts';
import { sendReport } from './report-routes.ts';
import { errors, of } from './responses.ts';
import { ControllerDetail, ControllerList, type ControllerSummary } from './schemas/controller-bodies.ts';
import { ControllerParams, HistoryQuery } from './schemas/requests.ts';

/** `/controllers` and `/controllers/:controller`: verdicts, latest results, history; from memory. */
export function controllerRoutes(app: FastifyInstance, deps: AppDependencies): void {
  const { controllerNames, status, cluster } = deps;
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
          200: of('Newest first; failures are kept for longer.', {
            'application/json': ControllerDetail,
            'text/plain': 'The latest results as a report.',
            'text/markdown': 'The same for a ticket.',
            'text/html': 'For people.',
          }),
          ...errors(400, 404, 414, 500, 503),
        },
      },
    },
    async (request, reply) => {
      const { controller: name } = request.params;
      const found = status(name);
      if (found === null) throw unknownController(name, controllerNames());
      reply.header('vary', 'accept').header('cache-control', 'no-store');
      const form = formOf(request, ['json', 'text', 'markdown', 'html']);
      if (form === 'json') return reply.send(detailOf(found, request.query.limit));
      const known = deps.known(name);
      if (form === 'html') {
        const view = viewOf(name, deps);
        if (view === null) throw unknownController(name, controllerNames());
        const context = { known, reports: deps.reports.of(name), origin: deps.origin, now: deps.now() };
        return sendPage(request, reply, controllerPage(view, context));
      }
      if (known === null) throw notProbedYet(name);
      return sendReport(reply, known, form);
    },
  );
}

function notProbedYet(name: string): ApiError {
  return new ApiError(503, 'not-probed-yet', `there is no result of ${JSON.stringify(name)} yet`, null, 10);
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
