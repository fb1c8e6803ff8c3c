import type { PathMatch, Route } from './route.ts';

/** Returns true if a pattern matches a host name; a leading `*.` matches one label, or any number with `deep`. */
export function hostMatches(pattern: string | null, host: string, deep = false): boolean {
  if (pattern === null || pattern === '' || pattern === '*' || pattern === host) return true;
  if (!pattern.startsWith('*.')) return false;
  return deep
    ? host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1
    : host.slice(host.indexOf('.')) === pattern.slice(1);
}

/** Returns true if a route matches a host; in the Gateway API, `*.` matches any number of labels. */
export function routeTakesHost({ hosts, family }: Route, host: string): boolean {
  return (
    hosts.length === 0 || hosts.some((each) => hostMatches(each.toLowerCase(), host, family === 'gateway'))
  );
}

/** Returns true if a match includes the path of a request. */
function pathCovers(match: PathMatch | null, wanted: string): boolean {
  if (match === null) return false;
  const { type, value } = match;
  if (type === 'exact') return value === wanted;
  if (type === 'pattern') return wanted.startsWith(value.split(/[([{.*+?^$|\\]/)[0] ?? '');
  const bare = value.replace(/\/+$/, '');
  return wanted === bare || wanted.startsWith(`${bare}/`);
}

/** The parts of a request that select its route. */
export interface Wanted {
  /** null: unknown. */
  readonly host: string | null;
  readonly path: string;
  /** True if it uses TLS; null: unknown. */
  readonly secure: boolean | null;
}

/**
 * The route that matches every request of a path. An exact host wins over a pattern, then an exact path, then the longest
 * path, then a listener with the right scheme.
 */
export function winner(routes: readonly Route[], { host, path, secure }: Wanted): Route | null {
  const covering = routes.filter(
    (route) =>
      !route.narrowed && (host === null || routeTakesHost(route, host)) && pathCovers(route.path, path),
  );
  const rank = (route: Route) =>
    (host !== null && route.hosts.some((each) => each.toLowerCase() === host) ? 1_000_000 : 0) +
    (route.path?.type === 'exact' ? 100_000 : 0) +
    (route.path?.value.length ?? 0) +
    (fitsScheme(route, secure) ? 0.5 : 0);
  return [...covering].sort((a, b) => rank(b) - rank(a))[0] ?? null;
}

function fitsScheme({ attachments }: Route, secure: boolean | null): boolean {
  const listeners = attachments.flatMap((each) => each.listeners);
  return (
    secure === null || listeners.length === 0 || listeners.some(({ tls }) => (tls !== 'none') === secure)
  );
}
