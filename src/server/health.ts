import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type ControllerStatus,
  combineHealth,
  type EndpointStatus,
  type HealthState,
  healthOf,
  healthOfController,
} from '../daemon/status.ts';
import type { Endpoint } from '../probe/result.ts';
import { preferredType } from './accept.ts';
import type { AppDependencies } from './dependencies.ts';
import { ApiError, unknownController } from './errors.ts';
import { errors, of } from './responses.ts';
import { ControllerParams, HealthBody, HealthQuery } from './schemas.ts';

interface OneController {
  Params: ControllerParams;
  Querystring: HealthQuery;
}

/**
 * `/health` and `/health/:controller`: the verdict for a load balancer, 200 while it is `up` and 503 otherwise.
 * Answered from memory: however often it is asked, no probe is made.
 */
export function healthRoutes(app: FastifyInstance, deps: AppDependencies): void {
  const bodies = { 'application/json': HealthBody, 'text/plain': 'The verdict, one word.' };
  const headers = {
    'health-verdict': 'The verdict, one word.',
    'health-age': 'Seconds since the oldest result that it rests on.',
    'health-reason': 'Why the latest result behind it was a failure.',
  };
  const response = {
    200: of('Up.', bodies, headers),
    503: of('Not up: down, unknown, stale or taken out by hand.', bodies, headers),
  };
  const tags = ['health'];

  app.get<{ Querystring: HealthQuery }>(
    '/health',
    {
      schema: {
        summary: 'The verdict on all controllers, for a load balancer',
        tags,
        querystring: HealthQuery,
        response: { ...response, ...errors(400, 404, 500) },
      },
    },
    async (request, reply) => {
      const { endpoint } = request.query;
      const asked = deps
        .controllerNames()
        .map((name) => statusOf(deps, name))
        .map((status) => ({ status, endpoints: endpointsAsked(status, endpoint) }))
        .filter(({ endpoints }) => endpoint === undefined || endpoints.length > 0);
      const parts = asked.map(
        ({ status, endpoints }) => [status.name, healthOfController(status, endpoints)] as const,
      );
      if (endpoint !== undefined && parts.length === 0) throw notProbed(endpoint, []);
      return answer(
        request,
        reply,
        deps,
        null,
        parts,
        asked.flatMap(({ endpoints }) => endpoints),
      );
    },
  );

  app.get<OneController>(
    '/health/:controller',
    {
      schema: {
        summary: 'The verdict on one controller, for a load balancer',
        tags,
        params: ControllerParams,
        querystring: HealthQuery,
        response: { ...response, ...errors(400, 404, 414, 500) },
      },
    },
    async (request, reply) => {
      const { endpoint } = request.query;
      const status = statusOf(deps, request.params.controller);
      const endpoints = endpointsAsked(status, endpoint);
      if (endpoint !== undefined && endpoints.length === 0) {
        throw notProbed(
          endpoint,
          status.endpoints.map((each) => each.endpoint),
        );
      }
      const stateOf = (each: EndpointStatus) => healthOfController(status, [each]);
      const parts = endpoints.map((each) => [each.endpoint, stateOf(each)] as const);
      return answer(request, reply, deps, status.name, parts, endpoints);
    },
  );
}

function statusOf(deps: AppDependencies, name: string): ControllerStatus {
  const status = deps.status(name);
  if (status === null) throw unknownController(name, deps.controllerNames());
  return status;
}

/** The endpoint asked for, or else all that agents need. */
function endpointsAsked(status: ControllerStatus, endpoint: Endpoint | undefined): readonly EndpointStatus[] {
  return status.endpoints.filter((each) =>
    endpoint === undefined ? each.needed : each.endpoint === endpoint,
  );
}

function notProbed(endpoint: Endpoint, probed: readonly Endpoint[]): ApiError {
  return new ApiError(404, 'endpoint-not-probed', `the endpoint ${endpoint} is not probed`, {
    endpoints: probed,
  });
}

function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: AppDependencies,
  controller: string | null,
  parts: readonly (readonly [string, HealthState])[],
  endpoints: readonly EndpointStatus[],
): HealthBody | string {
  const status = combineHealth(parts.map(([, state]) => state));
  const code = status === 'up' ? 200 : 503;
  deps.healthAnswered(controller, code);
  reply
    .code(code)
    .header('cache-control', 'no-store')
    .header('vary', 'accept')
    .header('health-verdict', status);
  const oldest = Math.max(-1, ...endpoints.map(({ ageMs }) => ageMs ?? -1));
  if (oldest >= 0) reply.header('health-age', String(Math.round(oldest / 1000)));
  const reason = endpoints.find((each) => healthOf(each) === status && each.lastReason !== null)?.lastReason;
  if (reason) reply.header('health-reason', reason);
  if (preferredType(request.headers.accept, ['application/json', 'text/plain']) === 'text/plain') {
    reply.type('text/plain; charset=utf-8');
    return `${status}\n`;
  }
  return { status, parts: Object.fromEntries(parts) };
}
