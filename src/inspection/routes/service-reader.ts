import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { jsonPatch, objectName } from '../finding.ts';
import { controllerPods, podsOf } from '../objects/controller-service.ts';
import type { Service, ServicePort } from '../objects/objects.ts';
import type { Route, RouteListener, RouteSetting } from './route.ts';

/** The routes of Services of the controller: load balancers, node ports and external addresses. */
export function serviceRoutes(facts: ControllerClusterFacts): readonly Route[] {
  const controllers = controllerPods(facts);
  return (facts.services ?? [])
    .filter((service) => isOutside(service) && podsOf(service, controllers).length > 0)
    .flatMap((service) =>
      (service.spec?.ports ?? []).flatMap((port, index) =>
        (port.protocol ?? 'TCP') === 'TCP' ? routeOf(service, port, index, facts.namespace) : [],
      ),
    );
}

function isOutside({ spec }: Service): boolean {
  return spec?.type === 'LoadBalancer' || spec?.type === 'NodePort' || (spec?.externalIPs ?? []).length > 0;
}

function routeOf(service: Service, port: ServicePort, index: number, home: string): Route {
  const object = objectName('Service', service);
  const field = `spec.ports[${index}]`;
  const { name = '', namespace = home } = service.metadata ?? {};
  const origin = { object, field, actual: `${port.name ?? ''} ${port.port ?? '?'}`.trim() };
  const target = (right: number | string | null) =>
    jsonPatch('Service', service, [{ op: 'replace', path: `/spec/ports/${index}/targetPort`, value: right }]);
  return {
    family: 'service',
    object,
    source: service,
    field,
    protocol: 'tcp',
    serverName: null,
    hosts: [],
    path: null,
    narrowed: false,
    attachments: [
      {
        state: 'attached',
        problem: null,
        rejectedBackend: null,
        listeners: [listenerOf(service, port, origin)],
      },
    ],
    backends: [
      {
        ...{ namespace, name, port: port.port ?? null, weight: 1, origin, forbidden: null },
        pointTo: (right) => target(right.port),
      },
    ],
    settings: sourceRanges(service),
    ruleFor: (_, right) => target(right.port),
  };
}

/** The setting of `loadBalancerSourceRanges`. */
function sourceRanges(service: Service): readonly RouteSetting[] {
  const { loadBalancerSourceRanges: ranges = [], type, ipFamilies = [] } = service.spec ?? {};
  if (type !== 'LoadBalancer' || ranges.length === 0) return [];
  return [
    {
      kind: 'source-ranges',
      object: objectName('Service', service),
      field: 'spec.loadBalancerSourceRanges',
      actual: ranges.slice(0, 20).join(', '),
      fix: jsonPatch('Service', service, [
        { op: 'add', path: '/spec/loadBalancerSourceRanges/-', value: 'AGENT-CLUSTER-CIDR' },
      ]),
      ranges,
      families: ipFamilies,
    },
  ];
}

function listenerOf(
  { spec, status }: Service,
  { port, nodePort }: ServicePort,
  origin: Omit<RouteListener['origin'], 'fix'>,
): RouteListener {
  const balanced = spec?.type === 'LoadBalancer';
  const ingress = status?.loadBalancer?.ingress ?? [];
  return {
    name: null,
    port: (spec?.type === 'NodePort' ? nodePort : port) ?? null,
    protocol: 'tcp',
    tls: 'none',
    host: null,
    addresses: balanced
      ? ingress.flatMap(({ ip, hostname }) => ip ?? hostname ?? [])
      : (spec?.externalIPs ?? []),
    origin: { ...origin, fix: '' },
    notReady: null,
  };
}
