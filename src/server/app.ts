import Fastify, { type FastifyInstance } from 'fastify';
import { assetRoutes } from './asset-routes.ts';
import { changeRoutes } from './change-routes.ts';
import { controllerRoutes } from './controller-routes.ts';
import type { AppDependencies } from './dependencies.ts';
import { diagnoseRoutes } from './diagnose-routes.ts';
import { drainRoutes } from './drain-routes.ts';
import { answerClientError, answerError, answerErrors } from './errors.ts';
import { fleetRoutes } from './fleet-routes.ts';
import { healthRoutes } from './health-routes.ts';
import { limitMemory } from './held-bytes.ts';
import { HttpListener } from './http-listener.ts';
import { livenessRoutes } from './liveness-routes.ts';
import { metricsRoutes } from './metrics-routes.ts';
import { describeRoutes, openapiRoutes } from './openapi-routes.ts';
import { probeRoutes } from './probe-routes.ts';
import { limitRates } from './rate-limits.ts';
import { reloadRoutes } from './reload-routes.ts';
import { reportRoutes } from './report-routes.ts';
import { runbookRoutes } from './runbook-routes.ts';

const MAX_BODY_BYTES = 64 * 1024;

const ROUTES = [
  livenessRoutes,
  healthRoutes,
  metricsRoutes,
  diagnoseRoutes,
  probeRoutes,
  controllerRoutes,
  drainRoutes,
  reloadRoutes,
  fleetRoutes,
  reportRoutes,
  runbookRoutes,
  changeRoutes,
  assetRoutes,
  openapiRoutes,
] as const;

/**
 * The HTTP server, not yet listening. Its `close` destroys the connections that are open.
 * @param listener makes the servers below it: HTTP, unless it is given a certificate
 */
export async function buildApp(
  deps: AppDependencies,
  listener: HttpListener = new HttpListener(null),
): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    logger: false,
    trustProxy: false,
    bodyLimit: MAX_BODY_BYTES,
    serverFactory: (handler) => listener.create(handler),
    forceCloseConnections: true,
    // A closing server destroys its connections; the framework's own 503 would not have the form of our errors.
    return503OnClosing: false,
    // Unknown keys are errors, and nothing is turned into what it is not.
    ajv: {
      customOptions: { removeAdditional: false, coerceTypes: false, verbose: true, keywords: ['must'] },
    },
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply, deps),
    clientErrorHandler: answerClientError,
  });
  app.removeContentTypeParser('text/plain');
  answerErrors(app, deps);
  limitMemory(app);
  await limitRates(app);
  await describeRoutes(app);
  for (const routes of ROUTES) {
    await app.register(async (scope) => routes(scope, deps));
  }
  return app;
}
