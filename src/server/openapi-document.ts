import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance } from 'fastify';
import { buildVersion } from '../metrics/build.ts';
import { validated } from './request-validation.ts';

/** Returns the OpenAPI 3.1 document of the routes that `register` adds to an app. */
export async function openApiDocument(register: (app: FastifyInstance) => Promise<void>): Promise<object> {
  const app: FastifyInstance = Fastify({ logger: false });
  // This app validates nothing, and this compiler compiles a schema only at its first use.
  app.setValidatorCompiler(validated);
  await app.register(swagger, {
    exposeHeadRoutes: true,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'jenkins-agent-probe',
        description:
          'Shows whether a Jenkins inbound agent in this network can reach its controller, which hop fails, and how to fix it.',
        version: buildVersion(),
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'The token in `auth.tokenFile`.' },
        },
      },
      tags: [
        { name: 'health', description: 'Answered from memory; these routes never connect to a controller.' },
        { name: 'on demand', description: 'These routes connect to controllers, within limits.' },
        {
          name: 'pages',
          description: 'Pages for people, answered from memory. Other routes also have pages.',
        },
        { name: 'control', description: 'These routes change something; they need the token.' },
        { name: 'process', description: 'State of this process.' },
      ],
    },
  });
  await register(app);
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}
