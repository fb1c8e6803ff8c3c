import { objectName } from '../finding.ts';
import type { KubernetesObject } from '../objects/objects.ts';
import { matchesSelector } from '../objects/selector.ts';
import {
  BACKEND_TRAFFIC_POLICIES,
  CLIENT_TRAFFIC_POLICIES,
  ENVOY_PROXIES,
  type EnvoyPolicy,
  type PolicyTarget,
  SECURITY_POLICIES,
} from './envoy-objects.ts';
import { proxySettings } from './envoy-proxy.ts';
import { backendSettings, clientSettings, securitySettings } from './envoy-settings.ts';
import { exposureObjects } from './exposure-objects.ts';
import { GATEWAYS, type Gateway } from './gateway-objects.ts';
import type { Route, RouteSetting } from './route.ts';
import type { RouteReader } from './route-reader.ts';

/** `gateway.envoyproxy.io`: policies of Envoy Gateway, which change what its routes do. */
export const ENVOY_GATEWAY: RouteReader = {
  name: 'envoy-gateway',
  family: 'gateway',
  resources: [CLIENT_TRAFFIC_POLICIES, BACKEND_TRAFFIC_POLICIES, SECURITY_POLICIES, ENVOY_PROXIES],
  refine(routes, objects, facts) {
    const kinds: readonly (readonly PolicyEffect[])[] = [
      objects.of(CLIENT_TRAFFIC_POLICIES).map((policy) => ({ policy, settings: clientSettings(policy) })),
      objects.of(BACKEND_TRAFFIC_POLICIES).map((policy) => ({ policy, settings: backendSettings(policy) })),
      objects.of(SECURITY_POLICIES).map((policy) => ({ policy, settings: securitySettings(policy) })),
    ];
    const gateways = new Map(
      exposureObjects('gateway-api', facts)
        .of(GATEWAYS)
        .map((gateway) => [objectName('Gateway', gateway), gateway] as const),
    );
    const proxies = objects.of(ENVOY_PROXIES);
    return routes.map((route) => {
      if (route.family !== 'gateway') return route;
      const of = gatewaysOf(route, gateways);
      const added = [
        ...kinds.flatMap((policies) =>
          policies.flatMap(({ policy, settings }) =>
            aimsAt(policy, route, of) && !isOverridden(policy, route, of, policies) ? settings : [],
          ),
        ),
        ...of.flatMap((gateway) => proxySettings(gateway, proxies, facts)),
      ];
      return added.length === 0 ? route : { ...route, settings: [...route.settings, ...added] };
    });
  },
};

/** A policy and its effect on the routes that it targets. */
interface PolicyEffect {
  readonly policy: EnvoyPolicy;
  readonly settings: readonly RouteSetting[];
}

/** The Gateways that a route is attached to. */
function gatewaysOf({ attachments }: Route, gateways: ReadonlyMap<string, Gateway>): readonly Gateway[] {
  const names = attachments.flatMap(({ listeners }) => listeners.map(({ origin }) => origin.object));
  return [...new Set(names)].flatMap((name) => gateways.get(name) ?? []);
}

type Target = 'route' | 'listener' | 'gateway';

/** The most specific target of a policy for a route: the route, its listener or its Gateway; null without one. */
function targetIn(policy: EnvoyPolicy, route: Route, gateways: readonly Gateway[]): Target | null {
  const { targetRef, targetRefs = [], targetSelectors = [] } = policy.spec ?? {};
  const namespace = policy.metadata?.namespace;
  const [kind = ''] = route.object.split(' ');
  const own = namespace === route.source.metadata?.namespace;
  const all: readonly PolicyTarget[] = [...(targetRef === undefined ? [] : [targetRef]), ...targetRefs];
  const selects = (wanted: string, { metadata }: KubernetesObject) =>
    targetSelectors.some(
      (each) =>
        each.kind === wanted && matchesSelector({ matchLabels: each.matchLabels ?? {} }, metadata?.labels),
    );
  if (
    own &&
    (selects(kind, route.source) ||
      all.some((each) => each.kind === kind && each.name === route.source.metadata?.name))
  ) {
    return 'route';
  }
  const names = route.attachments.flatMap(({ listeners }) => listeners);
  for (const { kind: targetKind = '', name, sectionName } of all) {
    const gateway = `${targetKind} ${namespace}/${name}`;
    const found = names.filter(({ origin }) => origin.object === gateway);
    if (sectionName === undefined && found.length > 0) return 'gateway';
    if (found.some((each) => each.name === sectionName)) return 'listener';
  }
  const taken = gateways.some(
    (gateway) => gateway.metadata?.namespace === namespace && selects('Gateway', gateway),
  );
  return taken ? 'gateway' : null;
}

function aimsAt(policy: EnvoyPolicy, route: Route, gateways: readonly Gateway[]): boolean {
  return targetIn(policy, route, gateways) !== null;
}

const CLOSENESS: readonly (Target | null)[] = ['gateway', 'listener', 'route'];

/** Returns true if a more specific policy of the same kind replaces a policy; one with a mergeType does not. */
function isOverridden(
  policy: EnvoyPolicy,
  route: Route,
  gateways: readonly Gateway[],
  ofKind: readonly PolicyEffect[],
): boolean {
  const rank = (each: EnvoyPolicy) => CLOSENESS.indexOf(targetIn(each, route, gateways));
  return ofKind.some((each) => each.policy.spec?.mergeType === undefined && rank(each.policy) > rank(policy));
}
