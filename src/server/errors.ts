import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { CODES } from '../catalogue/codes.ts';
import { nearest } from '../config/problems.ts';
import { AdHocBusy, TargetNotAllowed } from '../daemon/ad-hoc.ts';
import { BudgetSpent } from '../daemon/budget.ts';
import { controllerPath } from '../pages/controller-row.ts';
import { errorPage, type PageError } from '../pages/error-page.ts';
import { wantsPage } from './answer-form.ts';
import type { AppDependencies } from './dependencies.ts';
import { invalidRequest } from './invalid-request.ts';
import { KnownRoutes } from './known-routes.ts';
import { pageHeaders } from './page-reply.ts';
import type { ErrorBody } from './schemas/bodies.ts';

/** An error with an HTTP status and a body for the client. */
export class ApiError extends Error {
  readonly statusCode: number;
  readonly code: string;
  readonly details: unknown;
  /** Seconds until a retry can succeed; null if a retry does not help. */
  readonly retryAfter: number | null;

  constructor(
    statusCode: number,
    code: string,
    message: string,
    details: unknown = null,
    retryAfter: number | null = null,
  ) {
    super(message);
    this.name = 'ApiError';
    this.statusCode = statusCode;
    this.code = code;
    this.details = details;
    this.retryAfter = retryAfter;
  }
}

/** Returns a 404 for a controller that is not configured, with the names of the others. */
export function unknownController(name: string, known: readonly string[]): ApiError {
  const suggestion = nearest(name, known);
  const hint = suggestion === null ? '' : `, did you mean ${JSON.stringify(suggestion)}?`;
  const message = `unknown controller ${JSON.stringify(name)}${hint}`;
  return new ApiError(404, 'unknown-controller', message, { controllers: known, suggestion });
}

/** Returns a 404 for a code that is not in the catalogue, with codes that contain one of its words. */
export function unknownCode(name: string): ApiError {
  const words = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2);
  const codes = CODES.filter((code) => words.some((word) => code.includes(word))).slice(0, 10);
  return new ApiError(404, 'unknown-code', `unknown code ${JSON.stringify(name)}`, { codes });
}

/** Checks that a controller is configured. @throws {ApiError} 404 if it is not */
export function requireController(name: string, known: readonly string[]): void {
  if (!known.includes(name)) throw unknownController(name, known);
}

/** Returns a 429. @param retryAfter in seconds */
export function tooManyRequests(message: string, retryAfter: number): ApiError {
  return new ApiError(429, 'too-many-requests', message, { retryAfterSeconds: retryAfter }, retryAfter);
}

/** The bodies for errors of the framework. Its own messages are not used: they can quote the request. */
const REFUSALS: Readonly<Record<number, Omit<ErrorBody, 'details'>>> = {
  400: { code: 'bad-request', message: 'the request is not valid HTTP' },
  404: { code: 'not-found', message: 'no such route' },
  408: { code: 'request-timeout', message: 'the request took too long to arrive' },
  413: { code: 'body-too-large', message: 'the request body is too large' },
  414: { code: 'uri-too-long', message: 'the path is too long' },
  415: { code: 'unsupported-media-type', message: 'the request body must be application/json' },
  417: { code: 'expectation-failed', message: 'the header Expect may only be 100-continue' },
  431: { code: 'headers-too-large', message: 'the request headers are too large' },
};

const INTERNAL: ErrorBody = {
  code: 'internal-error',
  message: 'internal error',
  details: null,
};

/** Makes an app answer every error, including a missing route, with {@link ErrorBody}. */
export function answerErrors(app: FastifyInstance, context: ErrorContext): void {
  const routes = new KnownRoutes();
  app.addHook('onRoute', ({ method, url }) => routes.add(method, url));
  app.setNotFoundHandler(async (request, reply) => {
    const body = routes.notFound(request.method, request.url);
    return sendError({ status: 404, body, retryAfter: null }, request, reply, context);
  });
  app.setErrorHandler(async (error, request, reply) => answerError(error, request, reply, context));
}

/** The dependencies of error answers. */
type ErrorContext = Pick<AppDependencies, 'logger' | 'now'>;

/** Answers an error. The details of an internal error are only logged, also of one while the answer is made. */
export function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  context: ErrorContext,
): FastifyReply {
  try {
    const answer = errorAnswerOf(error);
    if (answer.status === 500) logBug(error, request, context.logger);
    return sendError(answer, request, reply, context);
  } catch (bug) {
    // The framework would answer with the message.
    logBug(bug, request, context.logger);
    return sendJson(reply.code(500), INTERNAL);
  }
}

