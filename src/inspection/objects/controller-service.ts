import type { ControllerClusterFacts } from '../cluster-facts.ts';
import type { Endpoints, KubernetesObject, Pod, Service, ServicePort } from './objects.ts';
import { selectsPod } from './selector.ts';

type PodsAndPort = Pick<ControllerClusterFacts, 'pods' | 'agentPort' | 'ingressWorkloads'>;

/** The port number in a pod that a Service's port leads to; null where a name leads nowhere. */
export function podPortOf(port: ServicePort, pods: readonly Pod[]): number | null {
  const target = port.targetPort ?? port.port;
  if (typeof target === 'number') return target;
  for (const pod of pods) {
    for (const { ports = [] } of pod.spec?.containers ?? []) {
      const found = ports.find(({ name }) => name === target);
      if (found?.containerPort !== undefined) return found.containerPort;
    }
  }
  return null;
}

/** The pods that a Service selects. */
export function podsOf({ spec }: Service, pods: readonly Pod[]): readonly Pod[] {
  return pods.filter(({ metadata }) => selectsPod(spec?.selector, metadata?.labels));
}

/** Pods that run a controller: they open the agent port, or their image is Jenkins'. */
export function controllerPods({ pods = [], agentPort }: PodsAndPort): readonly Pod[] {
  return pods.filter((pod) =>
    (pod.spec?.containers ?? []).some(
      ({ ports = [], image = '' }) =>
        ports.some(({ containerPort, name }) => containerPort === agentPort || name === 'agent-listener') ||
        isJenkins(image),
    ),
  );
}

/** The port of a Service that is meant for agents: it leads to the agent port, or has its number or name. */
export function agentPortOf(service: Service, facts: PodsAndPort): ServicePort | null {
  const { pods = [], agentPort } = facts;
  if (isIngressFront(service, facts)) return null;
  const ports = (service.spec?.ports ?? []).filter(({ protocol = 'TCP' }) => protocol === 'TCP');
  const selected = podsOf(service, pods);
  return (
    ports.find((port) => podPortOf(port, selected) === agentPort) ??
    ports.find(
      ({ port, name, targetPort }) =>
        port === agentPort || name === 'agent-listener' || targetPort === 'agent-listener',
    ) ??
    null
  );
}

/** Whether a Service selects an ingress controller: it carries the same port number, for nginx. */
function isIngressFront({ metadata, spec }: Service, { ingressWorkloads = [] }: PodsAndPort): boolean {
  return ingressWorkloads.some(
    (workload) =>
      workload.metadata?.namespace === metadata?.namespace &&
      selectsPod(spec?.selector, workload.spec?.template?.metadata?.labels) &&
      !(workload.spec?.template?.spec?.containers ?? []).some(({ image = '' }) => isJenkins(image)),
  );
}

function isJenkins(image: string): boolean {
  return /(^|\/)jenkins\/jenkins([:@]|$)/.test(image);
}

/** The endpoints of a Service; the API gives both the same name. */
export function endpointsOfService(
  service: KubernetesObject,
  endpoints: readonly Endpoints[],
): Endpoints | null {
  return (
    endpoints.find(
      ({ metadata }) =>
        metadata?.name === service.metadata?.name && metadata?.namespace === service.metadata?.namespace,
    ) ?? null
  );
}

/** The ready addresses of endpoints, each once, with the name of its pod. */
export function readyOf(endpoints: Endpoints | null): ReadonlyMap<string, string> {
  const addresses = (endpoints?.subsets ?? []).flatMap(({ addresses = [] }) => addresses);
  return new Map(addresses.map(({ ip = '', targetRef }) => [ip, targetRef?.name ?? ip]));
}

/** A port for a person: `50000 (agent-listener)`. */
export function describePort({ port, name }: ServicePort): string {
  return name === undefined ? String(port) : `${port} (${name})`;
}

/** What made a pod and may be changed. */
interface Owner {
  readonly kind: string;
  readonly name: string;
  /** The ReplicaSet of a Deployment's pod. */
  readonly revision: string | null;
}

/** The owner of a pod; null where nothing made it. A ReplicaSet's name is its Deployment's and the hash of the pod template. */
export function ownerOf(pod: Pod | undefined): Owner | null {
  const { kind, name } = pod?.metadata?.ownerReferences?.[0] ?? {};
  if (kind === undefined || name === undefined) return null;
  const hash = pod?.metadata?.labels?.['pod-template-hash'];
  return kind === 'ReplicaSet' && hash !== undefined && name.endsWith(`-${hash}`)
    ? { kind: 'Deployment', name: name.slice(0, -hash.length - 1), revision: name }
    : { kind, name, revision: null };
}
