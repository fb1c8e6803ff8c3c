import type { FastifyRequest } from 'fastify';

/** A host name, an IPv4 address or an IPv6 address in brackets, with a port or without. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Where the pages of the codes are: `docsUrl` of the configuration, or this daemon as the client of a request calls it.
 * `X-Forwarded-*` headers are not read, because any client can send them: behind a proxy set `docsUrl`.
 * @returns a URL behind which a code is put; null where the Host header is missing or is not a host
 */
export function docsBase(
  { protocol, headers: { host } }: Pick<FastifyRequest, 'protocol' | 'headers'>,
  docsUrl: string | null,
): string | null {
  if (docsUrl !== null) return docsUrl;
  if (host === undefined || !HOST.test(host)) return null;
  const base = `${protocol}://${host}/diagnoses/`;
  // A name that ends in a number is not a name: URLs take it for a wrong IPv4 address.
  return URL.canParse(base) ? base : null;
}
