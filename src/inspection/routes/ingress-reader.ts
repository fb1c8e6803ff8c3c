import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { annotate, annotationField, objectName } from '../finding.ts';
import { annotationUse } from '../objects/ingress-controller.ts';
import type { Ingress, IngressPath } from '../objects/objects.ts';
import { exposureObjects } from './exposure-objects.ts';
import type { PathMatch, Route, RouteBackend, RouteSetting, ServiceRef } from './route.ts';
import { middlewareSettings } from './traefik-middlewares.ts';
import { MIDDLEWARES } from './traefik-objects.ts';

/** The routes of Ingresses, one for each path, in the order of the objects. */
export function ingressRoutes(facts: ControllerClusterFacts): readonly Route[] {
  const { ingresses = [], namespace } = facts;
  return ingresses.flatMap((ingress) =>
    (ingress.spec?.rules ?? []).flatMap(({ host, http }, rule) =>
      (http?.paths ?? []).map((path, index): Route => {
        const field = `spec.rules[${rule}].http.paths[${index}]`;
        return {
          family: 'ingress',
          object: objectName('Ingress', ingress),
          source: ingress,
          field,
          protocol: 'http',
          serverName: null,
          hosts: host === undefined || host === '' ? [] : [host],
          path: pathMatch(path),
          narrowed: false,
          attachments: [],
          backends: backendsOf(path, field, ingress, namespace),
          settings: settingsOf(ingress, path, facts),
          ruleFor,
        };
      }),
    ),
  );
}

function backendsOf(
  { backend }: IngressPath,
  field: string,
  ingress: Ingress,
  namespace: string,
): readonly RouteBackend[] {
  const { name, port } = backend?.service ?? {};
  if (name === undefined) return [];
  const chosen = port?.name ?? port?.number ?? null;
  return [
    {
      namespace: ingress.metadata?.namespace ?? namespace,
      name,
      port: chosen,
      weight: 1,
      origin: {
        object: objectName('Ingress', ingress),
        field: `${field}.backend.service`,
        actual: `${name}:${chosen ?? '?'}`,
      },
      forbidden: null,
      pointTo,
    },
  ];
}

/** Regular expressions are compared by their literal prefix. */
function pathMatch({ path = '/', pathType = 'ImplementationSpecific' }: IngressPath): PathMatch {
  const whole = { value: path, text: `${path} (${pathType})` };
  if (pathType === 'Exact') return { type: 'exact', ...whole };
  const literal = pathType === 'Prefix' ? path : (path.split(/[([{.*+?^$|\\]/)[0] ?? '');
  return { type: literal === path ? 'prefix' : 'pattern', ...whole };
}

function pointTo({ name, port }: ServiceRef): string {
  return `backend: { service: { name: ${name}, port: { number: ${port} } } }`;
}

function ruleFor(path: string, right: ServiceRef): string {
  return [`- path: ${path}`, '  pathType: Prefix', `  ${pointTo(right)}`].join('\n');
}

/** Annotations that enable WebSocket, for ingress controllers that need one, and their required value. */
const WEBSOCKET_ASKED_FOR = [
  { key: 'nginx.org/websocket-services', holds: (service: string) => service },
  { key: 'projectcontour.io/websocket-routes', holds: () => '/' },
] as const;

function settingsOf(
  ingress: Ingress,
  { backend }: IngressPath,
  facts: ControllerClusterFacts,
): readonly RouteSetting[] {
  const service = backend?.service?.name;
  if (service === undefined) return [];
  return [...withoutWebSocket(ingress, service, facts), ...traefikSettings(ingress, facts)];
}

const TRAEFIK_MIDDLEWARES = 'traefik.ingress.kubernetes.io/router.middlewares';

/** Settings from Traefik middlewares that an annotation names, as `NAMESPACE-NAME@kubernetescrd`. */
function traefikSettings(ingress: Ingress, facts: ControllerClusterFacts): readonly RouteSetting[] {
  const names = (ingress.metadata?.annotations?.[TRAEFIK_MIDDLEWARES] ?? '')
    .split(',')
    .map((name) => ({ name: name.trim() }));
  const use = annotationUse(ingress, TRAEFIK_MIDDLEWARES, facts);
  if (use === 'unread') return [];
  const all = exposureObjects('traefik', facts).of(MIDDLEWARES);
  return middlewareSettings(ingress.metadata?.namespace, names, 'Middleware', all).map((each) =>
    use === 'read' ? each : { ...each, doubt: 'it is not known whether Traefik serves the Ingress' },
  );
}

function withoutWebSocket(
  ingress: Ingress,
  service: string,
  facts: ControllerClusterFacts,
): readonly RouteSetting[] {
  return WEBSOCKET_ASKED_FOR.flatMap(({ key, holds }): readonly RouteSetting[] => {
    if (annotationUse(ingress, key, facts) !== 'read') return [];
    const given = ingress.metadata?.annotations?.[key];
    const wanted = holds(service);
    if (given?.split(',').some((each) => each.trim() === wanted)) return [];
    const value = given === undefined ? wanted : `${given},${wanted}`;
    return [
      {
        kind: 'no-websocket',
        object: objectName('Ingress', ingress),
        field: annotationField(key),
        actual: given ?? 'not set',
        fix: annotate('Ingress', ingress, key, value),
        writes: { annotations: { [key]: value } },
      },
    ];
  });
}
