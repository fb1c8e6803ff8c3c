import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { errors, of } from './responses.ts';

const Document = Type.Unsafe<unknown>({ type: 'object', additionalProperties: true });

/** `GET /openapi.json`: the routes as an OpenAPI 3.1 document. @param document creates it */
export function openapiRoutes(app: FastifyInstance, document: () => Promise<object>): void {
  let text: string | null = null;
  app.get(
    '/openapi.json',
    {
      schema: {
        summary: 'OpenAPI document of this API',
        tags: ['process'],
        response: { 200: of('The OpenAPI 3.1 document.', { 'application/json': Document }), ...errors(500) },
      },
    },
    async (_request, reply) => {
      text ??= JSON.stringify(await document());
      return reply.type('application/json; charset=utf-8').send(text);
    },
  );
}
