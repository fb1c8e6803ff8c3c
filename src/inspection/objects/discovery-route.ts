import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { routeTakesHost, type Wanted, winner } from '../routes/choose-route.ts';
import type { Route, RouteFamily, ServiceRef } from '../routes/route.ts';
import { controllerPods, podPortOf, podsOf } from './controller-service.ts';

/** The last part of the path at which agents discover the agent port. */
export const LISTENER = 'tcpSlaveAgentListener/';

/** The routes of every kind that concern the web port of the controller, and the path that agents ask for. */
export function listenerOf(
  facts: ControllerClusterFacts,
): (Wanted & { readonly routes: readonly Route[] }) | null {
  const { routes: all = [], services = [], namespace, url } = facts;
  const web = services.filter((service) => podsOf(service, controllerPods(facts)).length > 0);
  const names = web.map(({ metadata }) => metadata?.name);
  const host = hostOf(url);
  const routes = all.filter(
    (route) =>
      route.protocol === 'http' &&
      (route.backends.some((each) => each.namespace === namespace && names.includes(each.name)) ||
        (host !== null && route.hosts.length > 0 && routeTakesHost(route, host))),
  );
  if (routes.length === 0) return null;
  const secure = url === null ? null : /^https:/i.test(url);
  if (url !== null) return { routes, host, secure, path: `${pathOf(url)}${LISTENER}` };
  // The context path is unknown, so use the one that an Ingress publishes.
  const given = routes.map(({ path }) => path?.value ?? '/');
  const named = given.find((path) => path.includes('tcpSlaveAgentListener'));
  if (named !== undefined) return { routes, host: null, secure, path: `${named.replace(/\/*$/, '')}/` };
  return { routes, host: null, secure, path: `${(given[0] ?? '/').replace(/\/*$/, '')}/${LISTENER}` };
}

/** The route of a family that takes the agents' discovery; null where none does. */
export function listenerRoute(facts: ControllerClusterFacts, family: RouteFamily): Route | null {
  const wanted = listenerOf(facts);
  if (wanted === null) return null;
  return winner(
    wanted.routes.filter((route) => route.family === family),
    wanted,
  );
}

/**
 * Returns true if a proxy serves the agents' discovery by a route of another family. It is then unclear which route
 * agents use.
 */
export function isTakenElsewhere(facts: ControllerClusterFacts, own: RouteFamily): boolean {
  const wanted = listenerOf(facts);
  if (wanted === null) return false;
  const taken = wanted.routes.filter(
    ({ family, attachments }) => family !== own && attachments.some(({ state }) => state === 'attached'),
  );
  return winner(taken, wanted) !== null;
}

/** The web port of the controller, as a backend names it. */
export function webBackend(
  route: Route,
  facts: ControllerClusterFacts,
): ServiceRef & { readonly port: number } {
  const { services = [], pods = [], agentPort, namespace } = facts;
  const controllers = controllerPods(facts);
  for (const service of services.filter((each) => podsOf(each, controllers).length > 0)) {
    const web = service.spec?.ports?.find((port) => podPortOf(port, podsOf(service, pods)) !== agentPort);
    if (web?.port !== undefined) return { namespace, name: service.metadata?.name ?? '', port: web.port };
  }
  return { namespace, name: route.backends[0]?.name ?? 'jenkins', port: 8080 };
}

/** The host of a URL, in small letters; null where it has none. */
export function hostOf(url: string | null): string | null {
  return url === null ? null : (/^[a-z]+:\/\/([^/:?#]+)/i.exec(url)?.[1]?.toLowerCase() ?? null);
}

/** The context path of a Jenkins URL, with a slash at both ends. */
function pathOf(url: string): string {
  const path = /^[a-z]+:\/\/[^/]+(\/[^?#]*)?/i.exec(url)?.[1] ?? '/';
  return path.endsWith('/') ? path : `${path}/`;
}
