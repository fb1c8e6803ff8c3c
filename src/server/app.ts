import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { assetRoutes } from './asset-routes.ts';
import { changeRoutes } from './change-routes.ts';
import { controllerRoutes } from './controller-routes.ts';
import type { AppDependencies } from './dependencies.ts';
import { diagnoseRoutes } from './diagnose-routes.ts';
import { drainRoutes } from './drain-routes.ts';
import { answerClientError, answerError, answerErrors } from './errors.ts';
import { fleetRoutes } from './fleet-routes.ts';
import { requireDescriptors } from './free-descriptors.ts';
import { healthFirst } from './health-first.ts';
import { healthRoutes } from './health-routes.ts';
import { limitMemory } from './held-bytes.ts';
import { HttpListener } from './http-listener.ts';
import { LazySerializers } from './lazy-serializers.ts';
import { livenessRoutes } from './liveness-routes.ts';
import { metricsRoutes } from './metrics-routes.ts';
import { openapiRoutes } from './openapi-routes.ts';
import { probeRoutes } from './probe-routes.ts';
import { limitRates } from './rate-limits.ts';
import { reloadRoutes } from './reload-routes.ts';
import { reportRoutes } from './report-routes.ts';
import { validated } from './request-validation.ts';
import { runbookRoutes } from './runbook-routes.ts';
import { TokenGuard } from './token.ts';
import { Turns, takeTurns } from './turns.ts';

const MAX_BODY_BYTES = 64 * 1024;

/** These answer without waiting for others; scrapes at the same time share one text. */
const PROMPT_ROUTES = [livenessRoutes, healthRoutes, metricsRoutes] as const;

const ROUTES = [
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
] as const;

type Compilers = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>;

/** The framework types this as Ajv's own function, but calls it with the schema of a route. */
const buildValidator = (() => validated) as unknown as NonNullable<Compilers['buildValidator']>;

/**
 * Returns the HTTP server, not yet listening. Its `close` destroys open connections.
 * @param listener creates the servers of Node.js: HTTP, or HTTPS with a certificate
 */
export async function buildApp(
  deps: AppDependencies,
  listener: HttpListener = new HttpListener(null),
): Promise<FastifyInstance> {
  const serializers = new LazySerializers();
  const app: FastifyInstance = Fastify({
    logger: false,
    trustProxy: false,
    bodyLimit: MAX_BODY_BYTES,
    serverFactory: (handler) => listener.create(healthFirst(deps, handler)),
    forceCloseConnections: true,
    // A closing server destroys its connections. The framework's own 503 does not have the form of the other errors.
    return503OnClosing: false,
    schemaController: { compilersFactory: { buildValidator, buildSerializer: serializers.build } },
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply, deps),
    clientErrorHandler: answerClientError,
  });
  app.removeContentTypeParser('text/plain');
  answerErrors(app, deps);
  limitMemory(app);
  serializers.loadFor(app);
  await registerRoutes(app, deps);
  return app;
}

async function registerRoutes(app: FastifyInstance, deps: AppDependencies): Promise<void> {
  await limitRates(app);
  const guard = new TokenGuard(app, deps.token);
  for (const routes of PROMPT_ROUTES) {
    await app.register(async (scope) => routes(scope, deps));
  }
  await app.register(async (others) => {
    takeTurns(others, new Turns());
    for (const routes of ROUTES) {
      await others.register(async (scope) => routes(scope, deps, guard));
    }
    await others.register(async (scope) => openapiRoutes(scope, () => documentOf(deps)));
  });
}

/** Returns the OpenAPI document. It registers the routes a second time, because the document is seldom requested. */
async function documentOf(deps: AppDependencies): Promise<object> {
  requireDescriptors();
  const { openApiDocument } = await import('./openapi-document.ts');
  return openApiDocument((app) => registerRoutes(app, deps));
}
