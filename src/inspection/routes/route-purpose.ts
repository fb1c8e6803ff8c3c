import type { ControllerClusterFacts } from '../cluster-facts.ts';
import {
  agentPortOf,
  agentPortOfPods,
  agentServices,
  controllerPods,
  podPortOf,
  podsOf,
  portOfService,
} from '../objects/controller-service.ts';
import { hostOf, LISTENER, listenerOf } from '../objects/discovery-route.ts';
import { routeTakesHost, winner } from './choose-route.ts';
import type { Route, RouteBackend, RouteFamily, ServiceRef } from './route.ts';

/** The purpose of a route: raw connections of agents, or requests to Jenkins. */
type Purpose = 'agents' | 'web';

/** The destination of a backend in the controller's namespace. */
type Destination = 'agent-port' | 'web-port' | 'no-service' | 'no-port' | 'elsewhere';

/** Returns the destination of a backend by the Services of the controller's namespace; else `elsewhere`. */
export function destinationOf(
  { namespace, name, port }: ServiceRef,
  facts: ControllerClusterFacts,
): Destination {
  const { services = [], pods = [] } = facts;
  if (namespace !== facts.namespace) return 'elsewhere';
  const service = services.find(({ metadata }) => metadata?.name === name);
  if (service === undefined) return 'no-service';
  const found = portOfService(service, port);
  if (found === null) return 'no-port';
  const selected = podsOf(service, pods);
  if (agentPortOf(service, facts) === found) return 'agent-port';
  if (podsOf(service, controllerPods(facts)).length === 0) return 'elsewhere';
  return podPortOf(found, selected) === agentPortOfPods(selected, facts.agentPort)
    ? 'agent-port'
    : 'web-port';
}

/** Returns the purpose of a route; null if it does not concern the controller. */
export function purposeOf(route: Route, facts: ControllerClusterFacts): Purpose | null {
  const { namespace, agentPort, url } = facts;
  const own = route.backends.filter((each) => each.namespace === namespace);
  const destinations = own.map((each) => destinationOf(each, facts));
  if (route.protocol === 'http') {
    const host = hostOf(url);
    const named = host !== null && route.hosts.length > 0 && routeTakesHost(route, host);
    return named || destinations.includes('web-port') || destinations.includes('agent-port') ? 'web' : null;
  }
  const agentNames = agentServices(facts).map(({ metadata }) => metadata?.name);
  const meant =
    destinations.includes('agent-port') ||
    // One Service may carry both ports: its name tells nothing of a route to the web port.
    own.some(
      ({ name, port }, index) =>
        port === agentPort || (agentNames.includes(name) && destinations[index] !== 'web-port'),
    ) ||
    (own.length > 0 && listensAt(route, agentPort));
  if (meant) return 'agents';
  return destinations.includes('web-port') ? 'web' : null;
}

function listensAt({ attachments }: Route, port: number): boolean {
  return attachments.some(({ listeners }) => listeners.some((each) => each.port === port));
}

/** The routes of a family that concern the controller, for one purpose or for any. */
export function routesFor(
  facts: ControllerClusterFacts,
  family: RouteFamily | null,
  purpose: Purpose | null,
): readonly Route[] {
  return (facts.routes ?? []).filter((route) => {
    if (family !== null && route.family !== family) return false;
    const found = purposeOf(route, facts);
    return found !== null && (purpose === null || found === purpose);
  });
}

/**
 * Returns true if a route may receive the requests of agents. A route for other paths, such as a webhook's, does not. A
 * route that requires a header does not either, where another route matches the path without it.
 */
export function takesAgents(route: Route, facts: ControllerClusterFacts): boolean {
  const wanted = listenerOf(facts);
  if (wanted === null || route.protocol !== 'http') return true;
  const socket = wanted.path.replace(LISTENER, 'wsagents/');
  return [wanted.path, socket].some(
    (path) =>
      winner([{ ...route, narrowed: false }], { ...wanted, host: null, path }) !== null &&
      !(route.narrowed && winner(wanted.routes, { ...wanted, path }) !== null),
  );
}

/** Returns true if a route may carry connections: no status shows that it does not work. */
export function isAlive({ attachments }: Route): boolean {
  return (
    attachments.length === 0 ||
    attachments.some(({ state }) => state === 'attached' || state === 'pending' || state === 'unknown')
  );
}

/** The Service port that agents have to be led to. */
export function agentBackend(facts: ControllerClusterFacts): ServiceRef {
  const [service] = agentServices(facts);
  const { namespace } = facts;
  const port = service === undefined ? null : agentPortOf(service, facts);
  return {
    namespace,
    name: service?.metadata?.name ?? 'jenkins-agent',
    port: port?.port ?? facts.agentPort,
  };
}

/** Backends that get connections. */
export function usedBackends({ backends }: Route): readonly RouteBackend[] {
  return backends.filter(({ weight }) => weight > 0);
}
