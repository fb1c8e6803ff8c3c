import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parseDuration } from '../config/duration.ts';
import { CHEAP_LOOKS, type LookPermissions, MAX_HOLD_MS } from '../diagnosis/plan-looks.ts';
import { renderReport } from '../diagnosis/render-report.ts';
import { preferredType } from './accept.ts';
import type { AppDependencies } from './dependencies.ts';
import { ApiError, unknownController } from './errors.ts';
import { DiagnoseBody, DiagnoseQuery, ErrorBody, ReportBody } from './schemas.ts';

/** `/diagnose`: a full diagnosis of a configured controller now, as JSON or as the command line prints it. */
export function diagnoseRoutes(app: FastifyInstance, deps: AppDependencies): void {
  const response = { 200: ReportBody, '4xx': ErrorBody, '5xx': ErrorBody };

  app.get<{ Querystring: DiagnoseQuery }>(
    '/diagnose',
    // A HEAD would run the whole diagnosis for nothing.
    { exposeHeadRoute: false, schema: { querystring: DiagnoseQuery, response } },
    async (request, reply) => diagnose(request, reply, deps, request.query.controller, CHEAP_LOOKS),
  );

  app.post<{ Body: DiagnoseBody }>(
    '/diagnose',
    { schema: { body: DiagnoseBody, response } },
    async (request, reply) => {
      const { controller, url, tunnel, deep = false, hold } = request.body;
      if (url !== undefined || tunnel !== undefined) {
        throw new ApiError(
          403,
          'ad-hoc-targets-not-allowed',
          'only configured controllers can be diagnosed',
          {
            controllers: deps.controllerNames(),
          },
        );
      }
      const holdMs = hold === undefined ? null : parseDuration(hold);
      if (holdMs !== null && (holdMs === 0 || holdMs > MAX_HOLD_MS)) {
        throw new ApiError(400, 'invalid-hold', 'hold must be a time of up to an hour', { hold });
      }
      return diagnose(request, reply, deps, controller ?? '', { deep, holdMs });
    },
  );
}

async function diagnose(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: AppDependencies,
  name: string,
  permissions: LookPermissions,
): Promise<FastifyReply> {
  if (!deps.controllerNames().includes(name)) throw unknownController(name, deps.controllerNames());
  const report = await deps.diagnose(name, permissions);
  reply.header('cache-control', 'no-store').header('vary', 'accept');
  if (preferredType(request.headers.accept, ['application/json', 'text/plain']) === 'text/plain') {
    return reply.type('text/plain; charset=utf-8').send(renderReport(report));
  }
  return reply.send(report);
}
