import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { annotate, annotationField, objectName, patchData } from '../finding.ts';
import { type ConfigMap, metadata, type Workload } from '../objects/objects.ts';
import { list, number, object, type Read, text } from '../objects/shape.ts';
import { flagOf, HAPROXY_TCP_FLAG } from '../objects/tcp-services.ts';
import { frontOf, proxyWorkloads } from './proxy-front.ts';
import type { FieldOrigin, Route, RouteListener, RouteProblem, RouteSetting } from './route.ts';
import type { ExposureResource, RouteReader } from './route-reader.ts';

const tcp = object({
  metadata,
  // v3 has a list of frontends with their Services; so has v1.
  spec: list(
    object({
      name: text,
      frontend: object({ binds: portsByName() }),
      service: object({ name: text, port: number }),
    }),
  ),
});
type HaproxyTcp = Read<typeof tcp>;

/** The ports of `binds`, whose keys are names. */
function portsByName() {
  const bind = object({ port: number, ssl: (value: unknown) => value === true || undefined });
  return (value: unknown): readonly Read<typeof bind>[] =>
    typeof value === 'object' && value !== null
      ? Object.values(value)
          .slice(0, 50)
          .flatMap((each) => bind(each) ?? [])
      : [];
}

const tcps = (version: 'v3' | 'v1'): ExposureResource<HaproxyTcp> => ({
  group: `ingress.${version}.haproxy.org`,
  plural: 'tcps',
  versions: [version],
  places: ['controllers'],
  use: 'finds what takes the agent port to agents',
  shape: tcp,
});
const TCPS = [tcps('v3'), tcps('v1')] as const;

/** `ingress.v3.haproxy.org`: TCP objects of HAProxy Technologies' ingress controller. */
export const HAPROXY: RouteReader = {
  name: 'haproxy',
  family: 'proxy',
  resources: TCPS,
  read: (objects, facts) =>
    TCPS.flatMap((resource) => objects.of(resource)).flatMap((each) =>
      (each.spec ?? []).map((entry, index) => objectRoute(each, entry, index, facts)),
    ),
};

const CLASS = 'ingress.class';

function objectRoute(
  source: HaproxyTcp,
  { frontend, service }: NonNullable<HaproxyTcp['spec']>[number],
  index: number,
  facts: ControllerClusterFacts,
): Route {
  const workloads = haproxyWorkloads(facts);
  const given = source.metadata?.annotations?.[CLASS];
  const classes = workloads.map((each) => flagOf(each, '--ingress.class'));
  // One without the flag, or with this class, takes it.
  const place = classes.findIndex((each) => each === null || each === given);
  const workload = workloads[Math.max(place, 0)] ?? null;
  const { binds = [] } = frontend ?? {};
  const object = objectName('TCP', source);
  const { name = '', port = null } = service ?? {};
  const namespace = source.metadata?.namespace ?? facts.namespace;
  const wanted = place < 0 ? (classes[0] ?? null) : null;
  const problem: RouteProblem | null =
    wanted === null
      ? null
      : {
          object,
          field: annotationField(CLASS),
          actual: given ?? 'not set',
          expected: wanted,
          fix: annotate('TCP', source, CLASS, wanted),
          // Controllers before 3.1 do not look at it.
          certain: false,
        };
  return {
    ...plainTcp(object, source, `spec[${index}]`),
    attachments: binds.map((bind) => ({
      state: problem === null ? (workload === null ? 'unknown' : 'attached') : 'refused',
      problem,
      rejectedBackend: null,
      listeners: [
        listenerOf(bind.port ?? null, bind.ssl === true, workload, facts, {
          object,
          field: `spec[${index}].frontend.binds`,
          actual: `${bind.port ?? '?'}${bind.ssl === true ? ', ssl' : ''}`,
          fix: 'take ssl out of the bind',
        }),
      ],
    })),
    backends: [
      {
        ...{ namespace, name, port, weight: 1, forbidden: null },
        origin: { object, field: `spec[${index}].service`, actual: `${name}:${port ?? '?'}` },
        pointTo: (right) => `service: { name: ${right.name}, port: ${right.port} }`,
      },
    ],
    settings: serviceSettings(namespace, name, facts),
    ruleFor: (_, right) => `service: { name: ${right.name}, port: ${right.port} }`,
  };
}

/** The routes that HAProxy makes of the ConfigMap that its flag names: `50000: jenkins/jenkins-agent:50000[:ssl]`. */
export function haproxyTcpRoutes(facts: ControllerClusterFacts): readonly Route[] {
  const workloads = haproxyWorkloads(facts);
  return (facts.configMaps ?? []).flatMap((configMap) => {
    const name = `${configMap.metadata?.namespace}/${configMap.metadata?.name}`;
    const reader = workloads.find((each) => flagOf(each, HAPROXY_TCP_FLAG) === name);
    const workload = reader ?? workloads.find((each) => flagOf(each, '--configmap') === name);
    if (workload === undefined) return [];
    return Object.entries(configMap.data ?? {})
      .filter(([key]) => /^\d{1,5}$/.test(key))
      .map(([key, value]) => entryRoute(configMap, key, value, reader !== undefined, workload, facts));
  });
}

