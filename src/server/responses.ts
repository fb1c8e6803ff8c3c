import { type TSchema, Type } from 'typebox';
import { ErrorBody } from './schemas/bodies.ts';

/** The documentation of one status of a route: its meaning, and its body by media type. */
interface DocumentedResponse {
  readonly description: string;
  readonly headers?: Readonly<Record<string, TSchema>>;
  readonly content: Readonly<Record<string, { readonly schema: TSchema }>>;
}

/** The meaning of each error status, on every route. */
const ERRORS: Readonly<Record<number, string>> = {
  400: 'The request is invalid; `details` lists the problems.',
  401: 'The bearer token is missing or wrong.',
  403: 'The configuration does not enable or permit the request.',
  404: 'The name is unknown.',
  413: 'The body is larger than 64 KiB.',
  414: 'A name in the path is too long.',
  415: 'The body is not application/json.',
  422: 'The new configuration is invalid; the previous one is still active.',
  429: 'A rate limit or another limit is exceeded.',
  500: 'Internal error; see the log.',
  503: 'The answer is not available in time, or not yet.',
};

/** Returns a response. @param content by media type: the schema of the body, or the description of a text */
export function of(
  description: string,
  content: Readonly<Record<string, TSchema | string>>,
  headers: Readonly<Record<string, string>> = {},
): DocumentedResponse {
  const bodies = Object.entries(content).map(
    ([type, schema]) => [type, { schema: typeof schema === 'string' ? textOf(schema) : schema }] as const,
  );
  const named = Object.entries(headers).map(([name, meaning]) => [name, textOf(meaning)] as const);
  return {
    description,
    content: Object.fromEntries(bodies),
    ...(named.length > 0 && { headers: Object.fromEntries(named) }),
  };
}

/** Returns the documentation of the error statuses of a route. */
export function errors(...statuses: readonly number[]): Readonly<Record<number, DocumentedResponse>> {
  return Object.fromEntries(
    statuses.map((status) => {
      const headers = status === 429 ? { 'retry-after': 'Seconds until the next request.' } : {};
      return [status, of(ERRORS[status] ?? '', { 'application/json': ErrorBody }, headers)];
    }),
  );
}

function textOf(description: string): TSchema {
  return Type.String({ description });
}
