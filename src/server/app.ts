import Fastify, { type FastifyInstance } from 'fastify';
import { controllerRoutes } from './controllers.ts';
import type { AppDependencies } from './dependencies.ts';
import { diagnoseRoutes } from './diagnose.ts';
import { drainRoutes } from './drain.ts';
import { answerClientError, answerError, answerErrors } from './errors.ts';
import { healthRoutes } from './health.ts';
import { metricsRoutes } from './metrics.ts';
import { describeRoutes, openapiRoutes } from './openapi.ts';
import { probeNowRoutes } from './probe-now.ts';
import { probeRoutes } from './probes.ts';
import { limitRates } from './rate-limits.ts';
import { reloadRoutes } from './reload.ts';
import { statusPageRoutes } from './status-page.ts';

/** Load balancers keep connections for up to a minute: ours must be the longer patience, or they race our close. */
const KEEP_ALIVE_MS = 75_000;
/** A request's head and body must have arrived after these. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 20_000;
/** A connection on which nothing moves; longer than the longest diagnosis, which is silent until its end. */
const IDLE_MS = 300_000;
const MAX_BODY_BYTES = 64 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;
/** Enough for every load balancer node and scraper; beyond it connections are refused instead of piling up. */
const MAX_CONNECTIONS = 1024;

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

/** The HTTP server, not yet listening. Its `close` destroys the connections that are open. */
export async function buildApp(deps: AppDependencies): Promise<FastifyInstance> {
  const { logger } = deps;
  const app: FastifyInstance = Fastify({
    logger: false,
    trustProxy: false,
    bodyLimit: MAX_BODY_BYTES,
    connectionTimeout: IDLE_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_MS,
    forceCloseConnections: true,
    // A closing server destroys its connections; the framework's own 503 would not have the form of our errors.
    return503OnClosing: false,
    http: { headersTimeout: HEADERS_MS, maxHeaderSize: MAX_HEADER_BYTES },
    // Unknown keys are errors, and nothing is turned into what it is not.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply, logger),
    clientErrorHandler: answerClientError,
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  app.removeContentTypeParser('text/plain');
  answerErrors(app, logger);
  await limitRates(app);
  await describeRoutes(app);
  for (const routes of ROUTES) {
    await app.register(async (scope) => routes(scope, deps));
  }
  return app;
}
