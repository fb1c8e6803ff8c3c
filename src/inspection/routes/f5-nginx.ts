import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { jsonPatch, objectName } from '../finding.ts';
import type { Workload } from '../objects/objects.ts';
import { flagOf } from '../objects/tcp-services.ts';
import {
  F5_POLICIES,
  GLOBAL_CONFIGURATIONS,
  type GlobalConfiguration,
  TRANSPORT_SERVERS,
  type TransportServer,
  VIRTUAL_SERVERS,
} from './f5-objects.ts';
import { virtualServerRoutes } from './f5-virtual-server.ts';
import { describeReason } from './gateway-status.ts';
import { frontOf, proxyWorkloads } from './proxy-front.ts';
import type { Attachment, Route, RouteBackend, RouteListener, RouteProblem, RouteSetting } from './route.ts';
import type { ExposureObjects, RouteReader } from './route-reader.ts';

/** `k8s.nginx.org`: TransportServers and VirtualServers of F5 NGINX Ingress Controller. */
export const F5_NGINX: RouteReader = {
  name: 'f5-nginx',
  family: 'proxy',
  resources: [TRANSPORT_SERVERS, GLOBAL_CONFIGURATIONS, VIRTUAL_SERVERS, F5_POLICIES],
  read: (objects, facts) => [
    ...objects.of(TRANSPORT_SERVERS).map((server) => transportRoute(server, objects, facts)),
    ...objects.of(VIRTUAL_SERVERS).flatMap((server) => virtualServerRoutes(server, objects.of(F5_POLICIES))),
  ],
};

const FLAG = '-global-configuration';

function transportRoute(
  server: TransportServer,
  objects: ExposureObjects,
  facts: ControllerClusterFacts,
): Route {
  const { host, tls, listener, upstreams = [], action } = server.spec ?? {};
  const object = objectName('TransportServer', server);
  const byName = host !== undefined || listener?.protocol === 'TLS_PASSTHROUGH';
  const upstream = upstreams.find(({ name }) => name === action?.pass) ?? upstreams[0] ?? {};
  const index = Math.max(upstreams.indexOf(upstream), 0);
  return {
    family: 'proxy',
    object,
    source: server,
    field: 'spec.listener',
    protocol: byName ? 'tls' : 'tcp',
    hosts: host === undefined ? [] : [host],
    serverName: byName
      ? {
          object,
          field: host === undefined ? 'spec.listener.protocol' : 'spec.host',
          actual: host ?? 'TLS_PASSTHROUGH',
          fix: jsonPatch('TransportServer', server, [
            { op: 'add', path: '/spec/listener', value: { name: 'agents', protocol: 'TCP' } },
            ...(host === undefined ? [] : [{ op: 'remove', path: '/spec/host' } as const]),
            ...(tls === undefined ? [] : [{ op: 'remove', path: '/spec/tls' } as const]),
          ]),
        }
      : null,
    path: null,
    narrowed: false,
    attachments: [attachmentOf(server, objects, facts)],
    backends: backendOf(server, upstream, index),
    settings: settingsOf(server),
    ruleFor: (_, right) => `upstreams: [{ name: agents, service: ${right.name}, port: ${right.port} }]`,
  };
}

/** Returns the backend of an upstream. Its Service is in the same namespace: a field for another one does not exist. */
function backendOf(
  server: TransportServer,
  { service, port }: { readonly service?: string; readonly port?: number },
  index: number,
): readonly RouteBackend[] {
  if (service === undefined) return [];
  const field = `spec.upstreams[${index}]`;
  const at = `/spec/upstreams/${index}`;
  return [
    {
      namespace: server.metadata?.namespace ?? '',
      name: service,
      port: port ?? null,
      weight: 1,
      origin: { object: objectName('TransportServer', server), field, actual: `${service}:${port ?? '?'}` },
      forbidden: null,
      pointTo: (right) =>
        jsonPatch('TransportServer', server, [
          { op: 'test', path: `${at}/service`, value: service },
          { op: 'replace', path: `${at}/service`, value: right.name },
          { op: 'add', path: `${at}/port`, value: right.port },
        ]),
    },
  ];
}

function settingsOf(server: TransportServer): readonly RouteSetting[] {
  const timeout = server.spec?.sessionParameters?.timeout;
  const seconds = timeout === undefined ? null : secondsOf(timeout);
  if (timeout === undefined || seconds === null) return [];
  return [
    {
      kind: 'tcp-idle',
      seconds,
      object: objectName('TransportServer', server),
      field: 'spec.sessionParameters.timeout',
      actual: timeout,
      fix: jsonPatch('TransportServer', server, [
        { op: 'replace', path: '/spec/sessionParameters/timeout', value: '1h' },
      ]),
    },
  ];
}

const UNITS: Readonly<Record<string, number>> = { ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400 };

/** Parses a time of nginx, `1h 30m`, into seconds; null if it is not one. */
function secondsOf(time: string): number | null {
  if (!/^(\s*\d{1,7}(ms|s|m|h|d)?)+\s*$/.test(time.slice(0, 100))) return null;
  return [...time.slice(0, 100).matchAll(/(\d+)(ms|[smhd])?/g)].reduce(
    (sum, [, digits, unit = 's']) => sum + Number(digits) * (UNITS[unit] ?? 1),
    0,
  );
}

