import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parseDuration } from '../config/duration.ts';
import { ConfigError } from '../config/problems.ts';
import { requestedTarget } from '../config/requested-target.ts';
import { CHEAP_CHECKS, type ExtraCheckPermissions, MAX_HOLD_MS } from '../model/extra-check-permissions.ts';
import type { Target } from '../model/target.ts';
import { withDocs } from '../report/docs-links.ts';
import { formOf } from './answer-form.ts';
import type { AppDependencies } from './dependencies.ts';
import { type Diagnose, streamEvents, streamPage } from './diagnosis-stream.ts';
import { docsBase } from './docs-base.ts';
import { ApiError, requireController } from './errors.ts';
import { SMALL_BODY_BYTES } from './held-bytes.ts';
import { LogReader } from './log-reader.ts';
import { diagnoseLimit } from './rate-limits.ts';
import { sendReport } from './report-routes.ts';
import { errors, of } from './responses.ts';
import { ReportBody } from './schemas/report-body.ts';
import { DiagnoseBody, DiagnoseQuery } from './schemas/requests.ts';
import { checkToken, requireToken } from './token.ts';

/** A pasted log may be larger than other bodies. */
const MAX_BODY_BYTES = 1024 * 1024;

const FOUND = 'The report; a diagnosis that finds the controller unreachable is a success, too.';
const FORMS_OF_REPORT = {
  'application/json': ReportBody,
  'text/plain': 'As the command line prints it.',
  'text/markdown': 'For a ticket.',
  'text/event-stream':
    'A `step` event as each step ends, its data one element of the report’s `steps`; then `report`, its data the ' +
    'report and its id the one of `/reports`, or `error`, its data an error body. Comments in between keep the ' +
    'connection alive.',
};
const REPORT = of(FOUND, FORMS_OF_REPORT);
const PAGE = of(FOUND, { ...FORMS_OF_REPORT, 'text/html': 'A page to which steps are added as they end.' });

/** A browser that loads a page before anybody has asked for it must not cost the controller connections. */
async function refusePrefetch({ headers }: FastifyRequest): Promise<void> {
  if (!/\bprefetch\b/.test(String(headers['sec-purpose'] ?? headers.purpose ?? ''))) return;
  throw new ApiError(503, 'prefetch-refused', 'a diagnosis does not run before it is asked for');
}

/** Where there is a token, what needs none is a small body: a larger one is not read without it. */
function refuseLargeBodies(token: AppDependencies['token']) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const wanted = token();
    const { headers } = request;
    const isSmall =
      headers['transfer-encoding'] === undefined &&
      Number(headers['content-length'] ?? 0) <= SMALL_BODY_BYTES;
    if (wanted !== null && !isSmall) checkToken(wanted, request, reply);
  };
}

/**
 * `/diagnose`: a full diagnosis now, of a configured controller or, where the allow-list permits it, of any other. As
 * JSON, as the command line prints it, as Markdown, step by step as an event stream, or as a page.
 */
