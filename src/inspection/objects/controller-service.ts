import type { ControllerClusterFacts } from '../cluster-facts.ts';
import type {
  Container,
  ContainerPort,
  Endpoints,
  KubernetesObject,
  Pod,
  Service,
  ServicePort,
} from './objects.ts';
import { selectsPod } from './selector.ts';

/** The default web port of the Jenkins image. */
const WEB_PORT = 8080;

type PodsAndPort = Pick<ControllerClusterFacts, 'pods' | 'agentPort' | 'ingressWorkloads'>;

/** The pod port that a Service port targets; null if its name does not exist. */
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

/** Returns the port of a Service by its number or name; null if the Service has no such port. */
export function portOfService({ spec }: Service, port: number | string | null): ServicePort | null {
  return (
    spec?.ports?.find((each) => (typeof port === 'string' ? each.name === port : each.port === port)) ?? null
  );
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

/** Jenkins' own setting of the port; it wins over what is configured inside. */
const PORT_PROPERTY = /-Djenkins\.model\.Jenkins\.slaveAgentPort=(-?\d+)/;
const PORT_NAME = /^agent-listener$|jnlp|slave|^agent-?port$/i;

/** The agent port that a container's settings or the name of a port tell, -1 where it is switched off; null: neither does. */
function declaredPort({ env = [], args = [], ports = [] }: Container): number | null {
  const words = [...args, ...env.map(({ value = '' }) => value)];
  const property = words.flatMap((word) => PORT_PROPERTY.exec(word)?.[1] ?? [])[0];
  // The image's script makes that property of the variable.
  const variable = env.find(({ name }) => name === 'JENKINS_SLAVE_AGENT_PORT')?.value;
  const given = Number(property ?? variable);
  if (given === -1 || (Number.isInteger(given) && given > 0 && given < 65_536)) return given;
  const named = ports.find(({ name }) => name === 'agent-listener') ?? ports.find(isNamedForAgents);
  return named?.containerPort ?? null;
}

function isNamedForAgents({ name = '' }: ContainerPort): boolean {
  return PORT_NAME.test(name);
}

function declaredPorts(pods: readonly Pod[]): readonly number[] {
  return pods.flatMap(({ spec }) => (spec?.containers ?? []).flatMap((each) => declaredPort(each) ?? []));
}

/** Returns true if the agent port is disabled in all controllers. */
export function isSwitchedOff(controllers: readonly Pod[]): boolean {
  const declared = declaredPorts(controllers);
  return declared.length > 0 && declared.every((port) => port === -1);
}

/** The agent port of these pods: as their containers declare it, or else `otherwise`. */
export function agentPortOfPods(pods: readonly Pod[], otherwise: number): number {
  const declared = declaredPorts(pods).filter((port) => port > 0);
  return declared.includes(otherwise) ? otherwise : (declared[0] ?? otherwise);
}

/**
 * The agent port of the controllers' containers: the announced one, where a container opens it or none declares another (it
 * may be the number of a proxy in front); else the declared one; else the configured one.
 */
export function agentPortIn(facts: ControllerClusterFacts): number {
  const { announcedPort = null } = facts;
  const controllers = controllerPods(facts);
  if (announcedPort !== null) {
    const opened = controllers.flatMap(({ spec }) =>
      (spec?.containers ?? []).flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort)),
    );
    if (opened.includes(announcedPort)) return announcedPort;
    return agentPortOfPods(controllers, announcedPort);
  }
  return agentPortOfPods(controllers, facts.agentPort);
}

/** Returns true if a port of a controller is its web port. */
export function isWebPort(pods: readonly Pod[], port: number): boolean {
  return pods.some(({ spec }) =>
    (spec?.containers ?? []).some(
      ({ image = '', args = [], env = [], ports = [] }) =>
        ports.some(({ name = '', containerPort }) => containerPort === port && /http|web/i.test(name)) ||
        [...args, ...env.map(({ value = '' }) => value)].some((word) =>
          new RegExp(`--https?Port=${port}\\b`).test(word),
        ) ||
        (isJenkins(image) && port === WEB_PORT),
    ),
  );
}

/** Returns true if the official Helm chart made a pod. The chart makes a Service for the agent port unless disabled. */
export function isFromChart({ metadata }: Pod): boolean {
  const { labels = {} } = metadata ?? {};
  return (
    /^jenkins-\d/.test(labels['helm.sh/chart'] ?? '') ||
    (labels['app.kubernetes.io/managed-by'] === 'Helm' &&
      labels['app.kubernetes.io/component'] === 'jenkins-controller')
  );
}

/** The port of a Service that is meant for agents: it leads to the agent port, or has its number or name. */
export function agentPortOf(service: Service, facts: PodsAndPort): ServicePort | null {
  const { pods = [] } = facts;
  if (isIngressFront(service, facts)) return null;
  const ports = (service.spec?.ports ?? []).filter(({ protocol = 'TCP' }) => protocol === 'TCP');
  const selected = podsOf(service, pods);
  const agentPort = agentPortOfPods(selected, facts.agentPort);
  return (
    ports.find((port) => podPortOf(port, selected) === agentPort) ??
    ports.find(
      ({ port, name, targetPort }) =>
        port === agentPort || name === 'agent-listener' || targetPort === 'agent-listener',
    ) ??
    null
  );
}

/** The Services that carry a port for agents. */
export function agentServices(
  facts: PodsAndPort & Pick<ControllerClusterFacts, 'services'>,
): readonly Service[] {
  return (facts.services ?? []).filter((service) => agentPortOf(service, facts) !== null);
}

/** Returns true if a Service selects an ingress controller. Such a Service has the same port number, but for nginx. */
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

/** The object that made a pod, and that can be changed. */
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
