import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { annotate, annotationField, objectName } from '../finding.ts';
import type { Workload } from '../objects/objects.ts';
import { flagOf } from '../objects/tcp-services.ts';
import { frontOf, proxyWorkloads } from './proxy-front.ts';
import type { FieldOrigin, Route, RouteListener, RouteSetting } from './route.ts';

/* The common parts of TCP objects and of the ConfigMap of HAProxy's ingress controller. */

/** The parts of a route that every plain TCP route has. */
export function plainTcp(object: string, source: Route['source'], field: string) {
  return {
    ...({ family: 'proxy', object, source, field, protocol: 'tcp' } as const),
    ...{ hosts: [], serverName: null, path: null, narrowed: false },
  };
}

/** The workloads of HAProxy Technologies' ingress controller. */
export function haproxyWorkloads(facts: ControllerClusterFacts): readonly Workload[] {
  return proxyWorkloads(facts, /haproxytech\/kubernetes-ingress/, /^--configmap-tcp-services\b/);
}

/** Returns true if HAProxy checks backends unless an annotation disables it. */
function isCheckedByDefault(facts: ControllerClusterFacts): boolean {
  const mains = haproxyWorkloads(facts).map((workload) => flagOf(workload, '--configmap'));
  return !(facts.configMaps ?? []).some(
    ({ metadata: each, data }) =>
      mains.includes(`${each?.namespace}/${each?.name}`) && OFF.includes(data?.check ?? ''),
  );
}

const OFF: readonly string[] = ['false', 'disabled'];

/** The port that HAProxy opens, with the Service port in front of it. */
export function haproxyListener(
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

/** Settings from annotations of the Service; bare TCP checks are the default. */
export function haproxySettings(
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
