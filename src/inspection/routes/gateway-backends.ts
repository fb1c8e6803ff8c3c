import { jsonPatch, objectName } from '../finding.ts';
import { type BackendRef, GATEWAY_GROUP, type GatewayRoute, type ReferenceGrant } from './gateway-objects.ts';
import type { GatewayRouteKind } from './gateway-parent.ts';
import type { RouteBackend, RouteProblem, ServiceRef } from './route.ts';

/** The backend that a `backendRef` names; empty where it is not a Service. */
export function gatewayBackend(
  kind: GatewayRouteKind,
  route: GatewayRoute,
  ref: BackendRef,
  field: string,
  grants: readonly ReferenceGrant[],
): readonly RouteBackend[] {
  if ((ref.group ?? '') !== '' || (ref.kind ?? 'Service') !== 'Service') return [];
  const home = route.metadata?.namespace ?? '';
  const { namespace = home, name = '?', port = null, weight = 1 } = ref;
  const origin = {
    object: objectName(kind, route),
    field,
    actual: `${namespace === home ? '' : `${namespace}/`}${name}:${port ?? '?'}`,
  };
  const granted =
    namespace === home || grants.some((grant) => isGrantFor(grant, kind, home, namespace, name));
  return [
    {
      ...{ namespace, name, port, weight, origin },
      forbidden: granted ? null : missingGrant(kind, home, namespace, name, origin),
      pointTo: (right) => pointTo(kind, route, ref, field, right),
    },
  ];
}

/** The patch that changes a reference to another Service port; it tests the name first, because lists may have changed. */
function pointTo(
  kind: GatewayRouteKind,
  route: GatewayRoute,
  ref: BackendRef,
  field: string,
  right: ServiceRef,
): string {
  const at = `/${field.replaceAll(/[.[]/g, '/').replaceAll(']', '')}`;
  const elsewhere = (ref.namespace ?? route.metadata?.namespace) !== right.namespace;
  return jsonPatch(kind, route, [
    { op: 'test', path: `${at}/name`, value: ref.name },
    { op: 'replace', path: `${at}/name`, value: right.name },
    { op: 'add', path: `${at}/port`, value: right.port },
    ...(ref.weight === 0 ? [{ op: 'replace', path: `${at}/weight`, value: 1 } as const] : []),
    ...(elsewhere ? [{ op: 'add', path: `${at}/namespace`, value: right.namespace } as const] : []),
  ]);
}

function isGrantFor(
  { metadata, spec }: ReferenceGrant,
  kind: string,
  from: string,
  to: string,
  name: string,
): boolean {
  return (
    metadata?.namespace === to &&
    (spec?.from ?? []).some(
      (each) => each.group === GATEWAY_GROUP && each.kind === kind && each.namespace === from,
    ) &&
    (spec?.to ?? []).some(
      (each) =>
        (each.group ?? '') === '' &&
        each.kind === 'Service' &&
        (each.name === undefined || each.name === '' || each.name === name),
    )
  );
}

function missingGrant(
  kind: string,
  from: string,
  to: string,
  name: string,
  { object, field, actual }: RouteBackend['origin'],
): RouteProblem {
  return {
    object,
    field: `${field}.namespace`,
    actual: `${actual}: no ReferenceGrant in ${to} allows a ${kind} of ${from}`,
    expected: `a ReferenceGrant in ${to}, or a route in ${to}`,
    fix: [
      `apiVersion: ${GATEWAY_GROUP}/v1beta1`,
      'kind: ReferenceGrant',
      `metadata: { name: routes-to-${name}, namespace: ${to} }`,
      'spec:',
      `  from: [{ group: ${GATEWAY_GROUP}, kind: ${kind}, namespace: ${from} }]`,
      `  to: [{ group: "", kind: Service, name: ${name} }]`,
    ].join('\n'),
    certain: true,
  };
}
