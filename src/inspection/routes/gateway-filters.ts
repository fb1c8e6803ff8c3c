import { jsonPatch, objectName } from '../finding.ts';
import { secondsOfDuration } from './gateway-duration.ts';
import type { GatewayRoute, RouteFilter } from './gateway-objects.ts';
import type { RouteSetting } from './route.ts';

/** Settings from the filters of an HTTPRoute rule. */
export function filterSettings(route: GatewayRoute, rule: number): readonly RouteSetting[] {
  const filters = route.spec?.rules?.[rule]?.filters ?? [];
  return filters.flatMap((filter, index) => settingsOf(route, rule, filter, index));
}

/** The time limits of an HTTPRoute's rule; a limit of 0s is none. */
export function timeoutSettings(route: GatewayRoute, rule: number): readonly RouteSetting[] {
  const { timeouts } = route.spec?.rules?.[rule] ?? {};
  return (['request', 'backendRequest'] as const).flatMap((name): readonly RouteSetting[] => {
    const value = timeouts?.[name];
    const seconds = secondsOfDuration(value);
    if (value === undefined || seconds === null || seconds === 0) return [];
    const field = `spec.rules[${rule}].timeouts.${name}`;
    const path = `/spec/rules/${rule}/timeouts/${name}`;
    return [
      {
        ...{ kind: 'request-timeout', seconds, object: objectName('HTTPRoute', route), field, actual: value },
        fix: jsonPatch('HTTPRoute', route, [
          { op: 'test', path, value },
          { op: 'remove', path },
        ]),
      },
    ];
  });
}

function settingsOf(
  route: GatewayRoute,
  rule: number,
  filter: RouteFilter,
  index: number,
): readonly RouteSetting[] {
  const object = objectName('HTTPRoute', route);
  const at = `/spec/rules/${rule}/filters/${index}`;
  const fix = jsonPatch('HTTPRoute', route, [
    { op: 'test', path: `${at}/type`, value: filter.type },
    { op: 'remove', path: at },
  ]);
  const place = (name: string) => `spec.rules[${rule}].filters[${index}].${name}`;
  const { requestRedirect, urlRewrite } = filter;
  switch (filter.type) {
    case 'RequestRedirect': {
      const { scheme = null, statusCode = 302 } = requestRedirect ?? {};
      const actual = JSON.stringify(requestRedirect ?? {}).slice(0, 300);
      // A redirect of the scheme alone does not affect agents that already use that scheme.
      const only = Object.keys(requestRedirect ?? {}).every(
        (key) => key === 'scheme' || key === 'statusCode',
      );
      return [
        {
          kind: 'redirect',
          object,
          field: place('requestRedirect'),
          actual,
          fix,
          scheme: only ? scheme : null,
          status: statusCode,
        },
      ];
    }
    case 'URLRewrite':
      if (urlRewrite?.path === undefined) return [];
      return [
        {
          kind: 'rewrite',
          object,
          field: place('urlRewrite.path'),
          actual: JSON.stringify(urlRewrite.path).slice(0, 300),
          fix,
        },
      ];
    case 'ResponseHeaderModifier':
      return headerSetting('response-headers', filter.responseHeaderModifier, {
        ...{ object, field: place('responseHeaderModifier'), fix },
      });
    case 'RequestHeaderModifier':
      return headerSetting('request-headers', filter.requestHeaderModifier, {
        ...{ object, field: place('requestHeaderModifier'), fix },
      });
    case 'ExternalAuth':
      return [{ kind: 'login', object, field: place('externalAuth'), actual: 'ExternalAuth', fix }];
    default:
      return [];
  }
}

function headerSetting(
  kind: 'response-headers' | 'request-headers',
  filter: RouteFilter['requestHeaderModifier'],
  place: { readonly object: string; readonly field: string; readonly fix: string },
): readonly RouteSetting[] {
  const { set = [], remove = [] } = filter ?? {};
  const names = [...remove, ...set.flatMap(({ name }) => name ?? [])];
  return names.length === 0 ? [] : [{ kind, ...place, actual: names.slice(0, 20).join(', '), names }];
}