function attachmentOf(
  server: TransportServer,
  objects: ExposureObjects,
  facts: ControllerClusterFacts,
): Attachment {
  const workloads = proxyWorkloads(facts, /nginx\/nginx-ingress\b|nginx-ic\//, /^-{1,2}nginx-configmaps\b/);
  const { name = '' } = server.spec?.listener ?? {};
  // If there are several, the one with the listener serves it.
  const all = workloads.map((each) => {
    const reference = flagOf(each, FLAG) ?? flagOf(each, `-${FLAG}`);
    const configuration =
      objects
        .of(GLOBAL_CONFIGURATIONS)
        .find(({ metadata }) => `${metadata?.namespace}/${metadata?.name}` === reference) ?? null;
    const listener = configuration?.spec?.listeners?.find((one) => one.name === name) ?? null;
    return { workload: each, reference, configuration, listener };
  });
  const fitting = all.find((each) => each.listener !== null) ?? all[0];
  const { workload = null, reference = null, configuration = null, listener = null } = fitting ?? {};
  const found = listenerOf(server, listener, workload, facts);
  const rest = { rejectedBackend: null, listeners: [found] };
  const refused = statusProblem(server);
  const missing =
    workload === null ? null : missingListener(server, reference, configuration, listener, objects);
  if (missing !== null) return { ...rest, state: 'no-parent', problem: missing };
  if (refused !== null) return { ...rest, state: 'refused', problem: refused };
  return {
    ...rest,
    state: server.status?.state === 'Valid' || listener !== null ? 'attached' : 'unknown',
    problem: null,
  };
}

function missingListener(
  server: TransportServer,
  reference: string | null,
  configuration: GlobalConfiguration | null,
  listener: object | null,
  objects: ExposureObjects,
): RouteProblem | null {
  const { name = '?', protocol } = server.spec?.listener ?? {};
  if (protocol === 'TLS_PASSTHROUGH' || listener !== null) return null;
  const problem = (actual: string, fix: string): RouteProblem => ({
    object: objectName('TransportServer', server),
    field: 'spec.listener.name',
    actual: `${name}: ${actual}`,
    expected: 'a listener of the GlobalConfiguration that the controller reads',
    fix,
    certain: true,
  });
  const chart = [
    '# Values of the F5 NGINX chart:',
    'controller:',
    `  globalConfiguration: { create: true, spec: { listeners: [{ name: ${name}, port: 50000, protocol: TCP }] } }`,
    `  service: { customPorts: [{ name: ${name}, port: 50000, targetPort: 50000, protocol: TCP }] }`,
  ].join('\n');
  if (reference === null) return problem(`the controller has no argument ${FLAG}`, chart);
  if (configuration === null) {
    const [namespace = ''] = reference.split('/');
    return objects.covers(namespace) ? problem(`there is no GlobalConfiguration ${reference}`, chart) : null;
  }
  return problem(
    `GlobalConfiguration ${reference} has no such listener`,
    `${chart}\n# Without the chart:\n# ${jsonPatch('GlobalConfiguration', configuration, [
      { op: 'add', path: '/spec/listeners/-', value: { name, port: 50_000, protocol: 'TCP' } },
    ])}`,
  );
}

function statusProblem(server: TransportServer): RouteProblem | null {
  const { state, reason = '', message = '' } = server.status ?? {};
  if (state !== 'Invalid' && state !== 'Warning') return null;
  return {
    object: objectName('TransportServer', server),
    field: 'status.state',
    actual: `${state}: ${describeReason({ reason, message })}`,
    expected: 'Valid',
    fix: `correct what the message reports: kubectl -n ${server.metadata?.namespace} describe transportserver ${server.metadata?.name}`,
    // The status has no generation, so it may be outdated.
    certain: false,
  };
}

function listenerOf(
  server: TransportServer,
  listener: { readonly port?: number; readonly ssl?: boolean } | null,
  workload: Workload | null,
  facts: ControllerClusterFacts,
): RouteListener {
  const { name = null, protocol } = server.spec?.listener ?? {};
  const object = objectName('TransportServer', server);
  const chart = `# Values of the F5 NGINX chart:\ncontroller: { service: { customPorts: [{ name: agents, port: ${listener?.port}, targetPort: ${listener?.port}, protocol: TCP }] } }`;
  const front =
    workload === null || listener?.port === undefined ? null : frontOf(workload, listener.port, facts, chart);
  const ended = server.spec?.tls !== undefined;
  return {
    name,
    port: front?.port ?? listener?.port ?? null,
    protocol: protocol === 'TCP' ? 'tcp' : 'tls',
    tls: ended ? 'terminate' : protocol === 'TLS_PASSTHROUGH' ? 'passthrough' : 'none',
    host: null,
    addresses: front?.addresses ?? [],
    origin: {
      object,
      field: ended ? 'spec.tls' : 'spec.listener',
      actual: ended ? JSON.stringify(server.spec?.tls) : (name ?? '?'),
      fix: ended ? jsonPatch('TransportServer', server, [{ op: 'remove', path: '/spec/tls' }]) : '',
    },
    notReady: front?.lacking ?? null,
  };
}
