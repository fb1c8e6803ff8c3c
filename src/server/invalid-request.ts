import type { ErrorObject } from 'ajv';
import type { FastifySchemaValidationError } from 'fastify';
import { formatPath } from '../config/problems.ts';
import { describe, pathOf } from '../config/violation.ts';
import type { ErrorBody } from './schemas/bodies.ts';

/** What each part of a request is called, and its keys. */
const PARTS: Readonly<Record<string, readonly [part: string, key: string]>> = {
  querystring: ['query', 'query parameter'],
  params: ['path', 'part of the path'],
  headers: ['headers', 'header'],
  body: ['body', 'key'],
};

/** One thing that is wrong with a request. */
interface RequestProblem {
  /** `query.entrypoint`, `body.hold`. */
  readonly path: string;
  readonly message: string;
  /** What was probably meant, or null. */
  readonly suggestion: string | null;
  /** The values, or for an unknown key the keys, that are allowed; null where they cannot be listed. */
  readonly allowed: readonly string[] | null;
}

/** The answer to a request that its route's schema refuses. No value of the request is repeated: it may be a secret. */
export function invalidRequest(errors: readonly FastifySchemaValidationError[], context = 'body'): ErrorBody {
  const [part, key] = PARTS[context] ?? [context, 'key'];
  const details = errors.map((error): RequestProblem => {
    // The validators of the routes are verbose, so the errors have all that Ajv knows.
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
  return `${path}: ${message}${hint}${listed ? `, known are ${allowed.join(', ')}` : ''}`;
}

function allowedBy({ keyword, params, parentSchema }: ErrorObject): readonly string[] | null {
  if (keyword === 'enum') return params.allowedValues.map(String);
  if (keyword === 'additionalProperties') return Object.keys(parentSchema?.properties ?? {});
  return null;
}
