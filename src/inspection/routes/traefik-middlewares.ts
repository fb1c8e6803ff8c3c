import { jsonPatch, objectName } from '../finding.ts';
import type { FieldOrigin, RouteSetting } from './route.ts';
import type {
  ServersTransportTcp,
  TraefikIngressRoute,
  TraefikMiddleware,
  TraefikService,
} from './traefik-objects.ts';

type Reference = { readonly name?: string; readonly namespace?: string };

/** Chains name middlewares that may be chains. */
const MAX_DEPTH = 5;
const MAX_MIDDLEWARES = 50;
const APART =
  'a middleware applies to a whole route: create a second route for PathPrefix(`/tcpSlaveAgentListener/`) || PathPrefix(`/wsagents/`) (below the context path) without it';

/** Settings from the middlewares that an object of the namespace `home` names. */
export function middlewareSettings(
  home: string | undefined,
  references: readonly Reference[],
  kind: 'Middleware' | 'MiddlewareTCP',
  all: readonly TraefikMiddleware[],
): readonly RouteSetting[] {
  return resolve(references, home, all, MAX_DEPTH)
    .slice(0, MAX_MIDDLEWARES)
    .flatMap((middleware) => settingsOf(kind, middleware));
}

function resolve(
  references: readonly Reference[],
  home: string | undefined,
  all: readonly TraefikMiddleware[],
  depth: number,
): readonly TraefikMiddleware[] {
  if (depth === 0) return [];
  return references.slice(0, MAX_MIDDLEWARES).flatMap(({ name = '', namespace = home }) => {
    const found = all.find(
      ({ metadata }) =>
        (metadata?.name === name && metadata?.namespace === namespace) ||
        `${metadata?.namespace}-${metadata?.name}@kubernetescrd` === name,
    );
    if (found === undefined) return [];
    const chained = found.spec?.chain?.middlewares ?? [];
    return chained.length === 0 ? [found] : resolve(chained, found.metadata?.namespace, all, depth - 1);
  });
}

const LOGINS = ['forwardAuth', 'basicAuth', 'digestAuth'] as const;
const REWRITES = ['stripPrefix', 'stripPrefixRegex', 'replacePath', 'replacePathRegex', 'addPrefix'] as const;
const LISTS = ['ipAllowList', 'ipWhiteList'] as const;

function settingsOf(
  kind: 'Middleware' | 'MiddlewareTCP',
  middleware: TraefikMiddleware,
): readonly RouteSetting[] {
  const { spec = {} } = middleware;
  const at = (field: string, actual: unknown, fix = APART): FieldOrigin => ({
    object: objectName(kind, middleware),
    field: `spec.${field}`,
    actual: JSON.stringify(actual).slice(0, 300),
    fix,
  });
  const { redirectScheme, redirectRegex, headers, inFlightConn } = spec;
  const status = (permanent: boolean | undefined) => (permanent === true ? 308 : 302);
  const response = headers?.customResponseHeaders ?? [];
  const request = headers?.customRequestHeaders ?? [];
  return [
    ...LOGINS.filter((name) => spec[name] !== undefined).map(
      (name) => ({ kind: 'login', ...at(name, `${name} is set`) }) as const,
    ),
    ...REWRITES.filter((name) => spec[name] !== undefined).map(
      (name) => ({ kind: 'rewrite', ...at(name, spec[name]) }) as const,
    ),
    ...LISTS.flatMap((name) =>
      allowList(spec[name]?.sourceRange, (list) =>
        at(`${name}.sourceRange`, list, addTo(kind, middleware, name)),
      ),
    ),
    ...(redirectScheme === undefined
      ? []
      : [
          {
            kind: 'redirect',
            scheme: redirectScheme.scheme ?? null,
            status: status(redirectScheme.permanent),
            ...at('redirectScheme', redirectScheme),
          } as const,
        ]),
    ...(redirectRegex === undefined
      ? []
      : [
          {
            kind: 'redirect',
            scheme: null,
            status: status(redirectRegex.permanent),
            ...at('redirectRegex', redirectRegex),
          } as const,
        ]),
    ...(response.length === 0
      ? []
      : [
          {
            kind: 'response-headers',
            names: response,
            ...at('headers.customResponseHeaders', response),
          } as const,
        ]),
    ...(request.length === 0
      ? []
      : [
          {
            kind: 'request-headers',
            names: request,
            ...at('headers.customRequestHeaders', request),
          } as const,
        ]),
    ...(inFlightConn?.amount === undefined
      ? []
      : [
          {
            kind: 'connection-limit',
            amount: inFlightConn.amount,
            ...at(
              'inFlightConn.amount',
              inFlightConn.amount,
              'raise the amount above the number of agents behind one address, or remove the middleware',
            ),
          } as const,
        ]),
  ];
}

function allowList(
  ranges: readonly string[] | undefined,
  at: (ranges: readonly string[]) => FieldOrigin,
): readonly RouteSetting[] {
  return ranges === undefined ? [] : [{ kind: 'allow-list', ranges, ...at(ranges) }];
}

function addTo(kind: string, middleware: TraefikMiddleware, name: string): string {
  return jsonPatch(kind, middleware, [
    { op: 'add', path: `/spec/${name}/sourceRange/-`, value: 'AGENT-CLUSTER-CIDR' },
  ]);
}

/** Settings of a service of an IngressRouteTCP and of its ServersTransportTCP. */
export function serviceSettings(
  route: TraefikIngressRoute,
  { proxyProtocol, tls, serversTransport, namespace = route.metadata?.namespace }: TraefikService,
  field: string,
  transports: readonly ServersTransportTcp[],
): readonly RouteSetting[] {
  const own = objectName('IngressRouteTCP', route);
  const at = `/${field.replaceAll(/[.[]/g, '/').replaceAll(']', '')}`;
  const without = (name: string) =>
    jsonPatch('IngressRouteTCP', route, [{ op: 'remove', path: `${at}/${name}` }]);
  const transport = transports.find(
    ({ metadata }) =>
      (metadata?.name === serversTransport &&
        [namespace, route.metadata?.namespace].includes(metadata?.namespace)) ||
      `${metadata?.namespace}-${metadata?.name}@kubernetescrd` === serversTransport,
  );
  const shared = (name: 'proxyProtocol' | 'tls', value: unknown) => ({
    object: objectName('ServersTransportTCP', transport ?? {}),
    field: `spec.${name}`,
    actual: JSON.stringify(value),
    fix: jsonPatch('ServersTransportTCP', transport ?? {}, [{ op: 'remove', path: `/spec/${name}` }]),
  });
  return [
    ...(proxyProtocol === undefined
      ? []
      : [
          {
            kind: 'proxy-header-sent',
            ...{ object: own, field: `${field}.proxyProtocol`, actual: JSON.stringify(proxyProtocol) },
            fix: without('proxyProtocol'),
          } as const,
        ]),
    ...(transport?.spec?.proxyProtocol === undefined
      ? []
      : [{ kind: 'proxy-header-sent', ...shared('proxyProtocol', transport.spec.proxyProtocol) } as const]),
    ...(tls === true
      ? [
          {
            kind: 'backend-tls',
            object: own,
            field: `${field}.tls`,
            actual: 'true',
            fix: without('tls'),
          } as const,
        ]
      : []),
    ...(transport?.spec?.tls === undefined
      ? []
      : [{ kind: 'backend-tls', ...shared('tls', transport.spec.tls) } as const]),
  ];
}
