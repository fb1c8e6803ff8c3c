import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type ControllerStatus,
  type EntrypointStatus,
  entrypointsAsked,
  healthOfController,
} from '../daemon/status.ts';
import type { Entrypoint } from '../model/result.ts';
import type { AppDependencies } from './dependencies.ts';
import { ApiError, unknownController } from './errors.ts';
import {
  controllerAnswer,
  type HealthAnswer,
  HealthAnswers,
  healthAnswer,
  responseOf,
} from './health-answer.ts';
import { errors, of } from './responses.ts';
import { HealthBody } from './schemas/bodies.ts';
import { ControllerParams, HealthQuery } from './schemas/requests.ts';

interface OneController {
  Params: ControllerParams;
  Querystring: HealthQuery;
}

const BODIES = { 'application/json': HealthBody, 'text/plain': 'The state, one word.' };
const HEADERS = {
  'health-verdict': 'The state, one word.',
  'health-age': 'Age of the oldest result behind the state, in seconds.',
  'health-reason': 'Reason of the latest failure behind the state.',
};
const RESPONSE = {
  200: of('The state is up.', BODIES, HEADERS),
  503: of('The state is down, unknown, stale or drain.', BODIES, HEADERS),
};

/**
 * `/health` and `/health/:controller`: the verdict for a load balancer, 200 if it is `up` and 503 otherwise. The answer is
 * from memory; a check never starts a probe.
 */
export function healthRoutes(app: FastifyInstance, deps: AppDependencies): void {
  healthOfAll(app, deps);
  healthOfOne(app, deps);
}

function healthOfAll(app: FastifyInstance, deps: AppDependencies): void {
  const schema = {
    summary: 'Verdict of all controllers, for a load balancer',
    tags: ['health'],
    querystring: HealthQuery,
    response: { ...RESPONSE, ...errors(400, 404, 500) },
  };
  app.get<{ Querystring: HealthQuery }>('/health', { schema }, (request, reply) => {
    const entrypoint = entrypointOf(request.query);
    const asked = deps
      .controllerNames()
      .map((name) => statusOf(deps, name))
      .map((status) => ({ status, entrypoints: entrypointsAsked(status, entrypoint ?? null) }))
      .filter(({ entrypoints }) => entrypoint === undefined || entrypoints.length > 0);
    const parts = asked.map(({ status, entrypoints }) => {
      return { name: status.name, state: healthOfController(status, entrypoints), entrypoints };
    });
    if (entrypoint !== undefined && parts.length === 0) throw notProbed(entrypoint, []);
    const entrypoints = asked.flatMap((each) => each.entrypoints);
    const answer = healthAnswer(parts);
    deps.healthAnswered(null, answer.code);
    return send(request, reply, answer, entrypoints);
  });
}

function healthOfOne(app: FastifyInstance, deps: AppDependencies): void {
  const kept = new HealthAnswers();
  const schema = {
    summary: 'Verdict of one controller, for a load balancer',
    tags: ['health'],
    params: ControllerParams,
    querystring: HealthQuery,
    response: { ...RESPONSE, ...errors(400, 404, 414, 500) },
  };
  app.get<OneController>('/health/:controller', { schema }, (request, reply) => {
    const entrypoint = entrypointOf(request.query);
    const status = statusOf(deps, request.params.controller);
    const { answer, entrypoints } = kept.of(status, entrypoint ?? '', () => {
      const entrypoints = entrypointsAsked(status, entrypoint ?? null);
      if (entrypoint !== undefined && entrypoints.length === 0) {
        throw notProbed(
          entrypoint,
          status.entrypoints.map((each) => each.entrypoint),
        );
      }
      return { entrypoints, answer: controllerAnswer(status, entrypoints) };
    });
    deps.healthAnswered(status.name, answer.code);
    return send(request, reply, answer, entrypoints);
  });
}

/** Returns the requested entrypoint. `endpoint` is the older name, which load balancers may still use. */
function entrypointOf({ entrypoint, endpoint }: HealthQuery): Entrypoint | undefined {
  return entrypoint ?? endpoint;
}

function statusOf(deps: AppDependencies, name: string): ControllerStatus {
  const status = deps.status(name);
  if (status === null) throw unknownController(name, deps.controllerNames());
  return status;
}

function notProbed(entrypoint: Entrypoint, probed: readonly Entrypoint[]): ApiError {
  return new ApiError(404, 'entrypoint-not-probed', `entrypoint ${entrypoint} is not probed`, {
    entrypoints: probed,
  });
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: HealthAnswer,
  entrypoints: readonly EntrypointStatus[],
): FastifyReply {
  const { code, headers, body } = responseOf(answer, entrypoints, request.headers.accept);
  return reply.code(code).headers(headers).send(body);
}
