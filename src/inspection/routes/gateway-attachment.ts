import { objectName } from '../finding.ts';
import { missingParent, staticProblem } from './gateway-attachment-problems.ts';
import { gatewayController } from './gateway-controllers.ts';
import { GATEWAY_GROUP, type Gateway, type GatewayRoute, type ParentRef } from './gateway-objects.ts';
import {
  type GatewayRouteKind,
  type GatewayWorld,
  hangsOn,
  type ParentReference,
  parentName,
} from './gateway-parent.ts';
import { conditionOf, describeReason, isLongAgo } from './gateway-status.ts';
import type { Attachment, AttachmentState, RouteProblem } from './route.ts';

/** After this time a controller that reads a route has written its status. */
const NOTICED_MS = 60_000;

/** The state of each `parentRef` of a route that names a Gateway or a ListenerSet. */
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

function attachmentOf(reference: ParentReference): Attachment {
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

function statusesOf(route: GatewayRoute, ref: ParentRef) {
  const home = route.metadata?.namespace;
  const key = ({ kind = 'Gateway', namespace = home, name, sectionName, port }: ParentRef) =>
    JSON.stringify([kind, namespace, name, sectionName ?? null, port ?? null]);
  return (route.status?.parents ?? []).filter((each) => key(each.parentRef ?? {}) === key(ref));
}

function stateOf(
  reference: ParentReference,
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
    // Either of the two controllers may serve the Gateway.
    if (each.state === 'false' && disputed) return { state: 'unknown', problem: null };
    if (each.state !== 'false' || each.reason === 'Pending') continue;
    const problem = (parent === undefined ? null : staticProblem(reference, parent)) ?? {
      object,
      field,
      actual: `${name}${ref.sectionName === undefined ? '' : `, listener ${ref.sectionName}`}`,
      expected: 'a Gateway and a listener that accept the route',
      fix: `check what ${name} allows: kubectl -n ${ref.namespace ?? route.metadata?.namespace} get ${(ref.kind ?? 'Gateway').toLowerCase()} ${ref.name} -o yaml`,
      certain: true,
    };
    return {
      state: 'refused',
      problem: {
        ...problem,
        actual: `${problem.actual}; its controller reports ${describeReason(each)}`,
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

/** The state of a route without a status, although its Gateway works and accepts it. */
function notRead(
  reference: ParentReference,
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
          ? `check the log of ${controller?.name ?? 'the controller of the Gateway'}: it ignores ${object}`
          : (controller?.fix ??
            'check which versions of TCPRoute the controller of the Gateway reads, and whether support must be enabled; install the CRDs of that channel'),
      certain: kind === 'TCPRoute' && controller !== null && !meets,
    },
  };
}
