import type { ControllerClusterFacts } from '../cluster-facts.ts';
import {
  agentPortOfPods,
  controllerPods,
  podPortOf,
  podsOf,
  portOfService,
} from '../objects/controller-service.ts';
import type { Pod } from '../objects/objects.ts';
import type { Route } from './route.ts';
import { isAlive, purposeOf } from './route-purpose.ts';

/** A pod of a proxy, and a port of the controller's pods that its routes lead to. */
interface ProxyPod {
  readonly proxy: Pod;
  readonly port: number;
}

const WEB_PORTS: readonly (number | null)[] = [80, 443];

/**
 * The pods of proxies in other namespaces that carry routes of the controller: those behind a Service from outside with the
 * port where agents connect, 80 or 443 for requests. Pods on the network of their node are left out: policies seldom see them.
 */
export function proxyPods(facts: ControllerClusterFacts): readonly ProxyPod[] {
  const found = new Map<string, ProxyPod>();
  for (const route of facts.routes ?? []) {
    const purpose = purposeOf(route, facts);
    if (route.family === 'service' || purpose === null || !isAlive(route)) continue;
    const outside = purpose === 'web' ? WEB_PORTS : listenerPorts(route, facts.agentPort);
    for (const port of targetPorts(route, facts)) {
      for (const proxy of podsBehind(outside, facts)) {
        const { namespace, labels } = proxy.metadata ?? {};
        const key = JSON.stringify([namespace, labels, port]);
        if (!found.has(key)) found.set(key, { proxy, port });
      }
    }
  }
  return [...found.values()];
}

function listenerPorts({ attachments }: Route, agentPort: number): readonly (number | null)[] {
  const ports = attachments.flatMap(({ listeners }) => listeners.map(({ port }) => port));
  return ports.length === 0 ? [agentPort] : ports;
}

/** The ports of the controllers' pods that a route's backends lead to. */
function targetPorts(route: Route, facts: ControllerClusterFacts): ReadonlySet<number> {
  const controllers = controllerPods(facts);
  const ports = route.backends.flatMap(({ namespace, name, port }) => {
    const service = (facts.services ?? []).find(({ metadata }) => metadata?.name === name);
    const of = service === undefined || namespace !== facts.namespace ? null : portOfService(service, port);
    const pods = service === undefined ? [] : podsOf(service, controllers);
    if (of === null || pods.length === 0) return [];
    return podPortOf(of, pods) ?? agentPortOfPods(pods, facts.agentPort);
  });
  return new Set(ports);
}

function podsBehind(
  outside: readonly (number | null)[],
  { ingressServices = [], ingressPods = [], namespace }: ControllerClusterFacts,
): readonly Pod[] {
  return ingressServices
    .filter(
      ({ metadata, spec }) =>
        metadata?.namespace !== namespace &&
        (spec?.type === 'LoadBalancer' || spec?.type === 'NodePort') &&
        (spec?.ports ?? []).some(({ port = 0 }) => outside.includes(port)),
    )
    .flatMap((service) =>
      podsOf(service, ingressPods).filter(
        ({ metadata, spec }) =>
          metadata?.namespace === service.metadata?.namespace && spec?.hostNetwork !== true,
      ),
    );
}
