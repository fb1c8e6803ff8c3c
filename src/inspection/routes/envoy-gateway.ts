import { jsonPatch, objectName } from '../finding.ts';
import type { KubernetesObject } from '../objects/objects.ts';
import { matchesSelector } from '../objects/selector.ts';
import {
  BACKEND_TRAFFIC_POLICIES,
  type BackendTrafficPolicy,
  CLIENT_TRAFFIC_POLICIES,
  type ClientTrafficPolicy,
  type EnvoyPolicy,
  type PolicyTarget,
  SECURITY_POLICIES,
  type SecurityPolicy,
} from './envoy-objects.ts';
import { secondsOfDuration } from './gateway-duration.ts';
import type { FieldOrigin, Route, RouteSetting } from './route.ts';
import type { RouteReader } from './route-reader.ts';

/** `gateway.envoyproxy.io`: policies of Envoy Gateway, which change what its routes do. */
export const ENVOY_GATEWAY: RouteReader = {
  name: 'envoy-gateway',
  family: 'gateway',
  resources: [CLIENT_TRAFFIC_POLICIES, BACKEND_TRAFFIC_POLICIES, SECURITY_POLICIES],
  refine(routes, objects) {
    const policies = [
      ...objects.of(CLIENT_TRAFFIC_POLICIES).map((policy) => ({ policy, settings: clientSettings(policy) })),
      ...objects
        .of(BACKEND_TRAFFIC_POLICIES)
        .map((policy) => ({ policy, settings: backendSettings(policy) })),
      ...objects.of(SECURITY_POLICIES).map((policy) => ({ policy, settings: securitySettings(policy) })),
    ].filter(({ settings }) => settings.length > 0);
    if (policies.length === 0) return routes;
    return routes.map((route) => {
      if (route.family !== 'gateway') return route;
      const added = policies.flatMap(({ policy, settings }) =>
        aimsAt(policy, route) && !isOverridden(policy, route, policies) ? settings : [],
      );
      return added.length === 0 ? route : { ...route, settings: [...route.settings, ...added] };
    });
  },
};

type Target = 'route' | 'listener' | 'gateway';

