import type { IncomingMessage, RequestListener } from 'node:http';
import { entrypointsAsked } from '../daemon/status.ts';
import type { AppDependencies } from './dependencies.ts';
import { controllerAnswer, HealthAnswers, responseOf } from './health-answer.ts';

const PREFIX = '/health/';

/**
 * Answers `GET /health/NAME` without the framework, as its route would, at about half the cost: load balancers send it more
 * often than everything else. All other requests go to `next`, also those with a query, a body or an unknown name.
 */
export function healthFirst(
  deps: Pick<AppDependencies, 'status' | 'healthAnswered'>,
  next: RequestListener,
): RequestListener {
  const kept = new HealthAnswers();
  return (request, response) => {
    const status = isPlainHealthCheck(request) ? deps.status(request.url?.slice(PREFIX.length) ?? '') : null;
    if (status === null) {
      next(request, response);
      return;
    }
    const { answer, entrypoints } = kept.of(status, '', () => {
      const entrypoints = entrypointsAsked(status, null);
      return { entrypoints, answer: controllerAnswer(status, entrypoints) };
    });
    deps.healthAnswered(status.name, answer.code);
    const { code, headerList, body } = responseOf(answer, entrypoints, request.headers.accept);
    response.writeHead(code, headerList).end(body);
  };
}

function isPlainHealthCheck({ method, url, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    url?.startsWith(PREFIX) === true &&
    headers['content-length'] === undefined &&
    headers['transfer-encoding'] === undefined
  );
}
