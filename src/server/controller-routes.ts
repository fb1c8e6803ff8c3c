import type { FastifyInstance } from 'fastify';
import { controllerPage } from '../pages/controller-page.ts';
import { withDocs } from '../report/docs-links.ts';
import { FORMATS, formOf } from './answer-form.ts';
import { controllerDetail, controllerSummary, type Known } from './controller-answers.ts';
import type { AppDependencies } from './dependencies.ts';
import { docsBase } from './docs-base.ts';
import { ApiError, unknownController } from './errors.ts';
import { viewOf } from './known-controllers.ts';
import { sendPage } from './page-reply.ts';
import { sendReport } from './report-routes.ts';
import { coerced } from './request-validation.ts';
import { errors, of } from './responses.ts';
import { ControllerDetail, ControllerList } from './schemas/controller-bodies.ts';
import { ControllerParams, HistoryQuery } from './schemas/requests.ts';

/** `/controllers` and `/controllers/:controller`: verdicts, root causes, latest results, history; from memory. */
export function controllerRoutes(app: FastifyInstance, deps: AppDependencies): void {
  const { controllerNames, cluster, docsUrl } = deps;
  const list = {
    summary: 'Verdicts and root causes of all controllers',
    tags: ['health'],
    response: {
      200: of('All controllers, in the order of the configuration.', { 'application/json': ControllerList }),
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
          200: of('The controller. Histories start with the newest result; failures are kept longer.', {
            'application/json': ControllerDetail,
            'text/plain': 'The latest results as a report.',
            'text/markdown': 'The latest results as Markdown, for a ticket.',
            'text/html': 'The page of the controller.',
          }),
          ...errors(400, 404, 414, 500, 503),
        },
      },
    },
    async (request, reply) => {
      const { controller: name } = request.params;
      const known = knownOf(deps, name);
      if (known === null) throw unknownController(name, controllerNames());
      reply.header('vary', 'accept').header('cache-control', 'no-store');
      const form = formOf(request, FORMATS.report);
      const docs = docsBase(request, docsUrl());
      if (form === 'json') return reply.send(controllerDetail(known, docs, request.query.limit));
      const report = deps.known(name);
      if (form === 'html') {
        const view = viewOf(name, deps);
        if (view === null) throw unknownController(name, controllerNames());
        const context = {
          known: report === null ? null : withDocs(report, docs),
          reports: deps.reports.of(name),
          origin: deps.origin,
          now: deps.now(),
        };
        return sendPage(request, reply, controllerPage(view, context));
      }
      if (report === null) throw notProbedYet(name);
      return sendReport(reply, withDocs(report, docs), form);
    },
  );
}

function notProbedYet(name: string): ApiError {
  return new ApiError(
    503,
    'not-probed-yet',
    `controller ${JSON.stringify(name)} has not been probed yet`,
    null,
    10,
  );
}

function knownOf(deps: AppDependencies, name: string): Known | null {
  const [status, detail] = [deps.status(name), deps.detail(name)];
  return status === null || detail === null ? null : { status, detail, causes: deps.rootCauses(name) };
}
