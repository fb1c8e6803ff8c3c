import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { objectName } from '../finding.ts';
import type { Ingress, IngressPath } from '../objects/objects.ts';
import type { PathMatch, Route, RouteBackend, ServiceRef } from './route.ts';

/** The routes that Ingresses make, one for each path, in the order of the objects. */
export function ingressRoutes({ ingresses = [], namespace }: ControllerClusterFacts): readonly Route[] {
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
          settings: [],
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

/** Expressions are judged by their literal beginning. */
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
