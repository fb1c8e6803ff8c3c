import type { Ingress, IngressPath } from './objects.ts';

/** A path of an Ingress, and where it stands in the object. */
export interface Route {
  readonly ingress: Ingress;
  readonly host: string | null;
  readonly path: IngressPath;
  /** `spec.rules[0].http.paths[1]` */
  readonly field: string;
}

/** All paths of Ingresses, in the order of the objects. */
export function routesOf(ingresses: readonly Ingress[]): readonly Route[] {
  return ingresses.flatMap((ingress) =>
    (ingress.spec?.rules ?? []).flatMap(({ host, http }, rule) =>
      (http?.paths ?? []).map((path, index) => ({
        ingress,
        host: host ?? null,
        path,
        field: `spec.rules[${rule}].http.paths[${index}]`,
      })),
    ),
  );
}

/** Whether a rule's host takes a host name; a `*.` at its front stands for one label. */
export function hostMatches(pattern: string | null, host: string): boolean {
  if (pattern === null || pattern === '' || pattern === host) return true;
  return pattern.startsWith('*.') && host.slice(host.indexOf('.')) === pattern.slice(1);
}

/** Whether a path of an Ingress takes a request's path; expressions are judged by their literal beginning. */
function pathCovers(
  { path = '/', pathType = 'ImplementationSpecific' }: IngressPath,
  wanted: string,
): boolean {
  if (pathType === 'Exact') return path === wanted;
  const literal = pathType === 'Prefix' ? path : (path.split(/[([{.*+?^$|\\]/)[0] ?? '');
  if (literal !== path) return wanted.startsWith(literal);
  const bare = path.replace(/\/+$/, '');
  return wanted === bare || wanted.startsWith(`${bare}/`);
}

/** The path that takes a request: an exact one, else the longest. */
export function winner(routes: readonly Route[], host: string | null, wanted: string): Route | null {
  const covering = routes.filter(
    (route) => (host === null || hostMatches(route.host, host)) && pathCovers(route.path, wanted),
  );
  const rank = ({ path: { path = '/', pathType } }: Route) =>
    (pathType === 'Exact' ? 10_000 : 0) + path.length;
  return [...covering].sort((a, b) => rank(b) - rank(a))[0] ?? null;
}
