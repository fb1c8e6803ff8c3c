import type { FastifyInstance } from 'fastify';
import { fleetPage } from '../pages/fleet-page.ts';
import { fleetMarkdown, fleetText } from '../pages/fleet-text.ts';
import { fleetView } from '../pages/fleet-view.ts';
import { FORMATS, FORMS, formOf } from './answer-form.ts';
import type { AppDependencies } from './dependencies.ts';
import { viewsOf } from './known-controllers.ts';
import { pageHeaders, sendPage } from './page-reply.ts';
import { errors, of } from './responses.ts';
import { FleetQuery } from './schemas/requests.ts';

/** `GET /`: shows all controllers, problems first and grouped by cause; from memory. */
export function fleetRoutes(app: FastifyInstance, deps: AppDependencies): void {
  const schema = {
    summary: 'Page of all controllers, problems first and grouped by cause',
    tags: ['pages'],
    querystring: FleetQuery,
    response: {
      200: of('All controllers.', {
        'text/html': 'A page; the default.',
        'text/plain': 'The same as text.',
        'text/markdown': 'The same as Markdown, for a ticket.',
      }),
      ...errors(400, 500),
    },
  };
  app.get<{ Querystring: FleetQuery }>('/', { schema }, async (request, reply) => {
    const { q = '', state = null } = request.query;
    const view = fleetView(viewsOf(deps), q, state);
    const context = { origin: deps.origin, now: deps.now() };
    const form = formOf(request, FORMATS.fleet);
    if (form === 'html') return sendPage(request, reply, fleetPage(view, context));
    const text = form === 'text' ? fleetText(view, context) : fleetMarkdown(view, context);
    return pageHeaders(reply)
      .type(`${FORMS[form]}; charset=utf-8`)
      .header('cache-control', 'no-store')
      .send(text);
  });
}