/** Sends an error as JSON, or as a page to a browser. */
function sendError(
  { status, body, retryAfter }: ErrorAnswer,
  request: FastifyRequest,
  reply: FastifyReply,
  { now }: ErrorContext,
): FastifyReply {
  if (retryAfter !== null) reply.header('retry-after', String(retryAfter));
  reply.code(status).header('cache-control', 'no-store');
  if (request.method === 'GET' && wantsPage(request)) {
    const { message, details } = body;
    const page = { status, message, suggestions: suggestionsOf(details), retryAfter };
    return pageHeaders(reply).send(errorPage(page, rootOf(request), now()));
  }
  return sendJson(reply, body);
}

/** Sends a text, so that the framework need not load its serializers. */
function sendJson(reply: FastifyReply, body: ErrorBody): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(body));
}

const MAX_SUGGESTIONS = 20;

/** Returns links to the controllers and codes that an error lists. */
function suggestionsOf(details: unknown): PageError['suggestions'] {
  const { controllers = [], codes = [] } = (details ?? {}) as Partial<Record<string, readonly string[]>>;
  return [
    ...controllers.slice(0, MAX_SUGGESTIONS).map((name) => ({ path: controllerPath(name), text: name })),
    ...codes.map((code) => ({ path: `diagnoses/${code}`, text: code })),
  ];
}

/** Returns the relative URL from the path of a request to the root. */
function rootOf({ url }: FastifyRequest): string {
  const path = url.split('?', 1)[0] ?? '/';
  return '../'.repeat(path.split('/').length - 2);
}

/** The answer to an error. */
interface ErrorAnswer {
  readonly status: number;
  readonly body: ErrorBody;
  /** In seconds. */
  readonly retryAfter: number | null;
}

/** Returns the answer to an error: 500 without details for an internal error. */
export function errorAnswerOf(error: unknown): ErrorAnswer {
  const known = apiErrorOf(error);
  if (known !== null) {
    const { statusCode: status, code, message, details, retryAfter } = known;
    return { status, body: { code, message, details }, retryAfter };
  }
  if (isFrameworkError(error)) {
    if (error.validation !== undefined)
      return {
        status: 400,
        body: invalidRequest(error.validation, error.validationContext),
        retryAfter: null,
      };
    const status = error.statusCode ?? 500;
    if (status < 500) return { status, body: bodyOf(status), retryAfter: null };
  }
  return { status: 500, body: INTERNAL, retryAfter: null };
}

/** Logs an error whose details are not sent to the client. */
export function logBug(error: unknown, { method, routeOptions }: FastifyRequest, logger: Logger): void {
  logger.error({ err: error, method, route: routeOptions.url }, 'request failed');
}

/** Approximate duration of a diagnosis. */
const BUSY_SECONDS = 10;

/** Returns the answer to an expected error; null for any other. */
function apiErrorOf(error: unknown): ApiError | null {
  if (error instanceof ApiError) return error;
  if (error instanceof TargetNotAllowed)
    return new ApiError(403, 'target-not-allowed', error.message, error.place);
  if (error instanceof BudgetSpent) {
    const seconds = Math.ceil(error.retryAfterMs / 1000);
    return new ApiError(429, 'connection-budget-spent', error.message, null, seconds);
  }
  if (error instanceof AdHocBusy) return tooManyRequests(error.message, BUSY_SECONDS);
  return null;
}

/** Answers invalid HTTP or a late request on the socket, and closes it. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  // If TLS fails, no secure answer is possible, and `end` would wait for the handshake.
  const tlsBroke = /^(ERR_SSL_|ERR_TLS_|EPROTO$)/.test(error.code ?? '');
  if (error.code === 'ECONNRESET' || !socket.writable || tlsBroke) {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const body = JSON.stringify(bodyOf(status));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

/** Answers a request that does not reach the routes, and closes its connection. */
export function refuseRequest(response: ServerResponse, status: 400 | 417): void {
  const body = JSON.stringify(bodyOf(status));
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  });
  response.end(body);
}

function bodyOf(status: number): ErrorBody {
  return {
    ...(REFUSALS[status] ?? { code: 'bad-request', message: 'the request is refused' }),
    details: null,
  };
}

function isFrameworkError(error: unknown): error is FastifyError {
  return error instanceof Error && 'code' in error && 'statusCode' in error;
}
