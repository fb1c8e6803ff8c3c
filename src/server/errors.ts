import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

/** The body of every error that the server answers. */
export interface ErrorBody {
  readonly code: string;
  /** One sentence for a person. */
  readonly message: string;
  readonly details: unknown;
}

/** An error that a route answers on purpose. */
export class ApiError extends Error {
  readonly statusCode: number;
  readonly code: string;
  readonly details: unknown;

  constructor(statusCode: number, code: string, message: string, details: unknown = null) {
    super(message);
    this.name = 'ApiError';
    this.statusCode = statusCode;
    this.code = code;
    this.details = details;
  }
}

/** 404 for a controller that is not configured, with the names that are. */
export function unknownController(name: string, known: readonly string[]): ApiError {
  const message = `there is no controller called ${JSON.stringify(name)}`;
  return new ApiError(404, 'unknown-controller', message, { controllers: known });
}

/** What the framework's own refusals are called; what it says of them may quote the request, so it is not repeated. */
const REFUSALS: Readonly<Record<number, Omit<ErrorBody, 'details'>>> = {
  400: { code: 'bad-request', message: 'the request cannot be understood' },
  404: { code: 'not-found', message: 'there is nothing here' },
  408: { code: 'request-timeout', message: 'the request took too long to arrive' },
  413: { code: 'body-too-large', message: 'the request body is too large' },
  414: { code: 'uri-too-long', message: 'the path is too long' },
  415: { code: 'unsupported-media-type', message: 'the request body must be application/json' },
  431: { code: 'headers-too-large', message: 'the request headers are too large' },
};

const INTERNAL: ErrorBody = {
  code: 'internal-error',
  message: 'something went wrong in here',
  details: null,
};

/** Makes every error of an app, a missing route included, answer as {@link ErrorBody}. */
export function answerErrors(app: FastifyInstance, logger: Logger): void {
  app.setNotFoundHandler(async (_request, reply) => reply.code(404).send(bodyOf(404)));
  app.setErrorHandler(async (error, request, reply) => answerError(error, request, reply, logger));
}

/** Answers an error; what is not meant for the client goes to the log only. */
export function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): FastifyReply {
  reply.header('cache-control', 'no-store');
  if (error instanceof ApiError) {
    const { statusCode, code, message, details } = error;
    return reply.code(statusCode).send({ code, message, details });
  }
  if (isFrameworkError(error)) {
    if (error.validation !== undefined) return reply.code(400).send(invalidRequest(error));
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send(bodyOf(status));
  }
  logger.error({ err: error, method: request.method, route: request.routeOptions.url }, 'request failed');
  return reply.code(500).send(INTERNAL);
}

/** Answers what is not even HTTP, or not in time, on the bare socket, and closes it. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
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

function bodyOf(status: number): ErrorBody {
  return {
    ...(REFUSALS[status] ?? { code: 'bad-request', message: 'the request is refused' }),
    details: null,
  };
}

function invalidRequest(error: FastifyError): ErrorBody {
  const details = (error.validation ?? []).map(({ instancePath, message }) => ({
    path: `${error.validationContext ?? ''}${instancePath}`,
    message: message ?? 'is invalid',
  }));
  const [first] = details;
  const message = first === undefined ? 'the request is invalid' : `${first.path} ${first.message}`;
  return { code: 'invalid-request', message, details };
}

function isFrameworkError(error: unknown): error is FastifyError {
  return error instanceof Error && 'code' in error && 'statusCode' in error;
}
