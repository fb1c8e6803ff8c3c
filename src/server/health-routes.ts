import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type ControllerStatus,
  type EndpointStatus,
  endpointsAsked,
  healthOfController,
} from '../daemon/status.ts';
import type { Endpoint } from '../model/result.ts';
import { preferredType } from './accept.ts';
import type { AppDependencies } from './dependencies.ts';
import { ApiError, unknownController } from './errors.ts';
import { ageSeconds, type HealthAnswer, HealthAnswers, healthAnswer } from './health-answer.ts';
import { errors, of } from './responses.ts';
import { HealthBody } from './schemas/bodies.ts';
import { ControllerParams, HealthQuery } from './schemas/requests.ts';

interface OneController {
  Params: ControllerParams;
  Querystring: HealthQuery;
}

const BODIES = { 'application/json': HealthBody, 'text/plain': 'The verdict, one word.' };
const HEADERS = {
  'health-verdict': 'The verdict, one word.',
  'health-age': 'Seconds since the oldest result that it rests on.',
  'health-reason': 'Why the latest result behind it was a failure.',
};
const RESPONSE = {
  200: of('Up.', BODIES, HEADERS),
  503: of('Not up: down, unknown, stale or drained.', BODIES, HEADERS),
};

/**
 * `/health` and `/health/:controller`: the verdict for a load balancer, 200 while it is `up` and 503 otherwise.
 * Answered from memory: however often it is asked, no probe is made.
 */
export function healthRoutes(app: FastifyInstance, deps: AppDependencies): void {
  healthOfAll(app, deps);
  healthOfOne(app, deps);
}

function healthOfAll(app: FastifyInstance, deps: AppDependencies): void {
  const schema = {
    summary: 'The verdict on all controllers, for a load balancer',
    tags: ['health'],
    querystring: HealthQuery,
    response: { ...RESPONSE, ...errors(400, 404, 500) },
  };
  app.get<{ Querystring: HealthQuery }>('/health', { schema }, async (request, reply) => {
    const { endpoint } = request.query;
    const asked = deps
      .controllerNames()
      .map((name) => statusOf(deps, name))
      .map((status) => ({ status, endpoints: endpointsAsked(status, endpoint ?? null) }))
      .filter(({ endpoints }) => endpoint === undefined || endpoints.length > 0);
    const parts = asked.map(({ status, endpoints }) => {
      return { name: status.name, state: healthOfController(status, endpoints), endpoints };
    });
    if (endpoint !== undefined && parts.length === 0) throw notProbed(endpoint, []);
    const endpoints = asked.flatMap((each) => each.endpoints);
    const answer = healthAnswer(parts);
    deps.healthAnswered(null, answer.code);
    return send(request, reply, answer, endpoints);
  });
}

function healthOfOne(app: FastifyInstance, deps: AppDependencies): void {
  const kept = new HealthAnswers();
  const schema = {
    summary: 'The verdict on one controller, for a load balancer',
    tags: ['health'],
    params: ControllerParams,
    querystring: HealthQuery,
    response: { ...RESPONSE, ...errors(400, 404, 414, 500) },
  };
  app.get<OneController>('/health/:controller', { schema }, async (request, reply) => {
    const { endpoint } = request.query;
    const status = statusOf(deps, request.params.controller);
    const { answer, endpoints } = kept.of(status, endpoint ?? '', () => {
      const endpoints = endpointsAsked(status, endpoint ?? null);
      if (endpoint !== undefined && endpoints.length === 0) {
        throw notProbed(
          endpoint,
          status.endpoints.map((each) => each.endpoint),
        );
      }
      const parts = endpoints.map((each) => {
        return { name: each.endpoint, state: healthOfController(status, [each]), endpoints: [each] };
      });
      return { endpoints, answer: healthAnswer(parts) };
    });
    deps.healthAnswered(status.name, answer.code);
    return send(request, reply, answer, endpoints);
  });
}

function statusOf(deps: AppDependencies, name: string): ControllerStatus {
  const status = deps.status(name);
  if (status === null) throw unknownController(name, deps.controllerNames());
  return status;
}

function notProbed(endpoint: Endpoint, probed: readonly Endpoint[]): ApiError {
  return new ApiError(404, 'endpoint-not-probed', `the endpoint ${endpoint} is not probed`, {
    endpoints: probed,
  });
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { code, headers, json, text }: HealthAnswer,
  endpoints: readonly EndpointStatus[],
): string {
  reply.code(code).headers(headers);
  const age = ageSeconds(endpoints);
  if (age !== null) reply.header('health-age', String(age));
  const type = preferredType(request.headers.accept, ['application/json', 'text/plain']);
  reply.header('content-type', `${type}; charset=utf-8`);
  return type === 'text/plain' ? text : json(age);
}
