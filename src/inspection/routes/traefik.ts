import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { jsonPatch, objectName } from '../finding.ts';
import type { FieldOrigin, Route, RouteBackend, RouteProblem, RouteSetting, ServiceRef } from './route.ts';
import type { ExposureObjects, RouteReader } from './route-reader.ts';
import { type TraefikKind, traefikAttachments } from './traefik-attachment.ts';
import { entryPointOfChart, type Traefik, traefikOf } from './traefik-entry-points.ts';
import { serverNamesOf, traefikMatches } from './traefik-match.ts';
import { middlewareSettings, serviceSettings } from './traefik-middlewares.ts';
import {
  INGRESS_ROUTES,
  INGRESS_ROUTES_TCP,
  MIDDLEWARES,
  MIDDLEWARES_TCP,
  SERVERS_TRANSPORTS_TCP,
  type TraefikIngressRoute,
  type TraefikRoute,
  type TraefikService,
} from './traefik-objects.ts';

/** `traefik.io`: IngressRoutes, with the entry points that the arguments of Traefik's workload define. */
export const TRAEFIK: RouteReader = {
  name: 'traefik',
  family: 'proxy',
  resources: [INGRESS_ROUTES, INGRESS_ROUTES_TCP, MIDDLEWARES, MIDDLEWARES_TCP, SERVERS_TRANSPORTS_TCP],
  read(objects, facts) {
    const traefik = traefikOf(facts);
    return [
      ...objects.of(INGRESS_ROUTES).flatMap((route) => httpRoutes(route, traefik, objects)),
      ...objects.of(INGRESS_ROUTES_TCP).flatMap((route) => tcpRoutes(route, traefik, objects, facts)),
    ];
  },
};

function httpRoutes(
  route: TraefikIngressRoute,
  traefik: Traefik,
  objects: ExposureObjects,
): readonly Route[] {
  const attachments = traefikAttachments('IngressRoute', route, traefik);
  return (route.spec?.routes ?? []).flatMap((each, index) => {
    const references = [...entryPointMiddlewares(route, traefik), ...(each.middlewares ?? [])];
    const settings = [
      ...middlewareSettings(route.metadata?.namespace, references, 'Middleware', objects.of(MIDDLEWARES)),
      ...(route.spec?.tls === undefined ? redirects(route, traefik) : []),
    ];
    return traefikMatches(each.match ?? '').map(
      (match): Route => ({
        ...common('IngressRoute', route, each, index, traefik),
        ...match,
        protocol: 'http',
        serverName: null,
        attachments,
        settings,
      }),
    );
  });
}

function tcpRoutes(
  route: TraefikIngressRoute,
  traefik: Traefik,
  objects: ExposureObjects,
  facts: ControllerClusterFacts,
): readonly Route[] {
  const attachments = traefikAttachments('IngressRouteTCP', route, traefik);
  const { tls, entryPoints = [] } = route.spec ?? {};
  return (route.spec?.routes ?? []).map((each, index): Route => {
    const names = serverNamesOf(each.match ?? '');
    const any = names.length === 0 || names.includes('*');
    const taken = any && tls === undefined;
    return {
      ...common('IngressRouteTCP', route, each, index, traefik),
      hosts: any ? [] : names,
      path: null,
      narrowed: false,
      protocol: taken ? 'tcp' : 'tls',
      serverName: taken ? null : waitsForTls(route, each, index),
      attachments,
      settings: [
        ...middlewareSettings(
          route.metadata?.namespace,
          each.middlewares ?? [],
          'MiddlewareTCP',
          objects.of(MIDDLEWARES_TCP),
        ),
        ...(each.services ?? []).flatMap((service, place) =>
          serviceSettings(
            route,
            service,
            `spec.routes[${index}].services[${place}]`,
            objects.of(SERVERS_TRANSPORTS_TCP),
          ),
        ),
      ],
      ...(taken && entryPoints.length === 0
        ? { everyListener: everyEntryPoint(route, facts.agentPort) }
        : {}),
    };
  });
}

function common(
  kind: TraefikKind,
  route: TraefikIngressRoute,
  each: TraefikRoute,
  index: number,
  traefik: Traefik,
) {
  return {
    family: 'proxy',
    object: objectName(kind, route),
    source: route,
    field: `spec.routes[${index}].match`,
    backends: (each.services ?? []).flatMap((service, place) =>
      backendOf(kind, route, service, `spec.routes[${index}].services[${place}]`, traefik),
    ),
    ruleFor,
  } as const;
}

