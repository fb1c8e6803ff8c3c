import { type TSchema, Type } from 'typebox';
import { ErrorBody } from './schemas/bodies.ts';

/** One status of a route: what it means, and its body by media type. */
interface DocumentedResponse {
  readonly description: string;
  readonly headers?: Readonly<Record<string, TSchema>>;
  readonly content: Readonly<Record<string, { readonly schema: TSchema }>>;
}

/** What each status of an error means, on every route. */
const ERRORS: Readonly<Record<number, string>> = {
  400: 'The request cannot be understood, or asks for what is not possible.',
  401: 'The bearer token is missing or wrong.',
  403: 'Not enabled in the configuration, or not permitted by it.',
  404: 'There is nothing of that name.',
  413: 'The body is larger than 64 KiB.',
  414: 'A name in the path is too long.',
  415: 'The body is not application/json.',
  422: 'The configuration cannot be used.',
  429: 'Asked too often, or too much at a time.',
  500: 'A bug; the log says more.',
  503: 'Not in time.',
};

/** A response. @param content by media type: the schema of its body, or for text what it holds */
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

/** The errors that a route answers. */
export function errors(...statuses: readonly number[]): Readonly<Record<number, DocumentedResponse>> {
  return Object.fromEntries(
    statuses.map((status) => {
      const headers = status === 429 ? { 'retry-after': 'Seconds to wait.' } : {};
      return [status, of(ERRORS[status] ?? '', { 'application/json': ErrorBody }, headers)];
    }),
  );
}

function textOf(description: string): TSchema {
  return Type.String({ description });
}
