import Fastify, { type FastifyInstance } from 'fastify';
import { controllerRoutes } from './controllers.ts';
import type { AppDependencies } from './dependencies.ts';
import { diagnoseRoutes } from './diagnose.ts';
import { drainRoutes } from './drain.ts';
import { answerClientError, answerError, answerErrors } from './errors.ts';
import { healthRoutes } from './health.ts';
import { Listener } from './listener.ts';
import { metricsRoutes } from './metrics.ts';
import { describeRoutes, openapiRoutes } from './openapi.ts';
import { probeNowRoutes } from './probe-now.ts';
import { probeRoutes } from './probes.ts';
import { limitRates } from './rate-limits.ts';
import { reloadRoutes } from './reload.ts';
import { statusPageRoutes } from './status-page.ts';

const MAX_BODY_BYTES = 64 * 1024;

const ROUTES = [
  probeRoutes,
  healthRoutes,
  metricsRoutes,
  diagnoseRoutes,
  probeNowRoutes,
  controllerRoutes,
  drainRoutes,
  reloadRoutes,
  statusPageRoutes,
  openapiRoutes,
] as const;

/**
 * The HTTP server, not yet listening. Its `close` destroys the connections that are open.
 * @param listener makes the servers below it: HTTP, unless it is given a certificate
 */
export async function buildApp(
  deps: AppDependencies,
  listener: Listener = new Listener(null),
): Promise<FastifyInstance> {
  const { logger } = deps;
  const app: FastifyInstance = Fastify({
    logger: false,
    trustProxy: false,
    bodyLimit: MAX_BODY_BYTES,
    serverFactory: (handler) => listener.create(handler),
    forceCloseConnections: true,
    // A closing server destroys its connections; the framework's own 503 would not have the form of our errors.
    return503OnClosing: false,
    // Unknown keys are errors, and nothing is turned into what it is not.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply, logger),
    clientErrorHandler: answerClientError,
  });
  app.removeContentTypeParser('text/plain');
  answerErrors(app, logger);
  await limitRates(app);
  await describeRoutes(app);
  for (const routes of ROUTES) {
    await app.register(async (scope) => routes(scope, deps));
  }
  return app;
}
