import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The content security policy: only files of this server, no inline script or style. */
const POLICY = [
  "default-src 'none'",
  ...["style-src 'self'", "script-src 'self'", "connect-src 'self'", "img-src 'self'"],
  ...["form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"],
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  vary: 'accept',
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
  'referrer-policy': 'no-referrer',
};

/** The parts of a page that change with time alone: the text of `<time>`, and counts of the last minute. */
const VOLATILE = /<time [^>]*data-in>[^<]*|(?<=<time [^>]*>)[^<]*|(?<=data-volatile>)[^<]*/g;

/** Sends a page, or 304 to a client that has the same page. A script updates the times of a page. */
export function sendPage(request: FastifyRequest, reply: FastifyReply, page: string): FastifyReply {
  const etag = `"${createHash('sha256').update(lastingPart(page)).digest('base64url').slice(0, 16)}"`;
  pageHeaders(reply).header('etag', etag).header('cache-control', 'no-cache');
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  return reply.send(page);
}

/** Sets the headers of a page. */
export function pageHeaders(reply: FastifyReply): FastifyReply {
  return reply.type('text/html; charset=utf-8').headers(HEADERS);
}

/** Returns the content of a page without the parts that change with time alone. */
function lastingPart(page: string): string {
  return page.slice(page.indexOf('<main')).replace(VOLATILE, '');
}
