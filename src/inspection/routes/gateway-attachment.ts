import { jsonPatch, objectName } from '../finding.ts';
import type { StringMap } from '../objects/objects.ts';
import { matchesSelector } from '../objects/selector.ts';
import { hostMatches } from './choose-route.ts';
import { gatewayController } from './gateway-controllers.ts';
import {
  GATEWAY_GROUP,
  type Gateway,
  type GatewayListener,
  type GatewayRoute,
  type ParentRef,
} from './gateway-objects.ts';
import { conditionOf, describeReason, isLongAgo } from './gateway-status.ts';
import type { Attachment, AttachmentState, RouteListener, RouteProblem } from './route.ts';

export type GatewayRouteKind = 'HTTPRoute' | 'TCPRoute' | 'TLSRoute';

/** What the routes of a cluster hang on, and what else decides whether they are taken. */
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

/** A controller that takes notice of a route has written a status by then. */
const NOTICED_MS = 60_000;
/** The protocols of listeners that routes of a kind hang on. */
const PROTOCOLS: Readonly<Record<GatewayRouteKind, readonly string[]>> = {
  HTTPRoute: ['HTTP', 'HTTPS'],
  TCPRoute: ['TCP', 'TLS'],
  TLSRoute: ['TLS'],
};

/** What became of each `parentRef` of a route that names a Gateway or a ListenerSet. */
export function attachmentsOf(
  kind: GatewayRouteKind,
  route: GatewayRoute,
  world: GatewayWorld,
): readonly Attachment[] {
  return (route.spec?.parentRefs ?? []).flatMap((ref, index): Attachment[] => {
    const parentKind = ref.kind ?? 'Gateway';
    if ((ref.group ?? GATEWAY_GROUP) !== GATEWAY_GROUP) return [];
    if (parentKind !== 'Gateway' && parentKind !== 'ListenerSet') return [];
    return [attachmentOf({ kind, route, ref, field: `spec.parentRefs[${index}]`, world })];
  });
}

interface Reference {
  readonly kind: GatewayRouteKind;
  readonly route: GatewayRoute;
  readonly ref: ParentRef;
  readonly field: string;
  readonly world: GatewayWorld;
}

function attachmentOf(reference: Reference): Attachment {
  const { route, ref, world } = reference;
  const name = parentName(reference);
  const parent = world.parents.get(name);
  const listeners = parent === undefined ? [] : hangsOn(reference, parent);
  const { state, problem } = stateOf(reference, parent);
  const statuses = statusesOf(route, ref);
  const rejected = statuses
    .map(({ conditions }) => conditionOf(conditions, 'ResolvedRefs', route, world.now))
    .find((each) => each.state === 'false');
  const listenersOfParent = parent === undefined ? [] : (world.listenersOf.get(parent) ?? []);
  return {
    state,
    problem,
    listeners: listeners.flatMap(
      (each) => listenersOfParent[parent?.spec?.listeners?.indexOf(each) ?? -1] ?? [],
    ),
    rejectedBackend:
      rejected !== undefined
        ? {
            object: objectName(reference.kind, route),
            field: 'status.parents[].conditions[type=ResolvedRefs]',
            actual: describeReason(rejected),
            expected: 'True',
            fix: '',
            certain: true,
          }
        : null,
  };
}

/** `Gateway infra/public` */
function parentName({ route, ref }: Reference): string {
  return `${ref.kind ?? 'Gateway'} ${ref.namespace ?? route.metadata?.namespace}/${ref.name ?? '?'}`;
}

function statusesOf(route: GatewayRoute, ref: ParentRef) {
  const home = route.metadata?.namespace;
  const key = ({ kind = 'Gateway', namespace = home, name, sectionName, port }: ParentRef) =>
    JSON.stringify([kind, namespace, name, sectionName ?? null, port ?? null]);
  return (route.status?.parents ?? []).filter((each) => key(each.parentRef ?? {}) === key(ref));
}

