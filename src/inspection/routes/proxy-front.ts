import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { addPort, jsonPatch, objectName } from '../finding.ts';
import type { Container, Service, ServicePort, Workload } from '../objects/objects.ts';
import type { FieldOrigin } from './route.ts';

/** The workloads of `ingressNamespaces` whose image fits, or that have such an argument. */
export function proxyWorkloads(
  { ingressWorkloads = [] }: ControllerClusterFacts,
  image: RegExp,
  argument: RegExp = image,
): readonly Workload[] {
  return ingressWorkloads.filter((workload) =>
    containersOf(workload).some(
      (container) =>
        image.test(container.image ?? '') || wordsOf(container).some((word) => argument.test(word)),
    ),
  );
}

/** Every command and argument of a workload's containers. */
export function argumentsOf(workload: Workload): readonly string[] {
  return containersOf(workload).flatMap(wordsOf);
}

function containersOf({ spec }: Workload): readonly Container[] {
  return spec?.template?.spec?.containers ?? [];
}

function wordsOf({ command = [], args = [] }: Container): readonly string[] {
  return [...command, ...args];
}

/** The Service port and the addresses that publish a port of a proxy's pods. */
interface Front {
  /** The port outside; null: nothing that was read publishes it. */
  readonly port: number | null;
  readonly addresses: readonly string[];
  /** The Service that lacks the port; null: one has it, or there is none to judge. */
  readonly lacking: FieldOrigin | null;
}

/**
 * Finds the Service port in front of a port of a proxy's pods.
 *
 * @param chart the value of the proxy's chart that adds it
 * @param outer `port` may be that of the Service as well, as in Istio's Gateways
 */
export function frontOf(
  workload: Workload,
  port: number,
  facts: ControllerClusterFacts,
  chart: string,
  outer = false,
): Front {
  if (isOnNodes(workload, port)) return { port, addresses: [], lacking: null };
  const services = servicesOf(workload, facts);
  for (const service of services) {
    const found = (service.spec?.ports ?? []).find(
      (each) => leadsTo(each, port, workload) || (outer && each.port === port),
    );
    if (found?.port !== undefined) {
      return { port: found.port, addresses: addressesOf(service), lacking: null };
    }
  }
  const front = services.find(({ spec }) => spec?.type === 'LoadBalancer') ?? services[0];
  return { port: null, addresses: [], lacking: front === undefined ? null : lacking(front, port, chart) };
}

function lacking(service: Service, port: number, chart: string): FieldOrigin {
  const ports = service.spec?.ports ?? [];
  return {
    object: objectName('Service', service),
    field: 'spec.ports',
    actual: `${
      ports
        .map((each) => each.port ?? '?')
        .slice(0, 20)
        .join(', ') || 'none'
    }: no port targets ${port} of the proxy`,
    fix: `${chart}\n# Without the chart:\n# ${jsonPatch('Service', service, addPort(ports, port, 'agents'))}`,
  };
}

/** The Services that select the pods of a workload. */
function servicesOf(
  workload: Workload,
  { ingressServices = [] }: ControllerClusterFacts,
): readonly Service[] {
  const labels = workload.spec?.template?.metadata?.labels ?? {};
  return ingressServices.filter(({ metadata, spec }) => {
    const wanted = Object.entries(spec?.selector ?? {});
    return (
      metadata?.namespace === workload.metadata?.namespace &&
      wanted.length > 0 &&
      wanted.every(([key, value]) => labels[key] === value)
    );
  });
}

/** The node's own address takes the connections. */
function isOnNodes(workload: Workload, port: number): boolean {
  return (
    workload.spec?.template?.spec?.hostNetwork === true ||
    containersOf(workload).some(({ ports = [] }) =>
      ports.some((each) => each.containerPort === port && each.hostPort !== undefined),
    )
  );
}

function leadsTo(
  { port, targetPort = port, protocol = 'TCP' }: ServicePort,
  wanted: number,
  to: Workload,
): boolean {
  if (protocol !== 'TCP') return false;
  if (typeof targetPort === 'number') return targetPort === wanted;
  const named = containersOf(to).flatMap(({ ports = [] }) => ports.filter(({ name }) => name === targetPort));
  return named.some(({ containerPort }) => containerPort === wanted);
}

function addressesOf({ spec, status }: Service): readonly string[] {
  const balanced = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
  return [...balanced, ...(spec?.externalIPs ?? [])];
}
