import type { FastifyInstance, FastifyReply } from 'fastify';
import { reportPage } from '../pages/diagnosis-page.ts';
import { withDocs } from '../report/docs-links.ts';
import { renderMarkdown } from '../report/render-markdown.ts';
import { renderReport } from '../report/render-report.ts';
import type { Report } from '../report/report.ts';
import { FORMS, formOf } from './answer-form.ts';
import type { AppDependencies } from './dependencies.ts';
import { docsBase } from './docs-base.ts';
import { ApiError } from './errors.ts';
import { sendPage } from './page-reply.ts';
import { errors, of } from './responses.ts';
import { ReportBody } from './schemas/report-body.ts';
import { FormatQuery, ReportParams } from './schemas/requests.ts';

/** `GET /reports/:id`: a diagnosis that was made a while ago; from memory. */
export function reportRoutes(app: FastifyInstance, deps: AppDependencies): void {
  const schema = {
    summary: 'A diagnosis that was made a while ago',
    description:
      'The last ten of each controller stay in memory. Their ids are in `Content-Location` of `/diagnose`.',
    tags: ['on demand'],
    params: ReportParams,
    querystring: FormatQuery,
    response: {
      200: of('The report.', {
        'application/json': ReportBody,
        'text/plain': 'As the command line prints it.',
        'text/markdown': 'For a ticket.',
        'text/html': 'For people.',
      }),
      ...errors(400, 404, 414, 500),
    },
  };
  app.get<{ Params: ReportParams; Querystring: FormatQuery }>(
    '/reports/:id',
    { schema },
    async (request, reply) => {
      const { id } = request.params;
      const report = deps.reports.report(id);
      if (report === null) {
        const message =
          'this report is no longer kept: only the last 10 of a controller are, until the probe restarts';
        throw new ApiError(404, 'unknown-report', message);
      }
      reply.header('vary', 'accept');
      const form = formOf(request, ['json', 'text', 'markdown', 'html']);
      const linked = withDocs(report, docsBase(request, deps.docsUrl()));
      if (form !== 'html') return sendReport(reply.header('cache-control', 'no-store'), linked, form);
      const url = deps.status(report.controller)?.url ?? null;
      return sendPage(request, reply, reportPage(linked, { id, url, root: '../', now: deps.now() }));
    },
  );
}

/** Sends a report in a form for machines or tickets. */
export function sendReport(
  reply: FastifyReply,
  report: Report,
  form: 'json' | 'text' | 'markdown',
): FastifyReply {
  if (form === 'json') return reply.send(report);
  const text = form === 'text' ? renderReport(report) : renderMarkdown(report);
  return reply.type(`${FORMS[form]}; charset=utf-8`).send(text);
}
