import type { FastifyInstance } from 'fastify';
import { CATALOGUE } from '../catalogue/catalogue.ts';
import { CODES, type Code } from '../catalogue/codes.ts';
import { joinSteps } from '../catalogue/join-steps.ts';
import { isCode } from '../pages/answer.ts';
import { cataloguePage, runbookPage } from '../pages/runbook-page.ts';
import { renderCatalogue, renderEntry } from '../report/render-entry.ts';
import { FORMATS, formOf } from './answer-form.ts';
import type { AppDependencies } from './dependencies.ts';
import { unknownCode } from './errors.ts';
import { viewsOf } from './known-controllers.ts';
import { sendPage } from './page-reply.ts';
import { errors, of } from './responses.ts';
import { CatalogueBody, EntryBody } from './schemas/catalogue-bodies.ts';
import { CatalogueQuery, CodeParams, EntryQuery } from './schemas/requests.ts';

const TEXT = 'text/plain; charset=utf-8';

/** `/diagnoses` and `/diagnoses/:code`: the catalogue of this version, and the controllers that have a code now. */
export function runbookRoutes(app: FastifyInstance, deps: AppDependencies): void {
  const list = {
    summary: 'Catalogue of all reasons and diagnoses',
    tags: ['pages'],
    querystring: CatalogueQuery,
    response: {
      200: of('All entries, in the order of the steps of an agent.', {
        'application/json': CatalogueBody,
        'text/html': 'The page of the catalogue.',
        'text/plain': 'All codes with their titles, as `explain` prints them.',
      }),
      ...errors(400, 500),
    },
  };
  app.get<{ Querystring: CatalogueQuery }>('/diagnoses', { schema: list }, async (request, reply) => {
    reply.header('vary', 'accept');
    const active = activeCodes(deps);
    const form = formOf(request, FORMATS.catalogue);
    if (form === 'html') {
      return sendPage(request, reply, cataloguePage(active, request.query.q ?? '', deps.now()));
    }
    reply.header('cache-control', 'no-store');
    if (form === 'text') return reply.type(TEXT).send(renderCatalogue());
    return reply.send({ diagnoses: CODES.map((code) => entryBody(code, active.get(code) ?? [])) });
  });

  const one = {
    summary: 'Catalogue entry of one code: cause, remedy, log lines, affected controllers',
    tags: ['pages'],
    params: CodeParams,
    querystring: EntryQuery,
    response: {
      200: of('The entry.', {
        'application/json': EntryBody,
        'text/html': 'The page of the entry.',
        'text/plain': 'The entry, as `explain CODE` prints it.',
      }),
      ...errors(400, 404, 414, 500),
    },
  };
  app.get<{ Params: CodeParams; Querystring: EntryQuery }>(
    '/diagnoses/:code',
    { schema: one },
    async (request, reply) => {
      const { code } = request.params;
      if (!isCode(code)) throw unknownCode(code);
      reply.header('vary', 'accept');
      const form = formOf(request, FORMATS.catalogue);
      if (form === 'html') {
        const affected = viewsOf(deps).filter(({ causes }) =>
          causes.some(({ diagnosis }) => diagnosis.code === code),
        );
        return sendPage(request, reply, runbookPage(code, affected, deps.now()));
      }
      reply.header('cache-control', 'no-store');
      if (form === 'text') return reply.type(TEXT).send(renderEntry(code));
      return reply.send(entryBody(code, activeCodes(deps).get(code) ?? []));
    },
  );
}

/** Returns the codes that controllers have now, with the names of the controllers. */
function activeCodes({ controllerNames, rootCauses }: AppDependencies): ReadonlyMap<Code, readonly string[]> {
  const active = new Map<Code, string[]>();
  for (const name of controllerNames()) {
    for (const { diagnosis } of rootCauses(name)) {
      active.set(diagnosis.code, [...(active.get(diagnosis.code) ?? []), name]);
    }
  }
  return active;
}

function entryBody(code: Code, controllers: readonly string[]): EntryBody {
  const { layer, severity, confidence, observedAlone, title, cause, remedy, ...lists } = CATALOGUE[code];
  const { agentLog, controllerLog, next, hints, steps } = lists;
  return {
    ...{ code, layer, severity, confidence, observedAlone, title, cause, remedy: joinSteps(remedy) },
    agentLog: [...agentLog],
    controllerLog: [...controllerLog],
    next: [...next],
    hints: [...hints],
    steps: [...steps],
    controllers: [...controllers],
  };
}
