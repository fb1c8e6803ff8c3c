import { jsonPatch, objectName } from '../finding.ts';
import { secondsOfDuration } from './gateway-duration.ts';
import { serviceOfHost } from './istio-host.ts';
import type { DestinationRule, IstioHttpRoute, VirtualService } from './istio-objects.ts';
import type { FieldOrigin, RouteBackend, RouteSetting } from './route.ts';

/** Settings of an HTTP route of a VirtualService. */
export function httpSettings(
  service: VirtualService,
  { redirect, rewrite, headers }: IstioHttpRoute,
  index: number,
): readonly RouteSetting[] {
  const at = (name: string, actual: unknown): FieldOrigin => ({
    object: objectName('VirtualService', service),
    field: `spec.http[${index}].${name}`,
    actual: JSON.stringify(actual).slice(0, 300),
    fix: jsonPatch('VirtualService', service, [
      { op: 'remove', path: `/spec/http/${index}/${name.replaceAll('.', '/')}` },
    ]),
  });
  const only = redirect?.uri === undefined && redirect?.authority === undefined;
  return [
    ...(redirect === undefined
      ? []
      : [
          {
            kind: 'redirect',
            ...{ scheme: only ? (redirect.scheme ?? null) : null, status: redirect.redirectCode ?? 301 },
            ...at('redirect', redirect),
          } as const,
        ]),
    ...(rewrite?.uri === undefined && rewrite?.uriRegexRewrite === undefined
      ? []
      : [{ kind: 'rewrite', ...at('rewrite', rewrite) } as const]),
    ...(['request', 'response'] as const).flatMap((direction) => {
      const { set = [], remove = [] } = headers?.[direction] ?? {};
      const names = [...set, ...remove];
      return names.length === 0
        ? []
        : [{ kind: `${direction}-headers`, names, ...at(`headers.${direction}`, names) } as const];
    }),
  ];
}

/** Settings from DestinationRules for the backends of a route. Port settings replace those of the whole rule. */
export function destinationSettings(
  backends: readonly RouteBackend[],
  rules: readonly DestinationRule[],
): readonly RouteSetting[] {
  return backends.flatMap(({ namespace, name, port }) =>
    rules.flatMap((rule) => {
      const found = serviceOfHost(rule.spec?.host, rule.metadata?.namespace ?? namespace);
      return found?.name === name && found.namespace === namespace ? policySettings(rule, port) : [];
    }),
  );
}

function policySettings(rule: DestinationRule, port: number | string | null): readonly RouteSetting[] {
  const whole = rule.spec?.trafficPolicy ?? {};
  const place = (whole.portLevelSettings ?? []).findIndex((each) => each.port?.number === port);
  const policy = whole.portLevelSettings?.[place] ?? whole;
  const start = place < 0 ? 'spec.trafficPolicy' : `spec.trafficPolicy.portLevelSettings[${place}]`;
  const at = (name: string, actual: string): FieldOrigin => ({
    object: objectName('DestinationRule', rule),
    field: `${start}.${name}`,
    actual,
    fix: jsonPatch('DestinationRule', rule, [
      { op: 'remove', path: `/${`${start}.${name}`.replaceAll(/[.[]/g, '/').replaceAll(']', '')}` },
    ]),
  });
  const { mode } = policy.tls ?? {};
  const { idleTimeout, maxConnectionDuration } = policy.connectionPool?.tcp ?? {};
  const idle = secondsOfDuration(idleTimeout);
  const age = secondsOfDuration(maxConnectionDuration);
  return [
    // ISTIO_MUTUAL is ended by the sidecar, not by Jenkins.
    ...(mode === 'SIMPLE' || mode === 'MUTUAL'
      ? [{ kind: 'backend-tls', ...at('tls.mode', mode) } as const]
      : []),
    ...(policy.proxyProtocol === undefined
      ? []
      : [
          {
            kind: 'proxy-header-sent',
            ...at('proxyProtocol', policy.proxyProtocol.version ?? 'V1'),
          } as const,
        ]),
    ...(idle === null || idle === 0
      ? []
      : [
          {
            kind: 'tcp-idle',
            seconds: idle,
            ...at('connectionPool.tcp.idleTimeout', idleTimeout ?? ''),
          } as const,
        ]),
    ...(age === null || age === 0
      ? []
      : [
          {
            kind: 'max-age',
            seconds: age,
            ...at('connectionPool.tcp.maxConnectionDuration', maxConnectionDuration ?? ''),
          } as const,
        ]),
  ];
}
