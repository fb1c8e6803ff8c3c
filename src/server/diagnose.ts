import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { renderLog } from '../cli/render-log.ts';
import { renderReport } from '../cli/render-report.ts';
import { readAgentLog } from '../diagnosis/agent-log.ts';
import { reportOfLog, withLog } from '../diagnosis/log-report.ts';
import type { Report } from '../diagnosis/report.ts';
import { preferredType } from './accept.ts';
import type { AppDependencies } from './dependencies.ts';
import { ApiError, unknownController } from './errors.ts';
import { DiagnoseBody, DiagnoseQuery, ErrorBody, ReportBody } from './schemas.ts';

/** A pasted log may be larger than other bodies. */
const MAX_BODY_BYTES = 1024 * 1024;

/** `/diagnose`: a full diagnosis of a configured controller now, as JSON or as the command line prints it. */
export function diagnoseRoutes(app: FastifyInstance, deps: AppDependencies): void {
  const response = { 200: ReportBody, '4xx': ErrorBody, '5xx': ErrorBody };

  app.get<{ Querystring: DiagnoseQuery }>(
    '/diagnose',
    // A HEAD would run the whole diagnosis for nothing.
    { exposeHeadRoute: false, schema: { querystring: DiagnoseQuery, response } },
    async (request, reply) => diagnose(request, reply, deps, request.query.controller),
  );

  app.post<{ Body: DiagnoseBody }>(
    '/diagnose',
    { bodyLimit: MAX_BODY_BYTES, schema: { body: DiagnoseBody, response } },
    async (request, reply) => {
      const { controller, url, tunnel, log } = request.body;
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
      if (log === undefined) return diagnose(request, reply, deps, controller ?? '');
      const reading = readAgentLog(log);
      if (controller === undefined) return answer(request, reply, reportOfLog(reading, Date.now()));
      checkKnown(controller, deps);
      return answer(request, reply, withLog(await deps.diagnose(controller), reading));
    },
  );
}

async function diagnose(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: AppDependencies,
  name: string,
): Promise<FastifyReply> {
  checkKnown(name, deps);
  return answer(request, reply, await deps.diagnose(name));
}

function checkKnown(name: string, deps: AppDependencies): void {
  if (!deps.controllerNames().includes(name)) throw unknownController(name, deps.controllerNames());
}

function answer(request: FastifyRequest, reply: FastifyReply, report: Report): FastifyReply {
  reply.header('cache-control', 'no-store').header('vary', 'accept');
  if (preferredType(request.headers.accept, ['application/json', 'text/plain']) === 'text/plain') {
    return reply
      .type('text/plain; charset=utf-8')
      .send(renderReport(report) + (report.log === undefined ? '' : renderLog(report.log)));
  }
  return reply.send(report);
}
