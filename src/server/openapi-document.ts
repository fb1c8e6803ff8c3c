import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance } from 'fastify';
import { buildVersion } from '../metrics/build.ts';
import { validated } from './request-validation.ts';

/** The OpenAPI 3.1 document of the routes that `register` adds to an app. */
export async function openApiDocument(register: (app: FastifyInstance) => Promise<void>): Promise<object> {
  const app: FastifyInstance = Fastify({ logger: false });
  // Nothing is validated here: this one compiles no schema before its first use.
  app.setValidatorCompiler(validated);
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
  await register(app);
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}