function stateOf(
  reference: Reference,
  parent: Gateway | undefined,
): { readonly state: AttachmentState; readonly problem: RouteProblem | null } {
  const { kind, route, ref, field, world } = reference;
  const name = parentName(reference);
  const object = objectName(kind, route);
  if (parent === undefined && world.covers(ref.namespace ?? route.metadata?.namespace ?? '')) {
    return { state: 'no-parent', problem: missingParent(reference, object) };
  }
  const accepted = statusesOf(route, ref).map(({ conditions }) =>
    conditionOf(conditions, 'Accepted', route, world.now),
  );
  const disputed = accepted.some(({ state }) => state === 'true');
  for (const each of accepted) {
    // Which of two controllers serves the Gateway is not read.
    if (each.state === 'false' && disputed) return { state: 'unknown', problem: null };
    if (each.state !== 'false' || each.reason === 'Pending') continue;
    const problem = (parent === undefined ? null : staticProblem(reference, parent)) ?? {
      object,
      field,
      actual: `${name}${ref.sectionName === undefined ? '' : `, listener ${ref.sectionName}`}`,
      expected: 'a Gateway and a listener that take the route',
      fix: `see what ${name} allows: kubectl -n ${ref.namespace ?? route.metadata?.namespace} get ${(ref.kind ?? 'Gateway').toLowerCase()} ${ref.name} -o yaml`,
      certain: true,
    };
    return {
      state: 'refused',
      problem: {
        ...problem,
        actual: `${problem.actual}; its controller says ${describeReason(each)}`,
        certain: true,
      },
    };
  }
  if (accepted.some(({ state }) => state === 'true')) return { state: 'attached', problem: null };
  if (accepted.length > 0) return { state: 'pending', problem: null };
  if (parent === undefined) return { state: 'unknown', problem: null };
  const refused = staticProblem(reference, parent);
  if (refused !== null) return { state: 'refused', problem: refused };
  return notRead(reference, parent, object);
}

function missingParent({ field, ref, route, world, kind }: Reference, object: string): RouteProblem {
  const others = [...world.parents.keys()].slice(0, 5);
  const home = route.metadata?.namespace;
  const right = others[0]?.split(/[ /]/) ?? ['Gateway', home, 'NAME'];
  return {
    object,
    field: `${field}.name`,
    actual: `${ref.name ?? '?'}: there is no ${ref.kind ?? 'Gateway'} ${ref.namespace ?? home}/${ref.name ?? '?'}`,
    expected: others.length === 0 ? 'a Gateway that exists' : `one of ${others.join(', ')}`,
    fix: jsonPatch(kind, route, [
      { op: 'replace', path: `/${field.replaceAll(/[.[]/g, '/').replaceAll(']', '')}/name`, value: right[2] },
      {
        op: 'add',
        path: `/${field.replaceAll(/[.[]/g, '/').replaceAll(']', '')}/namespace`,
        value: right[1],
      },
    ]),
    certain: true,
  };
}

/** The listeners of a parent that a route asks for: by name, by port, or all of a fitting protocol. */
function hangsOn({ kind, ref }: Reference, { spec }: Gateway): readonly GatewayListener[] {
  const all = spec?.listeners ?? [];
  const asked = all.filter(
    ({ name, port }) =>
      (ref.sectionName === undefined || ref.sectionName === name) &&
      (ref.port === undefined || ref.port === port),
  );
  if (ref.sectionName !== undefined || ref.port !== undefined) return asked;
  return asked.filter(({ protocol = '' }) => PROTOCOLS[kind].includes(protocol));
}

/** Why a parent cannot take a route, as both objects say; null where nothing forbids it. */
function staticProblem(reference: Reference, parent: Gateway): RouteProblem | null {
  const { kind, route, ref, field } = reference;
  const object = objectName(kind, route);
  const name = parentName(reference);
  const all = parent.spec?.listeners ?? [];
  const listeners = hangsOn(reference, parent);
  if (listeners.length === 0) {
    const chosen = [
      ...(ref.sectionName === undefined ? [] : [`listener ${ref.sectionName}`]),
      ...(ref.port === undefined ? [] : [`port ${ref.port}`]),
    ].join(', ');
    return {
      object,
      field:
        ref.sectionName !== undefined
          ? `${field}.sectionName`
          : ref.port !== undefined
            ? `${field}.port`
            : field,
      actual: `${chosen === '' ? `no listener for a ${kind}` : chosen}: ${name} has ${describeListeners(all)}`,
      expected: `a listener of ${name}`,
      fix: addListener(kind, parent, ref),
      certain: true,
    };
  }
  const allowing = listeners.filter((each) => allowsNamespace(each, reference, parent));
  if (allowing.length === 0) return namespaceProblem(reference, parent, listeners);
  const kinds = allowing.filter((each) => allowsKind(each, kind));
  if (kinds.length === 0) {
    const index = all.indexOf(allowing[0] as GatewayListener);
    return {
      object: name,
      field: `spec.listeners[${index}].allowedRoutes.kinds`,
      actual: (allowing[0]?.allowedRoutes?.kinds ?? []).map((each) => each.kind).join(', '),
      expected: kind,
      fix: patchListener(parent, index, [{ path: 'allowedRoutes/kinds/-', value: { kind } }]),
      certain: true,
    };
  }
  const hosts = route.spec?.hostnames ?? [];
  if (hosts.length === 0 || kinds.some(({ hostname }) => hosts.some((host) => overlap(hostname, host))))
    return null;
  return {
    object,
    field: 'spec.hostnames',
    actual: `${hosts.join(', ')}: ${name} takes ${kinds.map(({ hostname }) => hostname).join(', ')}`,
    expected: `a host that a listener of ${name} takes`,
    fix: jsonPatch(kind, route, [{ op: 'replace', path: '/spec/hostnames', value: [kinds[0]?.hostname] }]),
    certain: true,
  };
}

