import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { controllerPods, podPortOf, podsOf } from './controller-service.ts';
import { hostMatches, type Route, routesOf, winner } from './ingress.ts';

/** The last part of the path at which agents discover the agent port. */
export const LISTENER = 'tcpSlaveAgentListener/';

/** The paths that concern the controller, and the one that agents ask for. */
export function listenerOf(
  facts: ControllerClusterFacts,
): { routes: readonly Route[]; host: string | null; path: string } | null {
  const { ingresses = [], services = [], url } = facts;
  const web = services.filter((service) => podsOf(service, controllerPods(facts)).length > 0);
  const names = web.map(({ metadata }) => metadata?.name);
  const host = hostOf(url);
  const routes = routesOf(ingresses).filter(
    (route) =>
      names.includes(route.path.backend?.service?.name) ||
      (host !== null && route.host !== null && hostMatches(route.host, host)),
  );
  if (routes.length === 0) return null;
  if (url !== null) return { routes, host, path: `${pathOf(url)}${LISTENER}` };
  // The context path is not known: the one that an Ingress publishes is taken for it.
  const given = routes.map(({ path }) => path.path ?? '/');
  const named = given.find((path) => path.includes('tcpSlaveAgentListener'));
  if (named !== undefined) return { routes, host: null, path: `${named.replace(/\/*$/, '')}/` };
  return { routes, host: null, path: `${(given[0] ?? '/').replace(/\/*$/, '')}/${LISTENER}` };
}

/** The path of an Ingress that takes the agents' discovery; null where none does. */
export function listenerRoute(facts: ControllerClusterFacts): Route | null {
  const wanted = listenerOf(facts);
  return wanted === null ? null : winner(wanted.routes, wanted.host, wanted.path);
}

/** The web port of the controller, as a backend names it. */
export function webBackend(route: Route, facts: ControllerClusterFacts): { name: string; port: number } {
  const { services = [], pods = [], agentPort } = facts;
  const controllers = controllerPods(facts);
  for (const service of services.filter((each) => podsOf(each, controllers).length > 0)) {
    const web = service.spec?.ports?.find((port) => podPortOf(port, podsOf(service, pods)) !== agentPort);
    if (web?.port !== undefined) return { name: service.metadata?.name ?? '', port: web.port };
  }
  return { name: route.path.backend?.service?.name ?? 'jenkins', port: 8080 };
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