/** How closely a policy is aimed at a route: itself, its listener or its Gateway; null: at neither. */
function targetIn(policy: EnvoyPolicy, route: Route): Target | null {
  const { targetRef, targetRefs = [], targetSelectors = [] } = policy.spec ?? {};
  const namespace = policy.metadata?.namespace;
  const [kind = ''] = route.object.split(' ');
  const own = namespace === route.source.metadata?.namespace;
  const all: readonly PolicyTarget[] = [...(targetRef === undefined ? [] : [targetRef]), ...targetRefs];
  const selected = targetSelectors.some(
    (each) =>
      each.kind === kind &&
      matchesSelector({ matchLabels: each.matchLabels ?? {} }, route.source.metadata?.labels),
  );
  if (
    own &&
    (selected || all.some((each) => each.kind === kind && each.name === route.source.metadata?.name))
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
  return null;
}

function aimsAt(policy: EnvoyPolicy, route: Route): boolean {
  return targetIn(policy, route) !== null;
}

const CLOSENESS: readonly (Target | null)[] = ['gateway', 'listener', 'route'];

/** Whether another policy of the same kind is aimed more closely: that one counts alone. */
function isOverridden(
  policy: EnvoyPolicy,
  route: Route,
  policies: readonly { readonly policy: EnvoyPolicy; readonly settings: readonly RouteSetting[] }[],
): boolean {
  const rank = (each: EnvoyPolicy) => CLOSENESS.indexOf(targetIn(each, route));
  const kindOf = (settings: readonly RouteSetting[]) => settings[0]?.object.split(' ')[0];
  const own = kindOf(policies.find((each) => each.policy === policy)?.settings ?? []);
  return policies.some((each) => kindOf(each.settings) === own && rank(each.policy) > rank(policy));
}

function origin(
  kind: string,
  policy: KubernetesObject,
  field: string,
  actual: unknown,
  fix?: string,
): FieldOrigin {
  return {
    object: objectName(kind, policy),
    field: `spec.${field}`,
    actual: (typeof actual === 'string' ? actual : JSON.stringify(actual ?? {})).slice(0, 300),
    fix: fix ?? jsonPatch(kind, policy, [{ op: 'remove', path: `/spec/${field.replaceAll('.', '/')}` }]),
  };
}

function clientSettings(policy: ClientTrafficPolicy): readonly RouteSetting[] {
  const { timeout, enableProxyProtocol, proxyProtocol, connection } = policy.spec ?? {};
  const at = (field: string, actual: unknown, fix?: string) =>
    origin('ClientTrafficPolicy', policy, field, actual, fix);
  const limit = connection?.connectionLimit ?? {};
  return [
    ...idle('tcp-idle', timeout?.tcp?.idleTimeout, (text) => at('timeout.tcp.idleTimeout', text)),
    ...idle('websocket-idle', timeout?.http?.streamIdleTimeout, (text) =>
      at('timeout.http.streamIdleTimeout', text),
    ),
    ...(['maxConnectionDuration', 'maxStreamDuration'] as const).flatMap((name) =>
      age(limit[name], (text) => at(`connection.connectionLimit.${name}`, text)),
    ),
    ...(enableProxyProtocol === true && proxyProtocol === undefined
      ? [{ kind: 'proxy-header-expected', ...at('enableProxyProtocol', 'true') } as const]
      : []),
    ...(proxyProtocol !== undefined && proxyProtocol.optional !== true
      ? [
          {
            kind: 'proxy-header-expected',
            ...at(
              'proxyProtocol',
              proxyProtocol,
              jsonPatch('ClientTrafficPolicy', policy, [
                { op: 'add', path: '/spec/proxyProtocol/optional', value: true },
              ]),
            ),
          } as const,
        ]
      : []),
  ];
}

function backendSettings(policy: BackendTrafficPolicy): readonly RouteSetting[] {
  const { proxyProtocol, healthCheck, httpUpgrade, requestBuffer, timeout } = policy.spec ?? {};
  const at = (field: string, actual: unknown, fix?: string) =>
    origin('BackendTrafficPolicy', policy, field, actual, fix);
  const active = healthCheck?.active;
  const upgrade = (httpUpgrade ?? []).some(({ type }) => type === 'websocket');
  const open = jsonPatch('BackendTrafficPolicy', policy, [
    { op: 'add', path: '/spec/httpUpgrade', value: [{ type: 'websocket' }] },
    ...(requestBuffer === undefined ? [] : [{ op: 'remove', path: '/spec/requestBuffer' } as const]),
  ]);
  const http = {
    op: 'add',
    path: '/spec/healthCheck/active',
    value: { type: 'HTTP', interval: '10s', timeout: '3s', http: { path: '/' } },
  } as const;
  return [
    ...(proxyProtocol === undefined
      ? []
      : [{ kind: 'proxy-header-sent', ...at('proxyProtocol', proxyProtocol) } as const]),
    ...(active?.type === 'TCP'
      ? [
          {
            kind: 'bare-check',
            sends: active.tcp?.send !== undefined,
            ...at('healthCheck.active', active, jsonPatch('BackendTrafficPolicy', policy, [http])),
          } as const,
        ]
      : []),
    ...(httpUpgrade !== undefined && !upgrade
      ? [{ kind: 'no-websocket', ...at('httpUpgrade', httpUpgrade, open) } as const]
      : []),
    ...(requestBuffer !== undefined && httpUpgrade === undefined
      ? [{ kind: 'no-websocket', ...at('requestBuffer', requestBuffer, open) } as const]
      : []),
    ...idle('websocket-idle', timeout?.http?.streamIdleTimeout, (text) =>
      at('timeout.http.streamIdleTimeout', text),
    ),
    ...age(timeout?.http?.maxStreamDuration, (text) => at('timeout.http.maxStreamDuration', text)),
  ];
}

const LOGINS = ['oidc', 'extAuth', 'basicAuth', 'jwt', 'apiKeyAuth'] as const;

function securitySettings(policy: SecurityPolicy): readonly RouteSetting[] {
  const { authorization, ...spec } = policy.spec ?? {};
  const apart =
    'a policy goes by routes, not by paths: make a second HTTPRoute for /tcpSlaveAgentListener and /wsagents, and aim targetRefs of the policy at the first alone';
  const at = (field: string, actual: unknown) => origin('SecurityPolicy', policy, field, actual, apart);
  const rules = authorization?.rules ?? [];
  // Absent means deny.
  const closed = authorization !== undefined && authorization.defaultAction !== 'Allow';
  return [
    ...LOGINS.filter((name) => spec[name] !== undefined).map(
      (name) => ({ kind: 'login', ...at(name, `${name} is set`) }) as const,
    ),
    ...(closed
      ? [{ kind: 'allow-list', empty: rules.length === 0, ...at('authorization', authorization) } as const]
      : []),
  ];
}

function idle(
  kind: 'tcp-idle' | 'websocket-idle',
  text: string | undefined,
  at: (text: string) => FieldOrigin,
): readonly RouteSetting[] {
  const seconds = secondsOfDuration(text);
  // 0s switches the limit off.
  return text === undefined || seconds === null || seconds === 0 ? [] : [{ kind, seconds, ...at(text) }];
}

function age(text: string | undefined, at: (text: string) => FieldOrigin): readonly RouteSetting[] {
  const seconds = secondsOfDuration(text);
  return text === undefined || seconds === null || seconds === 0
    ? []
    : [{ kind: 'max-age', seconds, ...at(text) }];
}
