import type { PathMatch, Route } from './route.ts';

/** Whether a pattern takes a host name; a `*.` at its front stands for one label, for as many as there are in `deep`. */
export function hostMatches(pattern: string | null, host: string, deep = false): boolean {
  if (pattern === null || pattern === '' || pattern === '*' || pattern === host) return true;
  if (!pattern.startsWith('*.')) return false;
  return deep
    ? host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1
    : host.slice(host.indexOf('.')) === pattern.slice(1);
}

/** Whether a route takes a host; in the Gateway API a `*.` stands for any number of labels. */
export function routeTakesHost({ hosts, family }: Route, host: string): boolean {
  return (
    hosts.length === 0 || hosts.some((each) => hostMatches(each.toLowerCase(), host, family === 'gateway'))
  );
}

/** Whether a match takes a request's path. */
function pathCovers(match: PathMatch | null, wanted: string): boolean {
  if (match === null) return false;
  const { type, value } = match;
  if (type === 'exact') return value === wanted;
  if (type === 'pattern') return wanted.startsWith(value.split(/[([{.*+?^$|\\]/)[0] ?? '');
  const bare = value.replace(/\/+$/, '');
  return wanted === bare || wanted.startsWith(`${bare}/`);
}

/** The route that takes every request of a path: an exact one, else the longest. */
export function winner(routes: readonly Route[], host: string | null, wanted: string): Route | null {
  const covering = routes.filter(
    (route) =>
      !route.narrowed && (host === null || routeTakesHost(route, host)) && pathCovers(route.path, wanted),
  );
  const rank = ({ path }: Route) => (path?.type === 'exact' ? 100_000 : 0) + (path?.value.length ?? 0);
  return [...covering].sort((a, b) => rank(b) - rank(a))[0] ?? null;
}
