import type { FastifyInstance } from 'fastify';
import { SCRIPT_NAME, STYLE_NAME } from '../pages/asset-names.ts';
import { SCRIPT, STYLE } from './page-assets.ts';

/** Serves the style sheet and the script of the pages. Their names change with their content, so they never expire. */
export function assetRoutes(app: FastifyInstance): void {
  for (const [name, type, text] of [
    [STYLE_NAME, 'text/css', STYLE],
    [SCRIPT_NAME, 'text/javascript', SCRIPT],
  ] as const) {
    app.get(`/ui/${name}`, { schema: { hide: true } }, async (_request, reply) =>
      reply
        .type(`${type}; charset=utf-8`)
        .header('cache-control', 'public, max-age=31536000, immutable')
        .header('x-content-type-options', 'nosniff')
        .send(text),
    );
  }
  // Browsers request it without a link.
  app.get('/favicon.ico', { schema: { hide: true } }, async (_request, reply) =>
    reply.code(204).header('cache-control', 'public, max-age=86400').send(),
  );
}
