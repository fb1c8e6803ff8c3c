import { jsonPatch } from '../finding.ts';
import type { StringMap } from '../objects/objects.ts';
import type { Gateway, GatewayListener, GatewayRoute, ParentRef } from './gateway-objects.ts';
import type { RouteListener } from './route.ts';

export type GatewayRouteKind = 'HTTPRoute' | 'TCPRoute' | 'TLSRoute';

/** The Gateways of a cluster, and other facts that decide whether routes attach. */
export interface GatewayWorld {
  readonly now: number;
  /** By `Kind namespace/name`: Gateways and ListenerSets. */
  readonly parents: ReadonlyMap<string, Gateway>;
  readonly listenersOf: ReadonlyMap<Gateway, readonly RouteListener[]>;
  readonly covers: (namespace: string) => boolean;
  /** Labels of a namespace, where they are known. */
  readonly labelsOf: (namespace: string) => StringMap | null;
  /** Versions that the API server serves of TCPRoute. */
  readonly tcpVersions: readonly string[];
  /** The controller that reports on routes of a Gateway, by `namespace/name`; null: none did. */
  readonly controllerOf: (gateway: string) => string | null;
}

/** A `parentRef` of a route. */
export interface ParentReference {
  readonly kind: GatewayRouteKind;
  readonly route: GatewayRoute;
  readonly ref: ParentRef;
  readonly field: string;
  readonly world: GatewayWorld;
}

/** `Gateway infra/public` */
export function parentName({ route, ref }: ParentReference): string {
  return `${ref.kind ?? 'Gateway'} ${ref.namespace ?? route.metadata?.namespace}/${ref.name ?? '?'}`;
}

/** The protocols of listeners that routes of a kind hang on. */
const PROTOCOLS: Readonly<Record<GatewayRouteKind, readonly string[]>> = {
  HTTPRoute: ['HTTP', 'HTTPS'],
  TCPRoute: ['TCP', 'TLS'],
  TLSRoute: ['TLS'],
};

/** The listeners of a parent that a route names by name or port, or else all with a matching protocol. */
export function hangsOn({ kind, ref }: ParentReference, { spec }: Gateway): readonly GatewayListener[] {
  const all = spec?.listeners ?? [];
  const asked = all.filter(
    ({ name, port }) =>
      (ref.sectionName === undefined || ref.sectionName === name) &&
      (ref.port === undefined || ref.port === port),
  );
  if (ref.sectionName !== undefined || ref.port !== undefined) return asked;
  return asked.filter(({ protocol = '' }) => PROTOCOLS[kind].includes(protocol));
}

/** The command that changes a listener. Lists may have moved: the patch tests the listener's name first. */
export function patchListener(
  parent: Gateway,
  index: number,
  changes: readonly { readonly path: string; readonly value: unknown }[],
): string {
  const kind = parent.spec?.parentRef === undefined ? 'Gateway' : 'ListenerSet';
  const at = `/spec/listeners/${index}`;
  return jsonPatch(kind, parent, [
    { op: 'test', path: `${at}/name`, value: parent.spec?.listeners?.[index]?.name },
    ...changes.map(({ path, value }) => ({ op: 'add' as const, path: `${at}/${path}`, value })),
  ]);
}
