import type { FastifyRequest } from 'fastify';

/** A host name, an IPv4 address or an IPv6 address in brackets, with an optional port. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Returns the base URL of the pages of the codes: `docsUrl` of the configuration, or this daemon at the Host header.
 * `X-Forwarded-*` headers are not read, because any client can send them: behind a proxy set `docsUrl`.
 * @returns a URL to which a code is appended; null if the Host header is missing or is not a host
 */
export function docsBase(
  { protocol, headers: { host } }: Pick<FastifyRequest, 'protocol' | 'headers'>,
  docsUrl: string | null,
): string | null {
  if (docsUrl !== null) return docsUrl;
  if (host === undefined || !HOST.test(host)) return null;
  const base = `${protocol}://${host}/diagnoses/`;
  // `URL` refuses a name that ends in a number as an invalid IPv4 address.
  return URL.canParse(base) ? base : null;
}
