import { jsonPatch, objectName } from '../finding.ts';
import { matchesSelector } from '../objects/selector.ts';
import { hostMatches } from './choose-route.ts';
import type { Gateway, GatewayListener, ParentRef } from './gateway-objects.ts';
import {
  type GatewayRouteKind,
  hangsOn,
  type ParentReference,
  parentName,
  patchListener,
} from './gateway-parent.ts';
import type { RouteProblem } from './route.ts';

/** The problem of a reference to a Gateway that does not exist. */
export function missingParent(
  { field, ref, route, world, kind }: ParentReference,
  object: string,
): RouteProblem {
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

/** Returns the problem that keeps a parent from accepting a route, from both objects; null if it can accept it. */
export function staticProblem(reference: ParentReference, parent: Gateway): RouteProblem | null {
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
    actual: `${hosts.join(', ')}: ${name} accepts ${kinds.map(({ hostname }) => hostname).join(', ')}`,
    expected: `a host that a listener of ${name} accepts`,
    fix: jsonPatch(kind, route, [{ op: 'replace', path: '/spec/hostnames', value: [kinds[0]?.hostname] }]),
    certain: true,
  };
}

function overlap(pattern: string | undefined, host: string): boolean {
  return pattern === undefined || hostMatches(pattern, host, true) || hostMatches(host, pattern, true);
}

function allowsNamespace(
  { allowedRoutes }: GatewayListener,
  { route, world }: ParentReference,
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
  reference: ParentReference,
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
