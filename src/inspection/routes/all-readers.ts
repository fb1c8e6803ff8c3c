import type { ExposureName } from '../../model/exposures.ts';
import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { ENVOY_GATEWAY } from './envoy-gateway.ts';
import { F5_NGINX } from './f5-nginx.ts';
import { GATEWAY_API } from './gateway-api.ts';
import { HAPROXY, haproxyTcpRoutes } from './haproxy.ts';
import { ingressRoutes } from './ingress-reader.ts';
import { ISTIO } from './istio.ts';
import { OPENSHIFT } from './openshift.ts';
import type { Route } from './route.ts';
import type { ExposureObjects, RouteReader } from './route-reader.ts';
import { serviceRoutes } from './service-reader.ts';
import { tcpServicesRoutes } from './tcp-services-reader.ts';
import { TRAEFIK } from './traefik.ts';

/** What every cluster has, whose objects are read anyway. */
const CORE_READERS: readonly ((facts: ControllerClusterFacts) => readonly Route[])[] = [
  serviceRoutes,
  ingressRoutes,
  tcpServicesRoutes,
  haproxyTcpRoutes,
];

/** The readers of other APIs: to understand another kind, write a reader and add it here. */
export const ROUTE_READERS: readonly RouteReader[] = [
  GATEWAY_API,
  ENVOY_GATEWAY,
  TRAEFIK,
  ISTIO,
  OPENSHIFT,
  F5_NGINX,
  HAPROXY,
];

/** Every route from outside that the objects make. */
export function routesIn(facts: ControllerClusterFacts): readonly Route[] {
  const made = [
    ...CORE_READERS.flatMap((read) => read(facts)),
    ...ROUTE_READERS.flatMap(({ name, read }) => read?.(exposureObjects(name, facts), facts) ?? []),
  ];
  return ROUTE_READERS.reduce(
    (routes, { name, refine }) => refine?.(routes, exposureObjects(name, facts), facts) ?? routes,
    made as readonly Route[],
  );
}

/** The objects of an exposure among the facts. */
export function exposureObjects(
  name: ExposureName,
  { exposures = [] }: ControllerClusterFacts,
): ExposureObjects {
  const { resources = [], namespaces = [] } = exposures.find((each) => each.name === name) ?? {};
  const read = (group: string, plural: string) =>
    resources.find((each) => each.group === group && each.plural === plural);
  return {
    of: ({ group, plural, shape }) => (read(group, plural)?.items ?? []).flatMap((item) => shape(item) ?? []),
    served: ({ group, plural }) => read(group, plural)?.served ?? [],
    covers: (namespace) => namespaces.includes(namespace),
  };
}
