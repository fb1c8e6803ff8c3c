import { jsonPatch, objectName } from '../finding.ts';
import type { F5Policy, VirtualServer } from './f5-objects.ts';
import { policySettings } from './f5-policies.ts';
import type { PathMatch, Route, RouteBackend, RouteSetting } from './route.ts';

/** The routes of a VirtualServer, one for each path. WebSocket is always allowed. */
export function virtualServerRoutes(server: VirtualServer, policies: readonly F5Policy[]): readonly Route[] {
  const { host, routes = [] } = server.spec ?? {};
  const object = objectName('VirtualServer', server);
  return routes.map(
    (route, index): Route => ({
      family: 'proxy',
      object,
      source: server,
      field: `spec.routes[${index}].path`,
      protocol: 'http',
      hosts: host === undefined ? [] : [host],
      serverName: null,
      path: pathOf(route.path ?? '/'),
      narrowed: (route.matches ?? []).length > 0,
      attachments: [],
      backends: backendsOf(server, index),
      settings: [...settingsOf(server, index), ...policySettings(server, index, policies)],
      ruleFor: (path) => `- path: ${path}\n  action: { pass: UPSTREAM }`,
    }),
  );
}

/** `=` is an exact path, `~` a regular expression, anything else a prefix. */
function pathOf(path: string): PathMatch {
  if (path.startsWith('=')) return { type: 'exact', value: path.slice(1).trim(), text: path };
  if (path.startsWith('~')) return { type: 'pattern', value: path.replace(/^~\*?\s*\^?/, ''), text: path };
  return { type: 'prefix', value: path, text: path };
}

function backendsOf(server: VirtualServer, index: number): readonly RouteBackend[] {
  const { action } = server.spec?.routes?.[index] ?? {};
  const wanted = action?.pass ?? action?.proxy?.upstream;
  const upstreams = server.spec?.upstreams ?? [];
  const place = upstreams.findIndex(({ name }) => name === wanted);
  const { service, port = null } = upstreams[place] ?? {};
  if (service === undefined) return [];
  const object = objectName('VirtualServer', server);
  const at = `/spec/upstreams/${place}`;
  const [namespace = server.metadata?.namespace ?? '', name = service] = service.includes('/')
    ? service.split('/')
    : [undefined, service];
  return [
    {
      ...{ namespace, name, port, weight: 1, forbidden: null },
      origin: { object, field: `spec.upstreams[${place}]`, actual: `${service}:${port ?? '?'}` },
      pointTo: (right) =>
        jsonPatch('VirtualServer', server, [
          { op: 'test', path: `${at}/service`, value: service },
          { op: 'replace', path: `${at}/service`, value: right.name },
          { op: 'add', path: `${at}/port`, value: right.port },
        ]),
    },
  ];
}

function settingsOf(server: VirtualServer, index: number): readonly RouteSetting[] {
  const { action } = server.spec?.routes?.[index] ?? {};
  const object = objectName('VirtualServer', server);
  const field = `spec.routes[${index}].action`;
  const fix = `give the paths of agents (/tcpSlaveAgentListener/ and /wsagents/, below the context path) a separate route with action.pass`;
  const upstream = (server.spec?.upstreams ?? []).findIndex(
    ({ name }) => name !== undefined && name === (action?.pass ?? action?.proxy?.upstream),
  );
  const secured = server.spec?.upstreams?.[upstream]?.tls?.enable === true;
  return [
    ...(secured
      ? [
          {
            kind: 'backend-tls',
            ...{ object, field: `spec.upstreams[${upstream}].tls.enable`, actual: 'true' },
            fix: jsonPatch('VirtualServer', server, [
              { op: 'replace', path: `/spec/upstreams/${upstream}/tls/enable`, value: false },
            ]),
          } as const,
        ]
      : []),
    ...(server.spec?.tls?.redirect?.enable === true
      ? [
          {
            kind: 'redirect',
            ...{ scheme: 'https', status: 301, object },
            ...{ field: 'spec.tls.redirect.enable', actual: 'true' },
            fix: 'give agents the https URL (JCasC: jenkins.clouds[].kubernetes.jenkinsUrl)',
          } as const,
        ]
      : []),
    ...(action?.redirect === undefined
      ? []
      : [
          {
            kind: 'redirect',
            ...{ scheme: null, status: action.redirect.code ?? 301, object, fix },
            ...{ field: `${field}.redirect`, actual: JSON.stringify(action.redirect).slice(0, 300) },
          } as const,
        ]),
    ...(action?.proxy?.rewritePath === undefined
      ? []
      : [
          {
            kind: 'rewrite',
            ...{ object, fix },
            ...{ field: `${field}.proxy.rewritePath`, actual: action.proxy.rewritePath.slice(0, 300) },
          } as const,
        ]),
  ];
}
