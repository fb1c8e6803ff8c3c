import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { jsonPatch, objectName } from '../finding.ts';
import type { Service } from '../objects/objects.ts';
import { istioAttachments } from './istio-attachment.ts';
import { serviceOfHost } from './istio-host.ts';
import {
  AUTHORIZATION_POLICIES,
  type ConnectionRoute,
  DESTINATION_RULES,
  type DestinationRule,
  ISTIO_GATEWAYS,
  type IstioHttpRoute,
  PEER_AUTHENTICATIONS,
  VIRTUAL_SERVICES,
  type VirtualService,
} from './istio-objects.ts';
import { destinationSettings, httpSettings } from './istio-settings.ts';
import type { FieldOrigin, PathMatch, Route, RouteBackend, ServiceRef } from './route.ts';
import type { RouteReader } from './route-reader.ts';

/** `networking.istio.io`, `security.istio.io`: VirtualServices at Istio's own Gateways, and what acts on them. */
export const ISTIO: RouteReader = {
  name: 'istio',
  family: 'mesh',
  resources: [
    ISTIO_GATEWAYS,
    VIRTUAL_SERVICES,
    DESTINATION_RULES,
    PEER_AUTHENTICATIONS,
    AUTHORIZATION_POLICIES,
  ],
  read(objects, facts) {
    const rules = objects.of(DESTINATION_RULES);
    return objects
      .of(VIRTUAL_SERVICES)
      .filter(({ spec }) => (spec?.gateways ?? []).some((name) => name !== 'mesh'))
      .flatMap((service) => [
        ...(['tcp', 'tls'] as const).flatMap((kind) =>
          (service.spec?.[kind] ?? []).map((route, index) => ({
            ...connectionRoute(service, kind, route, index, rules, facts),
            attachments: istioAttachments(service, kind, index, objects, facts),
          })),
        ),
        ...(service.spec?.http ?? []).flatMap((route, index) => {
          const attachments = istioAttachments(service, 'http', index, objects, facts);
          return httpRoutes(service, route, index, rules, facts).map((each) => ({ ...each, attachments }));
        }),
      ]);
  },
};

type Made = Omit<Route, 'attachments'>;

function connectionRoute(
  service: VirtualService,
  kind: 'tcp' | 'tls',
  route: ConnectionRoute,
  index: number,
  rules: readonly DestinationRule[],
  facts: ControllerClusterFacts,
): Made {
  const backends = backendsOf(service, kind, route, index, facts);
  const names = (route.match ?? []).flatMap(({ sniHosts = [] }) => sniHosts);
  return {
    family: 'mesh',
    object: objectName('VirtualService', service),
    source: service,
    field: `spec.${kind}[${index}]`,
    protocol: kind,
    hosts: kind === 'tls' ? names : [],
    serverName: kind === 'tls' ? serverNameOf(service, route, index, names, facts.agentPort) : null,
    path: null,
    narrowed: false,
    backends,
    settings: destinationSettings(backends, rules),
    ruleFor,
  };
}

function httpRoutes(
  service: VirtualService,
  route: IstioHttpRoute,
  index: number,
  rules: readonly DestinationRule[],
  facts: ControllerClusterFacts,
): readonly Made[] {
  const backends = backendsOf(service, 'http', route, index, facts);
  const matches: NonNullable<IstioHttpRoute['match']> =
    (route.match ?? []).length === 0 ? [{}] : (route.match ?? []);
  const hosts = (service.spec?.hosts ?? []).filter((host) => host !== '*');
  return matches.map(({ uri, method, headers = [] }, place) => ({
    family: 'mesh',
    object: objectName('VirtualService', service),
    source: service,
    field: `spec.http[${index}].match[${place}]`,
    protocol: 'http',
    hosts: hosts.length < (service.spec?.hosts ?? []).length ? [] : hosts,
    serverName: null,
    path: pathOf(uri),
    narrowed: (method !== undefined && method.exact !== 'GET') || headers.length > 0,
    backends,
    settings: [...httpSettings(service, route, index), ...destinationSettings(backends, rules)],
    ruleFor,
  }));
}

/** A prefix of Istio matches characters, not path segments. */
function pathOf(uri: { exact?: string; prefix?: string; regex?: string } = { prefix: '/' }): PathMatch {
  const { exact, prefix, regex } = uri;
  if (exact !== undefined) return { type: 'exact', value: exact, text: `exact ${exact}` };
  if (prefix !== undefined) return { type: 'prefix', value: prefix, text: `prefix ${prefix}` };
  return { type: 'pattern', value: regex ?? '', text: `regex ${regex ?? '?'}` };
}

function backendsOf(
  service: VirtualService,
  kind: 'tcp' | 'tls' | 'http',
  { route = [] }: ConnectionRoute | IstioHttpRoute,
  index: number,
  facts: ControllerClusterFacts,
): readonly RouteBackend[] {
  return route.flatMap(({ destination, weight = 100 }, place): readonly RouteBackend[] => {
    const found = serviceOfHost(destination?.host, service.metadata?.namespace ?? facts.namespace);
    if (found === null) return [];
    const field = `spec.${kind}[${index}].route[${place}].destination`;
    const at = `/spec/${kind}/${index}/route/${place}/destination`;
    const port = destination?.port?.number ?? onlyPort(found, facts.services ?? [], facts.namespace);
    return [
      {
        ...{ ...found, port, weight: route.length === 1 ? 1 : weight, forbidden: null },
        origin: {
          object: objectName('VirtualService', service),
          field,
          actual: `${destination?.host}:${port ?? '?'}`,
        },
        pointTo: (right) =>
          jsonPatch('VirtualService', service, [
            { op: 'test', path: `${at}/host`, value: destination?.host },
            {
              op: 'replace',
              path: at,
              value: {
                host: `${right.name}.${right.namespace}.svc.cluster.local`,
                port: { number: right.port },
              },
            },
          ]),
      },
    ];
  });
}

/** The port of a Service with one port, for which Istio needs no number. */
function onlyPort(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  services: readonly Service[],
  home: string,
): number | null {
  const ports = services.find(({ metadata }) => metadata?.name === name && namespace === home)?.spec?.ports;
  return ports?.length === 1 ? (ports[0]?.port ?? null) : null;
}

function serverNameOf(
  service: VirtualService,
  route: ConnectionRoute,
  index: number,
  names: readonly string[],
  port: number,
): FieldOrigin {
  return {
    object: objectName('VirtualService', service),
    field: `spec.tls[${index}].match`,
    actual: names.slice(0, 10).join(', ') || 'any server name',
    fix: jsonPatch('VirtualService', service, [
      {
        op: 'add',
        path: '/spec/tcp',
        value: [
          ...(service.spec?.tcp ?? []).slice(0, 20),
          { match: [{ port }], route: (route.route ?? []).slice(0, 20) },
        ],
      },
      { op: 'remove', path: `/spec/tls/${index}` },
    ]),
  };
}

function ruleFor(path: string, right: ServiceRef): string {
  return [
    `- match: [{ uri: { prefix: ${path} } }]`,
    `  route: [{ destination: { host: ${right.name}.${right.namespace}.svc.cluster.local, port: { number: ${right.port} } } }]`,
  ].join('\n');
}
