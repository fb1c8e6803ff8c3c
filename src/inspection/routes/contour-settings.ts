import { jsonPatch, objectName } from '../finding.ts';
import type { ContourRoute, HttpProxy } from './contour-objects.ts';
import { secondsOfDuration } from './gateway-duration.ts';
import type { FieldOrigin, RouteSetting } from './route.ts';

const APART =
  'give the paths of agents (/tcpSlaveAgentListener/ and /wsagents/, below the context path) a separate route without it';

/**
 * Returns the settings of a route of an HTTPProxy.
 *
 * @param root the HTTPProxy with the host, which may include `proxy`
 */
export function contourSettings(
  root: HttpProxy,
  proxy: HttpProxy,
  route: ContourRoute,
  index: number,
): readonly RouteSetting[] {
  const at = (name: string, actual: unknown, fix?: string): FieldOrigin => ({
    object: objectName('HTTPProxy', proxy),
    field: `spec.routes[${index}].${name}`,
    actual: (typeof actual === 'string' ? actual : JSON.stringify(actual)).slice(0, 300),
    fix:
      fix ??
      jsonPatch('HTTPProxy', proxy, [
        { op: 'remove', path: `/spec/routes/${index}/${name.replaceAll(/[.[]/g, '/').replaceAll(']', '')}` },
      ]),
  });
  const { requestRedirectPolicy: redirect, pathRewritePolicy, timeoutPolicy } = route;
  const only = redirect?.hostname === undefined && !redirect?.path && !redirect?.prefix;
  const rewrites = (pathRewritePolicy?.replacePrefix ?? []).filter(
    ({ prefix, replacement }) => (prefix ?? '/') !== replacement,
  );
  const idle = timeoutPolicy?.idle;
  const seconds = secondsOfDuration(idle);
  return [
    ...(route.enableWebsockets === true
      ? []
      : [
          {
            kind: 'no-websocket',
            ...at(
              'enableWebsockets',
              'not set',
              jsonPatch('HTTPProxy', proxy, [
                { op: 'add', path: `/spec/routes/${index}/enableWebsockets`, value: true },
              ]),
            ),
          } as const,
        ]),
    ...(redirect === undefined
      ? []
      : [
          {
            kind: 'redirect',
            ...{ scheme: only ? (redirect.scheme ?? null) : null, status: redirect.statusCode ?? 302 },
            ...at('requestRedirectPolicy', redirect),
          } as const,
        ]),
    ...(rewrites.length === 0 ? [] : [{ kind: 'rewrite', ...at('pathRewritePolicy', rewrites) } as const]),
    ...(idle === undefined || seconds === null || seconds === 0
      ? []
      : [{ kind: 'websocket-idle', seconds, ...at('timeoutPolicy.idle', idle) } as const]),
    ...(['request', 'response'] as const).flatMap((direction) => {
      const { set = [], remove = [] } = route[`${direction}HeadersPolicy`] ?? {};
      const names = [...remove, ...set.flatMap(({ name }) => name ?? [])];
      return names.length === 0
        ? []
        : [{ kind: `${direction}-headers`, names, ...at(`${direction}HeadersPolicy`, names) } as const];
    }),
    ...(route.services ?? []).flatMap(({ protocol }, place) =>
      protocol === 'tls'
        ? [{ kind: 'backend-tls', ...at(`services[${place}].protocol`, protocol) } as const]
        : [],
    ),
    ...hostSettings(root, route),
  ];
}

/** Returns the settings of the virtual host, which apply to each of its routes. */
function hostSettings(root: HttpProxy, route: ContourRoute): readonly RouteSetting[] {
  const { tls, authorization, jwtProviders = [], ipAllowPolicy } = root.spec?.virtualhost ?? {};
  const at = (name: string, actual: string, fix = APART): FieldOrigin => ({
    ...{ object: objectName('HTTPProxy', root), field: `spec.virtualhost.${name}`, actual, fix },
  });
  const asked =
    authorization !== undefined &&
    !(route.authPolicy?.disabled ?? authorization.authPolicy?.disabled ?? false);
  const { require, disabled } = route.jwtVerificationPolicy ?? {};
  const jwt =
    disabled !== true && (require !== undefined || jwtProviders.some((each) => each.default === true));
  const ranges = (route.ipAllowPolicy ?? ipAllowPolicy)?.flatMap(({ cidr }) => cidr ?? []);
  return [
    ...(tls?.secretName !== undefined && route.permitInsecure !== true
      ? [
          {
            kind: 'redirect',
            ...{ scheme: 'https', status: 301 },
            ...at(
              'tls',
              'set, so http is redirected to https',
              'give agents the https URL (JCasC: jenkins.clouds[].kubernetes.jenkinsUrl)',
            ),
          } as const,
        ]
      : []),
    ...(asked
      ? [
          {
            kind: 'login',
            ...at('authorization', 'set', `${APART}: authPolicy: { disabled: true }`),
          } as const,
        ]
      : []),
    ...(jwt ? [{ kind: 'login', ...at('jwtProviders', 'a token is asked for') } as const] : []),
    ...(ranges === undefined
      ? []
      : [{ kind: 'allow-list', ranges, ...at('ipAllowPolicy', ranges.slice(0, 20).join(', ')) } as const]),
  ];
}
