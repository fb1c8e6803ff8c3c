import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { jsonPatch, objectName } from '../finding.ts';
import { attachmentsOf, type GatewayRouteKind, type GatewayWorld } from './gateway-attachment.ts';
import { filterSettings } from './gateway-filters.ts';
import { gatewayListeners } from './gateway-listeners.ts';
import {
  type BackendRef,
  GATEWAY_GROUP,
  GATEWAYS,
  type Gateway,
  type GatewayRoute,
  HTTP_ROUTES,
  LISTENER_SETS,
  REFERENCE_GRANTS,
  type ReferenceGrant,
  type RouteRule,
  TCP_ROUTES,
  TLS_ROUTES,
} from './gateway-objects.ts';
import type { FieldOrigin, PathMatch, Route, RouteBackend, RouteProblem, ServiceRef } from './route.ts';
import type { ExposureObjects, RouteReader } from './route-reader.ts';

/** `gateway.networking.k8s.io`: routes of Gateways of any implementation. */
export const GATEWAY_API: RouteReader = {
  name: 'gateway-api',
  family: 'gateway',
  resources: [GATEWAYS, HTTP_ROUTES, TCP_ROUTES, TLS_ROUTES, REFERENCE_GRANTS, LISTENER_SETS],
  read: gatewayRoutes,
};

const KINDS = [
  ['HTTPRoute', HTTP_ROUTES],
  ['TCPRoute', TCP_ROUTES],
  ['TLSRoute', TLS_ROUTES],
] as const;
const PROTOCOLS = { HTTPRoute: 'http', TCPRoute: 'tcp', TLSRoute: 'tls' } as const;

function gatewayRoutes(objects: ExposureObjects, facts: ControllerClusterFacts): readonly Route[] {
  const world = worldOf(objects, facts);
  const grants = objects.of(REFERENCE_GRANTS);
  return KINDS.flatMap(([kind, resource]) =>
    objects.of(resource).flatMap((route) => routesOf(kind, route, world, grants)),
  );
}

function worldOf(objects: ExposureObjects, facts: ControllerClusterFacts): GatewayWorld {
  const gateways = objects.of(GATEWAYS);
  const parents = new Map<string, Gateway>([
    ...gateways.map((each) => [objectName('Gateway', each), each] as const),
    ...objects.of(LISTENER_SETS).map((each) => [objectName('ListenerSet', each), each] as const),
  ]);
  const controllers = new Map<string, string>();
  for (const [, resource] of KINDS) {
    for (const { metadata, status } of objects.of(resource)) {
      for (const { parentRef, controllerName } of status?.parents ?? []) {
        if (controllerName === undefined) continue;
        controllers.set(`${parentRef?.namespace ?? metadata?.namespace}/${parentRef?.name}`, controllerName);
      }
    }
  }
  const classes = new Map(
    (facts.gatewayClasses ?? []).flatMap(({ metadata, spec }) =>
      metadata?.name === undefined || spec?.controllerName === undefined
        ? []
        : [[metadata.name, spec.controllerName] as const],
    ),
  );
  const classOf = new Map(
    gateways.map(({ metadata, spec }) => [
      `${metadata?.namespace}/${metadata?.name}`,
      spec?.gatewayClassName,
    ]),
  );
  return {
    now: facts.readAt,
    parents,
    listenersOf: new Map(
      [...parents].map(([name, each]) => [each, gatewayListeners(name, each, parents, facts.readAt)]),
    ),
    covers: objects.covers,
    labelsOf: (namespace) => (namespace === facts.namespace ? (facts.namespaceLabels ?? null) : null),
    tcpVersions: objects.served(TCP_ROUTES),
    controllerOf: (gateway) => controllers.get(gateway) ?? classes.get(classOf.get(gateway) ?? '') ?? null,
  };
}

/** The routes of one object: one for each match of an HTTPRoute, one for each rule of another. */
function routesOf(
  kind: GatewayRouteKind,
  route: GatewayRoute,
  world: GatewayWorld,
  grants: readonly ReferenceGrant[],
): readonly Route[] {
  const attachments = attachmentsOf(kind, route, world);
  return (route.spec?.rules ?? []).flatMap((rule, index): readonly Route[] => {
    const whole: Route = {
      family: 'gateway',
      object: objectName(kind, route),
      source: route,
      field: `spec.rules[${index}]`,
      protocol: PROTOCOLS[kind],
      hosts: route.spec?.hostnames ?? [],
      serverName: kind === 'TLSRoute' ? serverNameOf(route, rule) : null,
      path: null,
      narrowed: false,
      attachments,
      backends: (rule.backendRefs ?? []).flatMap((ref, place) =>
        backendOf(kind, route, ref, `spec.rules[${index}].backendRefs[${place}]`, grants),
      ),
      settings: kind === 'HTTPRoute' ? filterSettings(route, index) : [],
      ruleFor,
    };
    if (kind !== 'HTTPRoute') return [whole];
    return matchesOf(rule).map((match, place) => ({
      ...whole,
      ...match,
      field: `spec.rules[${index}].matches[${place}]`,
    }));
  });
}

const PATH_TYPES = { Exact: 'exact', PathPrefix: 'prefix', RegularExpression: 'pattern' } as const;

