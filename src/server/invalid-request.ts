import type { ErrorObject } from 'ajv';
import type { FastifySchemaValidationError } from 'fastify';
import { formatPath } from '../config/problems.ts';
import { describe, pathOf } from '../config/violation.ts';
import type { ErrorBody } from './schemas/bodies.ts';

/** The names of each part of a request and of its keys. */
const PARTS: Readonly<Record<string, readonly [part: string, key: string]>> = {
  querystring: ['query', 'query parameter'],
  params: ['path', 'part of the path'],
  headers: ['headers', 'header'],
  body: ['body', 'key'],
};

/** One problem of a request. */
interface RequestProblem {
  /** For example `query.entrypoint` or `body.hold`. */
  readonly path: string;
  readonly message: string;
  /** The word that was probably meant, or null. */
  readonly suggestion: string | null;
  /** The allowed values, or for an unknown key the allowed keys; null if they cannot be listed. */
  readonly allowed: readonly string[] | null;
}

/** Returns the answer to a request that violates its schema. It repeats no value of the request: it may be a secret. */
export function invalidRequest(errors: readonly FastifySchemaValidationError[], context = 'body'): ErrorBody {
  const [part, key] = PARTS[context] ?? [context, 'key'];
  const details = errors.map((error): RequestProblem => {
    // The validators are verbose, so the errors are Ajv's own.
    const { message, suggestion } = describe(error as ErrorObject);
    const path = formatPath([part, ...pathOf(error as ErrorObject)]);
    const allowed = allowedBy(error as ErrorObject);
    return { path, message: message.replace(/\bkey\b/, key), suggestion, allowed };
  });
  const [first] = details;
  return { code: 'invalid-request', message: first ? sentence(first) : 'the request is invalid', details };
}

function sentence({ path, message, suggestion, allowed }: RequestProblem): string {
  const hint = suggestion === null ? '' : `, did you mean ${JSON.stringify(suggestion)}?`;
  const listed = suggestion === null && message.startsWith('unknown') && allowed !== null;
  return `${path}: ${message}${hint}${listed ? `, allowed: ${allowed.join(', ')}` : ''}`;
}

function allowedBy({ keyword, params, parentSchema }: ErrorObject): readonly string[] | null {
  if (keyword === 'enum') return params.allowedValues.map(String);
  if (keyword === 'additionalProperties') return Object.keys(parentSchema?.properties ?? {});
  return null;
}
