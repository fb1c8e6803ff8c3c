import type { FastifyInstance, FastifyReply } from 'fastify';
import { reportPage } from '../pages/diagnosis-page.ts';
import { withDocs } from '../report/docs-links.ts';
import { renderMarkdown } from '../report/render-markdown.ts';
import { renderReport } from '../report/render-report.ts';
import type { Report } from '../report/report.ts';
import { FORMATS, FORMS, formOf } from './answer-form.ts';
import type { AppDependencies } from './dependencies.ts';
import { docsBase } from './docs-base.ts';
import { ApiError } from './errors.ts';
import { sendPage } from './page-reply.ts';
import { errors, of } from './responses.ts';
import { ReportBody } from './schemas/report-body.ts';
import { ReportParams, ReportQuery } from './schemas/requests.ts';

/** `GET /reports/:id`: a recent report, from memory. */
export function reportRoutes(app: FastifyInstance, deps: AppDependencies): void {
  const schema = {
    summary: 'Recent report of a diagnosis',
    description:
      'The last ten reports of each controller are kept in memory. `/diagnose` returns the id in `Content-Location`.',
    tags: ['on demand'],
    params: ReportParams,
    querystring: ReportQuery,
    response: {
      200: of('The report.', {
        'application/json': ReportBody,
        'text/plain': 'The report as printed by the command line.',
        'text/markdown': 'The report for a ticket.',
        'text/html': 'The page of the report.',
      }),
      ...errors(400, 404, 414, 500),
    },
  };
  app.get<{ Params: ReportParams; Querystring: ReportQuery }>(
    '/reports/:id',
    { schema },
    async (request, reply) => {
      const { id } = request.params;
      const report = deps.reports.report(id);
      if (report === null) {
        const message =
          'the report is no longer available: only the last 10 of each controller are kept, until a restart';
        throw new ApiError(404, 'unknown-report', message);
      }
      reply.header('vary', 'accept');
      const form = formOf(request, FORMATS.report);
      const linked = withDocs(report, docsBase(request, deps.docsUrl()));
      if (form !== 'html') return sendReport(reply.header('cache-control', 'no-store'), linked, form);
      const url = deps.status(report.controller)?.url ?? null;
      return sendPage(request, reply, reportPage(linked, { id, url, root: '../', now: deps.now() }));
    },
  );
}

/** Sends a report as JSON, text or Markdown. */
export function sendReport(
  reply: FastifyReply,
  report: Report,
  form: 'json' | 'text' | 'markdown',
): FastifyReply {
  if (form === 'json') return reply.send(report);
  const text = form === 'text' ? renderReport(report) : renderMarkdown(report);
  return reply.type(`${FORMS[form]}; charset=utf-8`).send(text);
}