function matchesOf({
  matches = [],
}: RouteRule): readonly { readonly path: PathMatch; readonly narrowed: boolean }[] {
  const all: NonNullable<RouteRule['matches']> = matches.length === 0 ? [{}] : matches;
  return all.map(({ path, method, headers = [] }) => {
    const { type = 'PathPrefix', value = '/' } = path ?? {};
    return {
      path: {
        type: PATH_TYPES[type as keyof typeof PATH_TYPES] ?? 'pattern',
        value,
        text: `${value} (${type})`,
      },
      narrowed: (method !== undefined && method !== 'GET') || headers.length > 0,
    };
  });
}

function backendOf(
  kind: GatewayRouteKind,
  route: GatewayRoute,
  ref: BackendRef,
  field: string,
  grants: readonly ReferenceGrant[],
): readonly RouteBackend[] {
  if ((ref.group ?? '') !== '' || (ref.kind ?? 'Service') !== 'Service') return [];
  const home = route.metadata?.namespace ?? '';
  const { namespace = home, name = '?', port = null, weight = 1 } = ref;
  const origin = {
    object: objectName(kind, route),
    field,
    actual: `${namespace === home ? '' : `${namespace}/`}${name}:${port ?? '?'}`,
  };
  const granted =
    namespace === home || grants.some((grant) => isGrantFor(grant, kind, home, namespace, name));
  return [
    {
      ...{ namespace, name, port, weight, origin },
      forbidden: granted ? null : missingGrant(kind, home, namespace, name, origin),
      pointTo: (right) => pointTo(kind, route, ref, field, right),
    },
  ];
}

/** A TLSRoute never takes an agent: what to make instead. */
function serverNameOf(route: GatewayRoute, rule: RouteRule): FieldOrigin {
  const { name = '', namespace } = route.metadata ?? {};
  return {
    object: objectName('TLSRoute', route),
    field: 'spec.hostnames',
    actual: `${(route.spec?.hostnames ?? []).slice(0, 10).join(', ') || 'any'}: it goes by the server name of a TLS handshake`,
    fix: [
      `apiVersion: ${GATEWAY_GROUP}/v1`,
      'kind: TCPRoute',
      `metadata: { name: ${name}, namespace: ${namespace} }`,
      'spec:',
      `  parentRefs: ${JSON.stringify((route.spec?.parentRefs ?? []).slice(0, 20))}`,
      `  rules: [{ backendRefs: ${JSON.stringify((rule.backendRefs ?? []).slice(0, 20))} }]`,
      '# and a listener of protocol TCP for it, instead of the TLSRoute',
    ].join('\n'),
  };
}

/** The patch that leads a reference to another Service port; it tests the name first, as lists may have moved. */
function pointTo(
  kind: GatewayRouteKind,
  route: GatewayRoute,
  ref: BackendRef,
  field: string,
  right: ServiceRef,
): string {
  const at = `/${field.replaceAll(/[.[]/g, '/').replaceAll(']', '')}`;
  const elsewhere = (ref.namespace ?? route.metadata?.namespace) !== right.namespace;
  return jsonPatch(kind, route, [
    { op: 'test', path: `${at}/name`, value: ref.name },
    { op: 'replace', path: `${at}/name`, value: right.name },
    { op: 'add', path: `${at}/port`, value: right.port },
    ...(ref.weight === 0 ? [{ op: 'replace', path: `${at}/weight`, value: 1 } as const] : []),
    ...(elsewhere ? [{ op: 'add', path: `${at}/namespace`, value: right.namespace } as const] : []),
  ]);
}

function isGrantFor(
  { metadata, spec }: ReferenceGrant,
  kind: string,
  from: string,
  to: string,
  name: string,
): boolean {
  return (
    metadata?.namespace === to &&
    (spec?.from ?? []).some(
      (each) => each.group === GATEWAY_GROUP && each.kind === kind && each.namespace === from,
    ) &&
    (spec?.to ?? []).some(
      (each) =>
        (each.group ?? '') === '' &&
        each.kind === 'Service' &&
        (each.name === undefined || each.name === '' || each.name === name),
    )
  );
}

function missingGrant(
  kind: string,
  from: string,
  to: string,
  name: string,
  { object, field, actual }: RouteBackend['origin'],
): RouteProblem {
  return {
    object,
    field: `${field}.namespace`,
    actual: `${actual}: no ReferenceGrant in ${to} lets a ${kind} of ${from} lead there`,
    expected: `a ReferenceGrant in ${to}, or a route in ${to}`,
    fix: [
      `apiVersion: ${GATEWAY_GROUP}/v1beta1`,
      'kind: ReferenceGrant',
      `metadata: { name: routes-to-${name}, namespace: ${to} }`,
      'spec:',
      `  from: [{ group: ${GATEWAY_GROUP}, kind: ${kind}, namespace: ${from} }]`,
      `  to: [{ group: "", kind: Service, name: ${name} }]`,
    ].join('\n'),
    certain: true,
  };
}

function ruleFor(path: string, right: ServiceRef): string {
  return [
    `- matches: [{ path: { type: PathPrefix, value: ${path.replace(/\/$/, '')} } }]`,
    `  backendRefs: [{ name: ${right.name}, port: ${right.port} }]`,
  ].join('\n');
}
