import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { annotate, annotationField, objectName, patchData } from '../finding.ts';
import { metadata, type Workload } from '../objects/objects.ts';
import { list, number, object, type Read, text } from '../objects/shape.ts';
import { flagOf, HAPROXY_TCP_FLAG } from '../objects/tcp-services.ts';
import { haproxyListener, haproxySettings, haproxyWorkloads, plainTcp } from './haproxy-parts.ts';
import type { FieldOrigin, Route, RouteProblem } from './route.ts';
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
  use: 'finds routes of the agent port',
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
  // A controller without the flag, or with this class, reads it.
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
          // Controllers before 3.1 ignore the class.
          certain: false,
        };
  return {
    ...plainTcp(object, source, `spec[${index}]`),
    attachments: binds.map((bind) => {
      const origin = {
        object,
        field: `spec[${index}].frontend.binds`,
        actual: `${bind.port ?? '?'}${bind.ssl === true ? ', ssl' : ''}`,
        fix: 'remove ssl from the bind',
      };
      const refused =
        problem ?? sharedPort(origin, bind.port, `${namespace}/${name}:${port}`, workload, facts);
      return {
        state: refused === null ? (workload === null ? 'unknown' : 'attached') : 'refused',
        problem: refused,
        rejectedBackend: null,
        listeners: [haproxyListener(bind.port ?? null, bind.ssl === true, workload, facts, origin)],
      };
    }),
    backends: [
      {
        ...{ namespace, name, port, weight: 1, forbidden: null },
        origin: { object, field: `spec[${index}].service`, actual: `${name}:${port ?? '?'}` },
        pointTo: (right) => `service: { name: ${right.name}, port: ${right.port} }`,
      },
    ],
    settings: haproxySettings(namespace, name, facts),
    ruleFor: (_, right) => `service: { name: ${right.name}, port: ${right.port} }`,
  };
}

/** The problem of a port that the ConfigMap also has, for another Service; null if there is none. */
function sharedPort(
  { object, field, actual }: FieldOrigin,
  port: number | undefined,
  target: string,
  workload: Workload | null,
  { configMaps = [] }: ControllerClusterFacts,
): RouteProblem | null {
  const name = workload === null ? null : flagOf(workload, HAPROXY_TCP_FLAG);
  const configMap = configMaps.find((each) => `${each.metadata?.namespace}/${each.metadata?.name}` === name);
  const entry = configMap?.data?.[String(port)];
  if (configMap === undefined || entry === undefined || entry === target) return null;
  return {
    ...{ object, field },
    actual: `${actual}: ${objectName('ConfigMap', configMap)} has the same port, for ${entry}`,
    expected: 'a port that no entry of the ConfigMap has',
    fix: patchData(configMap, { [String(port)]: null }),
    // HAProxy may use either of the two.
    certain: false,
  };
}
