import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { objectName } from '../finding.ts';
import { attachmentsOf } from './gateway-attachment.ts';
import { withBackendTls } from './gateway-backend-tls.ts';
import { gatewayBackend } from './gateway-backends.ts';
import { gatewayController } from './gateway-controllers.ts';
import { filterSettings, timeoutSettings } from './gateway-filters.ts';
import { gatewayListeners } from './gateway-listeners.ts';
import {
  BACKEND_TLS_POLICIES,
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
import type { GatewayRouteKind, GatewayWorld } from './gateway-parent.ts';
import type { FieldOrigin, PathMatch, Route, ServiceRef } from './route.ts';
import type { ExposureObjects, RouteReader } from './route-reader.ts';

/** `gateway.networking.k8s.io`: routes of Gateways of any implementation. */
export const GATEWAY_API: RouteReader = {
  name: 'gateway-api',
  family: 'gateway',
  resources: [
    GATEWAYS,
    HTTP_ROUTES,
    TCP_ROUTES,
    TLS_ROUTES,
    REFERENCE_GRANTS,
    LISTENER_SETS,
    BACKEND_TLS_POLICIES,
  ],
  read: gatewayRoutes,
  refine: (routes, objects, { services = [] }) =>
    withBackendTls(routes, objects.of(BACKEND_TLS_POLICIES), services),
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
        gatewayBackend(kind, route, ref, `spec.rules[${index}].backendRefs[${place}]`, grants),
      ),
      settings:
        kind === 'HTTPRoute'
          ? [...filterSettings(route, index), ...(isEnvoy(route) ? [] : timeoutSettings(route, index))]
          : [],
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

/** Returns true if every controller of a route uses Envoy, which does not apply request timeouts to WebSocket. */
function isEnvoy({ status }: GatewayRoute): boolean {
  const names = (status?.parents ?? []).flatMap(({ controllerName }) => controllerName ?? []);
  return names.length > 0 && names.every((name) => gatewayController(name)?.envoy === true);
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

/** A TLSRoute never matches an agent; the fix is the TCPRoute to create instead. */
function serverNameOf(route: GatewayRoute, rule: RouteRule): FieldOrigin {
  const { name = '', namespace } = route.metadata ?? {};
  return {
    object: objectName('TLSRoute', route),
    field: 'spec.hostnames',
    actual: `${(route.spec?.hostnames ?? []).slice(0, 10).join(', ') || 'any'}: it matches the server name of a TLS handshake`,
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

function ruleFor(path: string, right: ServiceRef): string {
  return [
    `- matches: [{ path: { type: PathPrefix, value: ${path.replace(/\/$/, '')} } }]`,
    `  backendRefs: [{ name: ${right.name}, port: ${right.port} }]`,
  ].join('\n');
}
