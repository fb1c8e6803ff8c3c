import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { jsonPatch, objectName } from '../finding.ts';
import { type ContourRoute, HTTP_PROXIES, type HttpProxy } from './contour-objects.ts';
import { contourSettings } from './contour-settings.ts';
import { conditionOf } from './gateway-status.ts';
import type { Attachment, PathMatch, Route, RouteBackend, ServiceRef } from './route.ts';
import type { RouteReader } from './route-reader.ts';

/** `projectcontour.io`: HTTPProxies. Contour matches a `tcpproxy` only by the server name of a TLS handshake. */
export const CONTOUR: RouteReader = {
  name: 'contour',
  family: 'proxy',
  resources: [HTTP_PROXIES],
  read(objects, facts) {
    const all = objects.of(HTTP_PROXIES);
    return all
      .filter(({ spec }) => spec?.virtualhost !== undefined)
      .flatMap((root) => [
        ...(root.spec?.tcpproxy === undefined ? [] : [tcpRoute(root, facts)]),
        ...httpRoutes(root, root, '', all, facts, MAX_DEPTH),
      ]);
  },
};

/** An HTTPProxy may include another one, which may include more. */
const MAX_DEPTH = 5;

/** The routes of an HTTPProxy and of those that it includes, below the prefix of the inclusion. */
function httpRoutes(
  root: HttpProxy,
  proxy: HttpProxy,
  prefix: string,
  all: readonly HttpProxy[],
  facts: ControllerClusterFacts,
  depth: number,
): readonly Route[] {
  if (depth === 0) return [];
  const own = (proxy.spec?.routes ?? []).map((route, index) =>
    httpRoute(root, proxy, route, index, prefix, facts),
  );
  const included = (proxy.spec?.includes ?? []).flatMap(({ name, namespace, conditions = [] }) => {
    const home = namespace ?? proxy.metadata?.namespace;
    const child = all.find(
      ({ metadata, spec }) =>
        metadata?.name === name && metadata?.namespace === home && spec?.virtualhost === undefined,
    );
    return child === undefined
      ? []
      : httpRoutes(root, child, joined(prefix, conditions), all, facts, depth - 1);
  });
  return [...own, ...included];
}

function httpRoute(
  root: HttpProxy,
  proxy: HttpProxy,
  route: ContourRoute,
  index: number,
  prefix: string,
  facts: ControllerClusterFacts,
): Route {
  const { conditions = [] } = route;
  const { fqdn = '*' } = root.spec?.virtualhost ?? {};
  return {
    ...common(proxy, `spec.routes[${index}]`),
    protocol: 'http',
    hosts: fqdn === '*' ? [] : [fqdn],
    serverName: null,
    path: pathOf(joined(prefix, conditions), conditions),
    narrowed: conditions.some(({ header }) => header !== undefined),
    attachments: [attachmentOf(root, facts, 'http')],
    backends: backendsOf(proxy, route.services ?? [], `spec.routes[${index}].services`),
    settings: contourSettings(root, proxy, route, index),
  };
}

type Conditions = NonNullable<ContourRoute['conditions']>;

/** Several prefixes of one route are concatenated. */
function joined(start: string, conditions: Conditions): string {
  return conditions.reduce((path, { prefix = '' }) => `${path.replace(/\/$/, '')}${prefix}`, start);
}

function pathOf(prefix: string, conditions: Conditions): PathMatch {
  const exact = conditions.find((each) => each.exact !== undefined)?.exact;
  const regex = conditions.find((each) => each.regex !== undefined)?.regex;
  if (exact !== undefined) return { type: 'exact', value: exact, text: `exact ${exact}` };
  if (regex !== undefined) return { type: 'pattern', value: regex, text: `regex ${regex}` };
  const value = prefix === '' ? '/' : prefix;
  return { type: 'prefix', value, text: `prefix ${value}` };
}