function entryRoute(
  configMap: ConfigMap,
  key: string,
  value: string,
  read: boolean,
  workload: Workload,
  facts: ControllerClusterFacts,
): Route {
  const object = objectName('ConfigMap', configMap);
  const field = `data[${JSON.stringify(key)}]`;
  const [, namespace = facts.namespace, name = '', port = '', ssl] =
    /^([^/:]+)\/([^/:]+):([^:]+)(:ssl)?$/.exec(value.trim()) ?? [];
  const patch = (to: string) => patchData(configMap, { [key]: to });
  const right = (ref: {
    readonly namespace: string;
    readonly name: string;
    readonly port: number | string | null;
  }) => patch(`${ref.namespace}/${ref.name}:${ref.port}`);
  const unread: RouteProblem = {
    object,
    field,
    actual: `${value}: this is the ConfigMap of --configmap, whose keys are settings`,
    expected: `the entry in a ConfigMap that ${HAPROXY_TCP_FLAG} names`,
    fix: '# Values of the HAProxy chart:\ncontroller: { tcp: { 50000: "jenkins/jenkins-agent:50000" } }',
    certain: true,
  };
  const listener = listenerOf(Number(key), ssl !== undefined, workload, facts, {
    ...{ object, field, actual: value },
    fix: patch(value.replace(/:ssl$/, '')),
  });
  return {
    ...plainTcp(object, configMap, field),
    attachments: [
      {
        state: read ? 'attached' : 'not-read',
        problem: read ? null : unread,
        rejectedBackend: null,
        listeners: [read ? listener : { ...listener, notReady: null }],
      },
    ],
    backends: [
      {
        ...{ namespace, name, weight: 1, forbidden: null },
        port: /^\d+$/.test(port) ? Number(port) : port,
        origin: { object, field, actual: value },
        pointTo: right,
      },
    ],
    settings: serviceSettings(namespace, name, facts),
    ruleFor: (_, to) => right(to),
  };
}

function plainTcp(object: string, source: Route['source'], field: string) {
  return {
    ...({ family: 'proxy', object, source, field, protocol: 'tcp' } as const),
    ...{ hosts: [], serverName: null, path: null, narrowed: false },
  };
}

function haproxyWorkloads(facts: ControllerClusterFacts): readonly Workload[] {
  return proxyWorkloads(facts, /haproxytech\/kubernetes-ingress/, /^--configmap-tcp-services\b/);
}

/** Settings for all that HAProxy serves. */
function isCheckedByDefault(facts: ControllerClusterFacts): boolean {
  const mains = haproxyWorkloads(facts).map((workload) => flagOf(workload, '--configmap'));
  return !(facts.configMaps ?? []).some(
    ({ metadata: each, data }) =>
      mains.includes(`${each?.namespace}/${each?.name}`) && OFF.includes(data?.check ?? ''),
  );
}

const OFF: readonly string[] = ['false', 'disabled'];

function listenerOf(
  port: number | null,
  ssl: boolean,
  workload: Workload | null,
  facts: ControllerClusterFacts,
  origin: FieldOrigin,
): RouteListener {
  const chart = `# Values of the HAProxy chart:\ncontroller: { service: { tcpPorts: [{ name: agents, port: ${port}, targetPort: ${port} }] } }`;
  const front = workload === null || port === null ? null : frontOf(workload, port, facts, chart);
  return {
    name: null,
    port: front?.port ?? port,
    protocol: 'tcp',
    tls: ssl ? 'terminate' : 'none',
    host: null,
    addresses: front?.addresses ?? [],
    origin,
    notReady: front?.lacking ?? null,
  };
}

/** What annotations of the Service make HAProxy do: it checks by bare connections unless told otherwise. */
function serviceSettings(
  namespace: string,
  name: string,
  facts: ControllerClusterFacts,
): readonly RouteSetting[] {
  if (namespace !== facts.namespace) return [];
  const service = (facts.services ?? []).find(({ metadata: each }) => each?.name === name);
  if (service === undefined) return [];
  const annotation = (key: string) => service.metadata?.annotations?.[`haproxy.org/${key}`];
  const at = (key: string, value: string | null): FieldOrigin => ({
    object: objectName('Service', service),
    field: annotationField(`haproxy.org/${key}`),
    actual: annotation(key) ?? 'not set, which means true',
    fix: annotate('Service', service, `haproxy.org/${key}`, value),
    writes: { annotations: { [`haproxy.org/${key}`]: value } },
  });
  const sends = annotation('send-proxy-protocol');
  return [
    ...(OFF.includes(annotation('check') ?? '') ||
    (annotation('check') === undefined && !isCheckedByDefault(facts))
      ? []
      : [{ kind: 'bare-check', sends: false, ...at('check', 'false') } as const]),
    ...(sends === undefined
      ? []
      : [{ kind: 'proxy-header-sent', ...at('send-proxy-protocol', null) } as const]),
  ];
}
