import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { jsonPatch, objectName } from '../finding.ts';
import { hostMatches } from './choose-route.ts';
import type { EmissaryHost, Mapping } from './emissary-objects.ts';
import { emissaryBackend } from './emissary-service.ts';
import type { FieldOrigin, PathMatch, Route, RouteSetting } from './route.ts';

/** The route of a Mapping. */
export function mappingRoute(
  mapping: Mapping,
  hosts: readonly EmissaryHost[],
  facts: ControllerClusterFacts,
): Route {
  const { hostname, host, method, headers = [], host_redirect } = mapping.spec ?? {};
  const wanted = hostname ?? host ?? '*';
  return {
    family: 'proxy',
    object: objectName('Mapping', mapping),
    source: mapping,
    field: 'spec.prefix',
    protocol: 'http',
    hosts: wanted === '*' ? [] : [wanted],
    serverName: null,
    path: pathOf(mapping),
    narrowed: (method !== undefined && method !== 'GET') || headers.length > 0,
    attachments: [],
    // With host_redirect, `service` is a host name.
    backends: host_redirect === true ? [] : emissaryBackend('Mapping', mapping, mapping.spec, facts),
    settings: settingsOf(mapping, wanted, hosts),
    ruleFor: (path, right) =>
      [
        'apiVersion: getambassador.io/v3alpha1',
        'kind: Mapping',
        `metadata: { name: jenkins-agents, namespace: ${mapping.metadata?.namespace} }`,
        `spec: { hostname: ${JSON.stringify(wanted)}, prefix: ${path}, rewrite: "", service: "${right.name}.${right.namespace}:${right.port}", allow_upgrade: [websocket] }`,
      ].join('\n'),
  };
}

/** A prefix of Emissary matches characters, not path segments. */
function pathOf({ spec }: Mapping): PathMatch {
  const { prefix = '/', prefix_exact, prefix_regex } = spec ?? {};
  if (prefix_exact === true) return { type: 'exact', value: prefix, text: `exact ${prefix}` };
  if (prefix_regex === true) return { type: 'pattern', value: prefix, text: `regex ${prefix}` };
  return { type: 'prefix', value: prefix, text: `prefix ${prefix}` };
}

function settingsOf(
  mapping: Mapping,
  wanted: string,
  hosts: readonly EmissaryHost[],
): readonly RouteSetting[] {
  const { spec = {} } = mapping;
  const { prefix = '/', rewrite = '/', allow_upgrade = [], idle_timeout_ms: idle } = spec;
  const patch = (name: string, value: unknown) =>
    jsonPatch('Mapping', mapping, [{ op: 'add', path: `/spec/${name}`, value }]);
  const at = (name: string, actual: string, fix: string): FieldOrigin => ({
    ...{ object: objectName('Mapping', mapping), field: `spec.${name}`, actual, fix },
  });
  const without = (path: string) => path.replace(/\/+$/, '');
  const named = (field: 'remove_request_headers' | 'remove_response_headers') => spec[field] ?? [];
  return [
    ...(allow_upgrade.some((each) => each.toLowerCase() === 'websocket')
      ? []
      : [
          {
            kind: 'no-websocket',
            ...at(
              'allow_upgrade',
              allow_upgrade.join(', ') || 'not set',
              patch('allow_upgrade', [...allow_upgrade, 'websocket']),
            ),
          } as const,
        ]),
    // By default the prefix is replaced by /.
    ...(rewrite === '' || without(rewrite) === without(prefix) || spec.prefix_regex === true
      ? []
      : [
          {
            kind: 'rewrite',
            ...at('rewrite', spec.rewrite ?? 'not set, which means /', patch('rewrite', '')),
          } as const,
        ]),
    ...(spec.host_redirect === true
      ? [
          {
            kind: 'redirect',
            ...{ scheme: null, status: spec.redirect_response_code ?? 301 },
            ...at(
              'host_redirect',
              'true',
              `give the paths of agents (/tcpSlaveAgentListener/ and /wsagents/, below the context path) a Mapping without it`,
            ),
          } as const,
        ]
      : []),
    ...(idle === undefined || idle <= 0
      ? []
      : [
          {
            kind: 'websocket-idle',
            seconds: idle / 1000,
            ...at('idle_timeout_ms', `${idle} ms`, patch('idle_timeout_ms', 3_600_000)),
          } as const,
        ]),
    ...(['request', 'response'] as const).flatMap((direction) => {
      const names = named(`remove_${direction}_headers`);
      return names.length === 0
        ? []
        : [
            {
              kind: `${direction}-headers`,
              names,
              ...at(`remove_${direction}_headers`, names.join(', '), 'remove this list'),
            } as const,
          ];
    }),
    ...hostRedirect(wanted, hosts),
  ];
}

/** A Host with a certificate redirects http to https by default. */
function hostRedirect(wanted: string, hosts: readonly EmissaryHost[]): readonly RouteSetting[] {
  const host = hosts.find(
    ({ spec }) => spec?.hostname !== undefined && hostMatches(spec.hostname, wanted, true),
  );
  if (host?.spec?.tlsSecret === undefined) return [];
  const { action = 'Redirect' } = host.spec.requestPolicy?.insecure ?? {};
  if (action.toLowerCase() !== 'redirect') return [];
  return [
    {
      ...({ kind: 'redirect', scheme: 'https', status: 301 } as const),
      object: objectName('Host', host),
      field: 'spec.requestPolicy.insecure.action',
      actual: host.spec.requestPolicy?.insecure?.action ?? 'not set, which means Redirect',
      fix: 'give agents the https URL (JCasC: jenkins.clouds[].kubernetes.jenkinsUrl)',
      doubt: 'the Listener decides which requests are secure',
    },
  ];
}
