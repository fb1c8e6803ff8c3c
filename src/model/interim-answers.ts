/** The limit of interim answers (1xx) to one request. Servers send one or two. */
const MAX_INTERIM = 10;

/** A server sent more interim answers than any real one. */
export class TooManyInterimAnswers extends Error {
  override readonly name = 'TooManyInterimAnswers';

  constructor() {
    super(`more than ${MAX_INTERIM} interim answers (1xx) instead of an answer`);
  }
}

/** The methods of a `ClientRequest` that {@link limitInterimAnswers} uses. */
interface AbortableRequest {
  on(event: 'information', listener: () => void): unknown;
  destroy(error: Error): unknown;
}

/**
 * Ends a request with {@link TooManyInterimAnswers} after ten interim answers. `node:http` reads them without end: one
 * takes 25 bytes and an event, so a flood of them occupies the event loop. The header limit applies to each.
 */
export function limitInterimAnswers(asked: AbortableRequest): void {
  let seen = 0;
  asked.on('information', () => {
    seen += 1;
    // Those in the same chunk still arrive: it has at most 64 KiB.
    if (seen === MAX_INTERIM + 1) asked.destroy(new TooManyInterimAnswers());
  });
}
