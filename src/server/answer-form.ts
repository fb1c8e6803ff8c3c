import type { FastifyRequest } from 'fastify';
import { preferredType } from './accept.ts';

/** The forms of an answer, and the media type of each. */
export const FORMS = {
  json: 'application/json',
  text: 'text/plain',
  markdown: 'text/markdown',
  html: 'text/html',
  events: 'text/event-stream',
} as const;
type Form = keyof typeof FORMS;

/** The forms that `?format=` names for the page of all controllers, the catalogue and a report; the default first. */
export const FORMATS = {
  fleet: ['html', 'text', 'markdown'],
  catalogue: ['json', 'html', 'text'],
  report: ['json', 'text', 'markdown', 'html'],
} as const;

/**
 * Returns the form that a request wants: that of `?format=`, else the one that its `Accept` prefers.
 * @param offers the default first
 */
export function formOf<F extends Form>(
  request: Pick<FastifyRequest, 'headers' | 'query'>,
  offers: readonly [F, ...F[]],
): F {
  const query = request.query as { readonly format?: unknown };
  const named = offers.find((offer) => offer === query.format);
  if (named !== undefined) return named;
  const [first, ...others] = offers;
  const type = preferredType<string>(request.headers.accept, [
    FORMS[first],
    ...others.map((each) => FORMS[each]),
  ]);
  return offers.find((offer) => FORMS[offer] === type) ?? first;
}

/** Returns true if a request is from a browser: it accepts HTML and prefers it to JSON. */
export function wantsPage({ headers: { accept } }: FastifyRequest): boolean {
  return accept !== undefined && preferredType(accept, ['application/json', 'text/html']) === 'text/html';
}
