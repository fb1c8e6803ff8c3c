import { jsonPatch, objectName } from '../finding.ts';
import type { KubernetesObject } from '../objects/objects.ts';
import type { BackendTrafficPolicy, ClientTrafficPolicy, SecurityPolicy } from './envoy-objects.ts';
import { secondsOfDuration } from './gateway-duration.ts';
import type { FieldOrigin, RouteSetting } from './route.ts';

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

/** Settings of a ClientTrafficPolicy. */
export function clientSettings(policy: ClientTrafficPolicy): readonly RouteSetting[] {
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

/** Settings of a BackendTrafficPolicy. */
export function backendSettings(policy: BackendTrafficPolicy): readonly RouteSetting[] {
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
    // A check of another port does not connect to the agent port.
    ...(active?.type === 'TCP' && active.overrides?.port === undefined
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

/** The logins and allow-lists of a SecurityPolicy. */
export function securitySettings(policy: SecurityPolicy): readonly RouteSetting[] {
  const { authorization, ...spec } = policy.spec ?? {};
  const apart =
    'a policy applies to routes, not to paths: create a second HTTPRoute for /tcpSlaveAgentListener and /wsagents, and let targetRefs of the policy name only the first one';
  const at = (field: string, actual: unknown) => origin('SecurityPolicy', policy, field, actual, apart);
  // Absent means deny.
  const closed = authorization !== undefined && authorization.defaultAction !== 'Allow';
  return [
    ...LOGINS.filter((name) => spec[name] !== undefined).map(
      (name) => ({ kind: 'login', ...at(name, `${name} is set`) }) as const,
    ),
    ...(closed
      ? [
          {
            kind: 'allow-list',
            ranges: allowedRanges(authorization.rules ?? []),
            ...at('authorization', authorization),
          } as const,
        ]
      : []),
  ];
}

type AuthorizationRule = NonNullable<
  NonNullable<NonNullable<SecurityPolicy['spec']>['authorization']>['rules']
>[number];

/** The ranges that rules allow; null where one allows by something other than addresses. */
function allowedRanges(rules: readonly AuthorizationRule[]): readonly string[] | null {
  const allowing = rules.filter(({ action }) => action !== 'Deny');
  if (allowing.some(({ principal }) => principal?.clientCIDRs === undefined)) return null;
  return allowing.flatMap(({ principal }) => principal?.clientCIDRs ?? []);
}

function idle(
  kind: 'tcp-idle' | 'websocket-idle',
  text: string | undefined,
  at: (text: string) => FieldOrigin,
): readonly RouteSetting[] {
  const seconds = secondsOfDuration(text);
  // 0s disables the limit.
  return text === undefined || seconds === null || seconds === 0 ? [] : [{ kind, seconds, ...at(text) }];
}

function age(text: string | undefined, at: (text: string) => FieldOrigin): readonly RouteSetting[] {
  const seconds = secondsOfDuration(text);
  return text === undefined || seconds === null || seconds === 0
    ? []
    : [{ kind: 'max-age', seconds, ...at(text) }];
}
