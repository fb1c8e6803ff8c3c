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
import type { TokenGuard } from './token.ts';

/** The limit of a body. It is larger than that of other routes, because of logs. */
const MAX_BODY_BYTES = 1024 * 1024;

const FOUND = 'The report. The status is also 200 if the controller is unreachable.';
const FORMS_OF_REPORT = {
  'application/json': ReportBody,
  'text/plain': 'The report as printed by the command line.',
  'text/markdown': 'The report for a ticket.',
  'text/event-stream':
    'One `step` event for each finished step; its data is an element of `steps` in the report. The last event is ' +
    '`report` or `error`. The data of `report` is the report, and its id is that of `/reports`. The data of `error` is ' +
    'an error body. Comments between the events keep the connection open.',
};
const REPORT = of(FOUND, FORMS_OF_REPORT);
const PAGE = of(FOUND, { ...FORMS_OF_REPORT, 'text/html': 'A page that shows each step when it ends.' });
const REDIRECT = of(
  'Redirect to the page of the report.',
  { 'text/html': 'Empty.' },
  { location: 'Relative URL of the page.' },
);

/** Refuses a prefetch: a page that was not opened must not connect to the controller. */
async function refusePrefetch({ headers }: FastifyRequest): Promise<void> {
  if (!/\bprefetch\b/.test(String(headers['sec-purpose'] ?? headers.purpose ?? ''))) return;
  throw new ApiError(503, 'prefetch-refused', 'a diagnosis does not run for a prefetch');
}

/** Returns a hook that requires the token for a large body, before the body is read. Without a token it does nothing. */
function refuseLargeBodies(guard: TokenGuard) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { headers } = request;
    const isSmall =
      headers['transfer-encoding'] === undefined &&
      Number(headers['content-length'] ?? 0) <= SMALL_BODY_BYTES;
    if (!isSmall) await guard.requiredIfConfigured(request, reply);
  };
}

/**
 * `/diagnose`: runs a full diagnosis now, of a configured controller or of a target that the allow-list permits. The
 * answer is JSON, text, Markdown, an event stream with each step, or a page.
 */
export function diagnoseRoutes(app: FastifyInstance, deps: AppDependencies, guard: TokenGuard): void {
  const limit = diagnoseLimit(app);
  const logs = new LogReader();

  app.get<{ Querystring: DiagnoseQuery }>(
    '/diagnose',
    {
      // A HEAD request would run a whole diagnosis and discard it.
      exposeHeadRoute: false,
      onRequest: [refusePrefetch, limit],
      schema: {
        summary: 'Diagnose a configured controller now',
        tags: ['on demand'],
        querystring: DiagnoseQuery,
        response: {
          200: PAGE,
          303: REDIRECT,
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
      onRequest: [limit, refuseLargeBodies(guard)],
      schema: {
        summary: 'Diagnose a configured controller, a permitted target or a log now',
        description:
          'Set `controller` to diagnose a configured controller. Set `url` or `direct` to diagnose another one, which ' +
          '`diagnose.allow` in the configuration must permit. Set `log` to read the log of an agent or a controller, ' +
          'alone or together with a diagnosis. `deep` and `hold` need the bearer token of `auth.tokenFile`. `log`, ' +
          '`url` and `direct` need the token if one is configured.',
        tags: ['on demand'],
        security: [{}, { bearer: [] }],
        body: DiagnoseBody,
        response: { 200: REPORT, ...errors(400, 401, 403, 404, 413, 415, 429, 500, 503) },
      },
    },
    async (request, reply) => {
      const { controller, deep = false, hold, log, ...rest } = request.body;
      const permissions = { deep, holdMs: holdOf(hold) };
      // These checks are expensive for the controller or for this process, so they need the token.
      if (deep || hold !== undefined) await guard.required(request, reply);
      if (log !== undefined) await guard.requiredIfConfigured(request, reply);
      const withLog = beside(logs, log);
      if (controller === undefined && log !== undefined && Object.keys(rest).length === 0) {
        return answer(request, reply, deps, async () => logs.read({ log, report: null, now: Date.now() }));
      }
      if (controller === undefined) {
        if (deep || hold !== undefined)
          throw new ApiError(
            400,
            'invalid-request',
            'deep and hold need a configured controller; set controller',
          );
        return answer(request, reply, deps, withLog(await requested(request, reply, deps, guard)));
      }
      if (Object.keys(rest).length > 0) {
        const message =
          'a configured controller takes only deep, hold and log; remove the other keys or remove controller';
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

/** Returns a function that adds the log, if there is one, to the report of a diagnosis. */
function beside(logs: LogReader, log: string | undefined) {
  return (diagnose: Diagnose): Diagnose => {
    if (log === undefined) return diagnose;
    return async (follower) => logs.read({ log, report: await diagnose(follower), now: Date.now() });
  };
}

function holdOf(hold: string | undefined): number | null {
  const holdMs = hold === undefined ? null : parseDuration(hold);
  if (holdMs !== null && (holdMs === 0 || holdMs > MAX_HOLD_MS)) {
    throw new ApiError(400, 'invalid-hold', 'hold must be a duration of up to 1h, for example 400s', {
      hold,
    });
  }
  return holdMs;
}

async function requested(
  request: FastifyRequest<{ Body: DiagnoseBody }>,
  reply: FastifyReply,
  deps: AppDependencies,
  guard: TokenGuard,
): Promise<Diagnose> {
  const allow = deps.allow();
  if (allow === null) {
    const message = 'only configured controllers can be diagnosed; to permit others, set diagnose.allow';
    throw new ApiError(403, 'not-enabled', message, { controllers: deps.controllerNames() });
  }
  await guard.requiredIfConfigured(request, reply);
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

/** Runs a diagnosis and answers in the form that the request wants. */
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
