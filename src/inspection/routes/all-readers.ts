import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { CONTOUR } from './contour.ts';
import { EMISSARY } from './emissary.ts';
import { ENVOY_GATEWAY } from './envoy-gateway.ts';
import { exposureObjects } from './exposure-objects.ts';
import { F5_NGINX } from './f5-nginx.ts';
import { GATEWAY_API } from './gateway-api.ts';
import { HAPROXY } from './haproxy.ts';
import { haproxyTcpRoutes } from './haproxy-config-map.ts';
import { ingressRoutes } from './ingress-reader.ts';
import { ISTIO } from './istio.ts';
import { KONG } from './kong.ts';
import { OPENSHIFT } from './openshift.ts';
import type { Route } from './route.ts';
import type { RouteReader } from './route-reader.ts';
import { serviceRoutes } from './service-reader.ts';
import { tcpServicesRoutes } from './tcp-services-reader.ts';
import { TRAEFIK } from './traefik.ts';

/** Readers of built-in kinds, which every cluster has. */
const CORE_READERS: readonly ((facts: ControllerClusterFacts) => readonly Route[])[] = [
  serviceRoutes,
  ingressRoutes,
  tcpServicesRoutes,
  haproxyTcpRoutes,
];

/** Readers of other APIs. To support another kind, write a reader and add it here. */
export const ROUTE_READERS: readonly RouteReader[] = [
  GATEWAY_API,
  ENVOY_GATEWAY,
  TRAEFIK,
  ISTIO,
  OPENSHIFT,
  F5_NGINX,
  HAPROXY,
  CONTOUR,
  KONG,
  EMISSARY,
];

/** Every route from outside the cluster. */
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
