import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { buildVersion } from '../metrics/build.ts';
import { errors, of } from './responses.ts';

const Document = Type.Unsafe<unknown>({ type: 'object', additionalProperties: true });

/** Makes an app note every route that is added to it from now on, for its description. */
export async function describeRoutes(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    exposeHeadRoutes: true,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'jenkins-agent-probe',
        description: 'Can a Jenkins inbound agent in this network reach its controller, and if not, why?',
        version: buildVersion(),
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'The token of `auth.tokenFile`.' },
        },
      },
      tags: [
        { name: 'health', description: 'From memory: nothing here causes a connection to a controller.' },
        { name: 'on demand', description: 'Connects to controllers, with limits.' },
        { name: 'pages', description: 'For people, from memory; see also the pages of other routes.' },
        { name: 'control', description: 'Changes something; needs the token.' },
        { name: 'process', description: 'About this process.' },
      ],
    },
  });
}

/** `GET /openapi.json`: the routes as an OpenAPI 3.1 document. */
export function openapiRoutes(app: FastifyInstance): void {
  let text: string | null = null;
  app.get(
    '/openapi.json',
    {
      schema: {
        summary: 'This description',
        tags: ['process'],
        response: { 200: of('An OpenAPI 3.1 document.', { 'application/json': Document }), ...errors(500) },
      },
    },
    async (_request, reply) => {
      text ??= JSON.stringify(app.swagger());
      return reply.type('application/json; charset=utf-8').send(text);
    },
  );
}