export function diagnoseRoutes(app: FastifyInstance, deps: AppDependencies): void {
  const limit = diagnoseLimit(app);
  const logs = new LogReader();

  app.get<{ Querystring: DiagnoseQuery }>(
    '/diagnose',
    {
      // A HEAD would run the whole diagnosis for nothing.
      exposeHeadRoute: false,
      onRequest: [refusePrefetch, limit],
      schema: {
        summary: 'Diagnose a configured controller now',
        tags: ['on demand'],
        querystring: DiagnoseQuery,
        response: {
          200: PAGE,
          303: of('To the page of the report.', { 'text/html': 'Empty.' }, { location: 'Relative.' }),
          ...errors(400, 404, 429, 500, 503),
        },
      },
    },
    async (request, reply) => {
      const { controller } = request.query;
      const diagnose = configured(deps, controller, CHEAP_CHECKS);
      const page = formOf(request, ['json', 'text', 'events', 'markdown', 'html']) === 'html';
      if (page) return streamPage(reply, deps, controller, diagnose, docsBase(request, deps.docsUrl()));
      return answer(request, reply, deps, diagnose);
    },
  );

  app.post<{ Body: DiagnoseBody }>(
    '/diagnose',
    {
      bodyLimit: MAX_BODY_BYTES,
      onRequest: [limit, refuseLargeBodies(deps.token)],
      schema: {
        summary: 'Diagnose a controller now: a configured one, or one that diagnose.allow permits',
        description:
          'With `controller` alone: a configured one. With `log`: what a log of an agent or a controller says, alone ' +
          'or beside the probes. With `url` or `direct`: any other; needs `diagnose.allow` in the ' +
          'configuration. `deep` and `hold` need the bearer token of `auth.tokenFile`; `log`, ' +
          '`url` and `direct` need it where it is set.',
        tags: ['on demand'],
        security: [{}, { bearer: [] }],
        body: DiagnoseBody,
        response: { 200: REPORT, ...errors(400, 401, 403, 404, 413, 415, 429, 500, 503) },
      },
    },
    async (request, reply) => {
      const { controller, deep = false, hold, log, ...rest } = request.body;
      const permissions = { deep, holdMs: holdOf(hold) };
      const token = deps.token();
      // They cost the controller more than a diagnosis does, or this process: not for everybody who reaches the port.
      if (deep || hold !== undefined) await requireToken(deps.token)(request, reply);
      if (token !== null && log !== undefined) checkToken(token, request, reply);
      const withLog = beside(logs, log);
      if (controller === undefined && log !== undefined && Object.keys(rest).length === 0) {
        return answer(request, reply, deps, async () => logs.read({ log, report: null, now: Date.now() }));
      }
      if (controller === undefined) {
        if (deep || hold !== undefined)
          throw new ApiError(400, 'invalid-request', 'deep and hold need a configured controller');
        return answer(request, reply, deps, withLog(requested(request, reply, deps)));
      }
      if (Object.keys(rest).length > 0) {
        const message = 'body has a controller, which is configured already, and says more about it';
        throw new ApiError(400, 'invalid-request', message);
      }
      return answer(request, reply, deps, withLog(configured(deps, controller, permissions)));
    },
  );
}

function configured(deps: AppDependencies, name: string, permissions: ExtraCheckPermissions): Diagnose {
  requireController(name, deps.controllerNames());
  return (follower) => deps.diagnose(name, permissions, follower);
}

/** Adds a log, where there is one, to the report of a diagnosis. */
function beside(logs: LogReader, log: string | undefined) {
  return (diagnose: Diagnose): Diagnose => {
    if (log === undefined) return diagnose;
    return async (follower) => logs.read({ log, report: await diagnose(follower), now: Date.now() });
  };
}

function holdOf(hold: string | undefined): number | null {
  const holdMs = hold === undefined ? null : parseDuration(hold);
  if (holdMs !== null && (holdMs === 0 || holdMs > MAX_HOLD_MS)) {
    throw new ApiError(400, 'invalid-hold', 'hold must be a time of up to an hour', { hold });
  }
  return holdMs;
}

function requested(
  request: FastifyRequest<{ Body: DiagnoseBody }>,
  reply: FastifyReply,
  deps: AppDependencies,
): Diagnose {
  const allow = deps.allow();
  if (allow === null) {
    const message = 'only configured controllers can be diagnosed (diagnose.allow is not set)';
    throw new ApiError(403, 'not-enabled', message, { controllers: deps.controllerNames() });
  }
  const token = deps.token();
  if (token !== null) checkToken(token, request, reply);
  const { depth = 'handshake', controller: _, log: __, ...wanted } = request.body;
  const target = targetOf(wanted);
  return (follower) => deps.diagnoseTarget(target, depth, allow, follower);
}

function targetOf(wanted: Omit<DiagnoseBody, 'controller' | 'depth'>): Target {
  try {
    return requestedTarget(wanted);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const details = error.problems.map(({ path, message }) => ({ path: path || 'body', message }));
    throw new ApiError(400, 'invalid-target', error.message.split('\n', 1)[0] ?? '', details);
  }
}

/** Answers in the form that the request wants. */
async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: AppDependencies,
  diagnose: Diagnose,
): Promise<FastifyReply> {
  const form = formOf(request, ['json', 'text', 'events', 'markdown']);
  reply.header('cache-control', 'no-store').header('vary', 'accept');
  const docs = docsBase(request, deps.docsUrl());
  if (form === 'events') return streamEvents(reply, deps, diagnose, docs);
  const report = await diagnose();
  const id = deps.reports.idOf(report);
  if (id !== null) reply.header('content-location', `reports/${id}`);
  return sendReport(reply, withDocs(report, docs), form);
}