function everyEntryPoint(route: TraefikIngressRoute, port: number): FieldOrigin {
  return {
    object: objectName('IngressRouteTCP', route),
    field: 'spec.entryPoints',
    actual: 'not set, which means every default entry point',
    fix: [
      jsonPatch('IngressRouteTCP', route, [{ op: 'add', path: '/spec/entryPoints', value: ['agents'] }]),
      entryPointOfChart('agents', port),
    ].join('\n'),
  };
}

/** The field that requires TLS: an agent sends none first, so the router never matches it. */
function waitsForTls(route: TraefikIngressRoute, each: TraefikRoute, index: number): FieldOrigin {
  const { tls } = route.spec ?? {};
  const at = `/spec/routes/${index}/match`;
  return {
    object: objectName('IngressRouteTCP', route),
    field: `spec.routes[${index}].match`,
    actual: `${each.match ?? ''}${tls === undefined ? '' : `, with tls${tls.passthrough === true ? '.passthrough' : ''}`}`,
    fix: jsonPatch('IngressRouteTCP', route, [
      { op: 'test', path: at, value: each.match },
      { op: 'replace', path: at, value: 'HostSNI(`*`)' },
      ...(tls === undefined ? [] : [{ op: 'remove', path: '/spec/tls' } as const]),
    ]),
  };
}

/** The middlewares of the named entry points, if each of them has some. */
function entryPointMiddlewares(
  route: TraefikIngressRoute,
  { entryPoints }: Traefik,
): readonly { readonly name: string }[] {
  const named = (route.spec?.entryPoints ?? []).map((name) => name.toLowerCase());
  const own = entryPoints.filter(({ name }) => named.includes(name));
  if (own.some(({ middlewares }) => middlewares.length === 0)) return [];
  return own.slice(0, 1).flatMap(({ middlewares }) => middlewares.map((name) => ({ name })));
}

/** The redirect of the named entry points for routers without TLS. */
function redirects(route: TraefikIngressRoute, { entryPoints }: Traefik): readonly RouteSetting[] {
  const named = (route.spec?.entryPoints ?? []).map((name) => name.toLowerCase());
  const own = entryPoints.filter(({ name }) => named.includes(name));
  return own.length === 0 || own.some(({ redirect }) => redirect === null)
    ? []
    : own
        .slice(0, 1)
        .flatMap(({ redirect }) =>
          redirect === null ? [] : [{ kind: 'redirect', status: 301, ...redirect } as const],
        );
}

function backendOf(
  kind: TraefikKind,
  route: TraefikIngressRoute,
  service: TraefikService,
  field: string,
  { workload, crossNamespace }: Traefik,
): readonly RouteBackend[] {
  if ((service.kind ?? 'Service') !== 'Service') return [];
  const home = route.metadata?.namespace ?? '';
  const { namespace = home, name = '?', port = null, weight = 1 } = service;
  const origin = {
    object: objectName(kind, route),
    field,
    actual: `${namespace === home ? '' : `${namespace}/`}${name}:${port ?? '?'}`,
  };
  const at = `/${field.replaceAll(/[.[]/g, '/').replaceAll(']', '')}`;
  return [
    {
      ...{
        namespace,
        name,
        port: typeof port === 'string' && /^\d+$/.test(port) ? Number(port) : port,
        weight,
        origin,
      },
      forbidden:
        namespace === home || workload === null || crossNamespace
          ? null
          : crossesNamespaces(origin, namespace),
      pointTo: (right) =>
        jsonPatch(kind, route, [
          { op: 'test', path: `${at}/name`, value: service.name },
          { op: 'replace', path: `${at}/name`, value: right.name },
          { op: 'add', path: `${at}/port`, value: right.port },
          ...(weight === 0 ? [{ op: 'replace', path: `${at}/weight`, value: 1 } as const] : []),
          ...(namespace === right.namespace
            ? []
            : [{ op: 'add', path: `${at}/namespace`, value: right.namespace } as const]),
        ]),
    },
  ];
}

function crossesNamespaces(
  { object, field, actual }: RouteBackend['origin'],
  namespace: string,
): RouteProblem {
  return {
    object,
    field: `${field}.namespace`,
    actual: `${actual}: Traefik ignores references to other namespaces`,
    expected: `a route in namespace ${namespace}, or --providers.kubernetescrd.allowCrossNamespace=true`,
    fix: `create the same route in namespace ${namespace}, without the namespace of the service`,
    certain: false,
  };
}

function ruleFor(path: string, right: ServiceRef): string {
  return [
    `- match: PathPrefix(\`${path}\`)`,
    '  kind: Rule',
    `  services: [{ name: ${right.name}, port: ${right.port} }]`,
  ].join('\n');
}