function tcpRoute(root: HttpProxy, facts: ControllerClusterFacts): Route {
  const { fqdn = '*', tls } = root.spec?.virtualhost ?? {};
  const { namespace } = root.metadata ?? {};
  const ending = tls === undefined ? 'no tls' : tls.passthrough === true ? 'passthrough' : 'tls ended here';
  return {
    ...common(root, 'spec.tcpproxy'),
    protocol: 'tls',
    hosts: fqdn === '*' ? [] : [fqdn],
    serverName: {
      object: objectName('HTTPProxy', root),
      field: 'spec.tcpproxy',
      actual: `for ${fqdn}, ${ending}: Contour matches the server name of a TLS handshake`,
      fix: `publish the port with a Service of type LoadBalancer or a TCPRoute (v1alpha2), or give agents WebSocket (JCasC: jenkins.clouds[].kubernetes.webSocket: true); then: kubectl -n ${namespace} delete httpproxy ${root.metadata?.name}`,
    },
    path: null,
    narrowed: false,
    attachments: [attachmentOf(root, facts, 'tls')],
    backends: backendsOf(root, root.spec?.tcpproxy?.services ?? [], 'spec.tcpproxy.services'),
    settings: [],
  };
}

function common(proxy: HttpProxy, field: string) {
  return {
    ...({ family: 'proxy', object: objectName('HTTPProxy', proxy), source: proxy, field } as const),
    ruleFor: (path: string, { name, port }: ServiceRef) =>
      [
        `- conditions: [{ prefix: ${path} }]`,
        '  enableWebsockets: true',
        `  services: [{ name: ${name}, port: ${port} }]`,
      ].join('\n'),
  };
}

/**
 * Returns the attachment of an HTTPProxy with a host: has Contour accepted it? Contour refuses a `tcpproxy` without
 * TLS, which has its own finding.
 */
function attachmentOf(
  root: HttpProxy,
  { readAt }: ControllerClusterFacts,
  protocol: 'http' | 'tls',
): Attachment {
  const { tls } = root.spec?.virtualhost ?? {};
  const object = objectName('HTTPProxy', root);
  const { currentStatus, description = '', conditions } = root.status ?? {};
  const valid = conditionOf(conditions, 'Valid', root, readAt);
  const refused = valid.state === 'false' || (valid.state === 'absent' && currentStatus === 'invalid');
  const said = valid.message || description;
  return {
    state: refused
      ? 'refused'
      : valid.state === 'true' || currentStatus === 'valid'
        ? 'attached'
        : valid.state === 'pending'
          ? 'pending'
          : 'unknown',
    problem:
      refused && protocol === 'http'
        ? {
            ...{ object, field: 'status.currentStatus' },
            actual: `invalid: ${said.slice(0, 200) || 'no reason is given'}`,
            expected: 'valid',
            fix: `correct what the status reports: kubectl -n ${root.metadata?.namespace} describe httpproxy ${root.metadata?.name}`,
            certain: valid.state === 'false',
          }
        : null,
    rejectedBackend: null,
    listeners: [
      {
        name: null,
        port: tls === undefined ? 80 : 443,
        protocol,
        tls: tls === undefined ? 'none' : tls.passthrough === true ? 'passthrough' : 'terminate',
        host: root.spec?.virtualhost?.fqdn ?? null,
        addresses: [],
        origin: { object, field: 'spec.virtualhost.tls', actual: JSON.stringify(tls ?? {}), fix: '' },
        notReady: null,
      },
    ],
  };
}

/** Returns the backends of a route. Their Services are in the same namespace: a field for another does not exist. */
function backendsOf(
  proxy: HttpProxy,
  services: NonNullable<ContourRoute['services']>,
  field: string,
): readonly RouteBackend[] {
  return services.flatMap(({ name, port = null, weight = 0, mirror }, index): readonly RouteBackend[] => {
    if (name === undefined || mirror === true) return [];
    const at = `/${field.replaceAll(/[.[]/g, '/').replaceAll(']', '')}/${index}`;
    // If no Service has a weight, all get the same share.
    const weighted = services.some((each) => (each.weight ?? 0) > 0);
    return [
      {
        ...{ namespace: proxy.metadata?.namespace ?? '', name, port, weight: weighted ? weight : 1 },
        origin: {
          object: objectName('HTTPProxy', proxy),
          field: `${field}[${index}]`,
          actual: `${name}:${port ?? '?'}`,
        },
        forbidden: null,
        pointTo: (right) =>
          jsonPatch('HTTPProxy', proxy, [
            { op: 'test', path: `${at}/name`, value: name },
            { op: 'replace', path: `${at}/name`, value: right.name },
            { op: 'add', path: `${at}/port`, value: right.port },
          ]),
      },
    ];
  });
}