function overlap(pattern: string | undefined, host: string): boolean {
  return pattern === undefined || hostMatches(pattern, host, true) || hostMatches(host, pattern, true);
}

function allowsNamespace(
  { allowedRoutes }: GatewayListener,
  { route, world }: Reference,
  { metadata }: Gateway,
): boolean {
  const { from = 'Same', selector } = allowedRoutes?.namespaces ?? {};
  const home = route.metadata?.namespace;
  if (from === 'All') return true;
  if (from === 'Same') return home === metadata?.namespace;
  if (from !== 'Selector') return from !== 'None';
  const labels = world.labelsOf(home ?? '');
  return labels === null || matchesSelector(selector ?? {}, labels);
}

function allowsKind({ allowedRoutes }: GatewayListener, kind: string): boolean {
  const kinds = allowedRoutes?.kinds ?? [];
  return kinds.length === 0 || kinds.some((each) => each.kind === kind);
}

function namespaceProblem(
  reference: Reference,
  parent: Gateway,
  listeners: readonly GatewayListener[],
): RouteProblem {
  const [first] = listeners;
  const index = (parent.spec?.listeners ?? []).indexOf(first as GatewayListener);
  const { from = 'Same', selector } = first?.allowedRoutes?.namespaces ?? {};
  const home = reference.route.metadata?.namespace;
  const matchLabels = { 'kubernetes.io/metadata.name': home };
  return {
    object: parentName(reference),
    field: `spec.listeners[${index}].allowedRoutes.namespaces`,
    actual:
      from === 'Selector'
        ? `from: Selector, ${JSON.stringify(selector ?? {})}`
        : `from: ${from}, while ${objectName(reference.kind, reference.route)} is in another namespace`,
    expected: `routes of the namespace ${home} allowed`,
    fix: patchListener(parent, index, [
      { path: 'allowedRoutes', value: { namespaces: { from: 'Selector', selector: { matchLabels } } } },
    ]),
    certain: true,
  };
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

function addListener(kind: GatewayRouteKind, parent: Gateway, ref: ParentRef): string {
  const names = (parent.spec?.listeners ?? []).map(({ name }) => name);
  const parentKind = parent.spec?.parentRef === undefined ? 'Gateway' : 'ListenerSet';
  if (kind === 'HTTPRoute') {
    return `name a listener in parentRefs[].sectionName that ${parentKind} ${parent.metadata?.name} has: ${names.join(', ')}`;
  }
  const value = {
    name: ref.sectionName ?? (names.includes('agents') ? 'agents-tcp' : 'agents'),
    protocol: 'TCP',
    port: ref.port ?? 50_000,
    allowedRoutes: { namespaces: { from: 'All' }, kinds: [{ kind: 'TCPRoute' }] },
  };
  return jsonPatch(parentKind, parent, [{ op: 'add', path: '/spec/listeners/-', value }]);
}

function describeListeners(listeners: readonly GatewayListener[]): string {
  if (listeners.length === 0) return 'no listeners';
  return listeners
    .slice(0, 8)
    .map(({ name, protocol, port }) => `${name} (${protocol} ${port})`)
    .join(', ');
}

/** A route that nothing forbids and that has no status, though its Gateway works. */
function notRead(
  reference: Reference,
  parent: Gateway,
  object: string,
): { readonly state: AttachmentState; readonly problem: RouteProblem | null } {
  const { kind, route, world } = reference;
  const { creationTimestamp } = route.metadata ?? {};
  const works = conditionOf(parent.status?.conditions, 'Accepted', parent, world.now).state === 'true';
  const controllerName = world.controllerOf(`${parent.metadata?.namespace}/${parent.metadata?.name}`);
  const controller = gatewayController(controllerName);
  if (
    !works ||
    creationTimestamp === undefined ||
    controller?.silent ||
    !isLongAgo(creationTimestamp, NOTICED_MS, world.now)
  ) {
    return { state: 'unknown', problem: null };
  }
  const meets =
    controller === null || controller.reads.some((version) => world.tcpVersions.includes(version));
  return {
    state: 'not-read',
    problem: {
      object,
      field: 'status.parents',
      actual: `no entry for ${parentName(reference)}, which works; the API server serves ${kind} as ${world.tcpVersions.join(', ')}`,
      expected: `an entry by ${controller?.name ?? 'the controller of the Gateway'}`,
      fix:
        kind === 'HTTPRoute'
          ? `see the log of ${controller?.name ?? 'the controller of the Gateway'}: it takes no notice of ${object}`
          : (controller?.fix ??
            'see which versions of TCPRoute the controller of the Gateway reads, and whether it has to be switched on; install the CRDs of that channel'),
      certain: kind === 'TCPRoute' && controller !== null && !meets,
    },
  };
}
