import { objectName } from '../finding.ts';
import type { Attachment, RouteListener, RouteProblem } from './route.ts';
import { type EntryPoint, entryPointOfChart, type Traefik } from './traefik-entry-points.ts';
import type { TraefikIngressRoute } from './traefik-objects.ts';

export type TraefikKind = 'IngressRoute' | 'IngressRouteTCP';

/** The entry points of a route; a route without any uses all of them. */
export function traefikAttachments(
  kind: TraefikKind,
  route: TraefikIngressRoute,
  traefik: Traefik,
): readonly Attachment[] {
  const { entryPoints = [] } = route.spec ?? {};
  if (entryPoints.length === 0) {
    const every = traefik.entryPoints
      .filter(({ name }) => !['traefik', 'metrics'].includes(name))
      .map((each) => attachment('attached', listenerOf(kind, route, each.name, each, 'spec.entryPoints')));
    return every.length > 0 ? every : [attachment('unknown', null)];
  }
  return entryPoints.map((name, index): Attachment => {
    const found = traefik.entryPoints.find((each) => each.name === name.toLowerCase()) ?? null;
    const field = `spec.entryPoints[${index}]`;
    const listener = listenerOf(kind, route, name, found, field);
    if (traefik.workload === null) return attachment('unknown', listener);
    if (found !== null) return attachment('attached', listener);
    return {
      ...attachment('no-parent', listener),
      problem: noSuchEntryPoint(kind, route, index, name, traefik),
    };
  });
}

function attachment(state: Attachment['state'], listener: RouteListener | null): Attachment {
  return { state, problem: null, rejectedBackend: null, listeners: listener === null ? [] : [listener] };
}

function listenerOf(
  kind: TraefikKind,
  route: TraefikIngressRoute,
  name: string,
  found: EntryPoint | null,
  field: string,
): RouteListener {
  const { tls } = route.spec ?? {};
  const ended =
    (tls !== undefined && tls.passthrough !== true) || (kind === 'IngressRoute' && found?.tls === true);
  return {
    name,
    port: found?.published ?? found?.port ?? null,
    protocol: kind === 'IngressRoute' ? 'http' : 'tcp',
    tls: ended ? 'terminate' : tls === undefined ? 'none' : 'passthrough',
    host: null,
    addresses: found?.addresses ?? [],
    origin: { object: objectName(kind, route), field, actual: name, fix: '' },
    notReady: found?.unpublished ?? null,
  };
}

function noSuchEntryPoint(
  kind: TraefikKind,
  route: TraefikIngressRoute,
  index: number,
  name: string,
  { entryPoints, configured, workload }: Traefik,
): RouteProblem {
  const names = entryPoints.map((each) => each.name);
  const of = workload === null ? 'Traefik' : objectName(workload.kind ?? 'Deployment', workload);
  return {
    object: objectName(kind, route),
    field: `spec.entryPoints[${index}]`,
    actual: `${name}: ${of} has no such entry point`,
    expected:
      names.length === 0
        ? 'an entry point of Traefik'
        : `one of ${names.slice(0, 20).join(', ')}, or a new one`,
    fix: entryPointOfChart(name, 50_000),
    certain: !configured,
  };
}
