import { agentPortOf, podsOf, targetOf } from './controller-service.ts';
import type { ControllerClusterFacts } from './facts.ts';
import type { Service, ServicePort } from './objects.ts';
import { agentEntries, nginxFronts, type TcpEntry } from './tcp-services.ts';

/**
 * Who makes the load balancer of a Service: the aws-load-balancer-controller, Kubernetes' own AWS code (network or
 * classic), Azure, Google, or somebody whose health checks are not known here.
 */
export type BalancerKind = 'aws-lbc' | 'aws-nlb' | 'aws-classic' | 'azure' | 'gke' | 'other';

/** A Service of type LoadBalancer through which agents come. */
export interface Balancer {
  readonly service: Service;
  /** The port for agents. */
  readonly port: ServicePort;
  readonly kind: BalancerKind;
  /** The entry of `tcp-services`, where ingress-nginx stands between. */
  readonly via: TcpEntry | null;
  /** Ports of the Service that do not lead to the agent port. */
  readonly others: readonly ServicePort[];
}

export const AWS = 'service.beta.kubernetes.io/aws-load-balancer-';
export const AZURE = 'service.beta.kubernetes.io/azure-load-balancer-';
const GKE = /^(networking\.gke\.io\/|cloud\.google\.com\/)/;

/** The load balancers that carry the agent port, directly or by way of ingress-nginx. */
export function balancersOf(facts: ControllerClusterFacts): readonly Balancer[] {
  const { services = [] } = facts;
  const direct = services.flatMap((service): Balancer[] => {
    const port = agentPortOf(service, facts);
    return isBalanced(service) && port !== null ? [balancer(service, port, null, facts)] : [];
  });
  const indirect = agentEntries(facts).flatMap((entry) =>
    nginxFronts(facts, entry)
      .filter(({ service }) => isBalanced(service))
      .map(({ service, port }) => balancer(service, port, entry, facts)),
  );
  return [...direct, ...indirect];
}

function balancer(
  service: Service,
  port: ServicePort,
  via: TcpEntry | null,
  facts: ControllerClusterFacts,
): Balancer {
  const others = (service.spec?.ports ?? []).filter((each) => each !== port);
  return { service, port, via, others, kind: kindOf(service, facts) };
}

function isBalanced({ spec }: Service): boolean {
  return spec?.type === 'LoadBalancer';
}

function kindOf(service: Service, { provider }: ControllerClusterFacts): BalancerKind {
  const annotations = Object.keys(service.metadata?.annotations ?? {});
  const type = annotationOf(service, `${AWS}type`);
  const hosts = (service.status?.loadBalancer?.ingress ?? []).map(({ hostname = '' }) => hostname);
  const lbc =
    service.spec?.loadBalancerClass === 'service.k8s.aws/nlb' ||
    type === 'external' ||
    type === 'nlb-ip' ||
    annotations.includes(`${AWS}nlb-target-type`);
  if (lbc) return 'aws-lbc';
  if (type === 'nlb' || type === 'nlb-instance') return 'aws-nlb';
  const aws =
    annotations.some((key) => key.startsWith(AWS)) || hosts.some((host) => host.endsWith('.amazonaws.com'));
  if (aws || provider === 'aws') return 'aws-classic';
  const azure = annotations.some(
    (key) => key.startsWith(AZURE) || /^service\.beta\.kubernetes\.io\/port_\d+_/.test(key),
  );
  if (azure || provider === 'azure') return 'azure';
  return annotations.some((key) => GKE.test(key)) || provider === 'gcp' ? 'gke' : 'other';
}

/** An annotation's value; null where it is not set. */
export function annotationOf({ metadata }: Service, key: string): string | null {
  return metadata?.annotations?.[key] ?? null;
}

/** A list in an annotation, `a,b=c`. */
export function listOf(text: string | null): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Whether targets are pods rather than nodes; only the aws-load-balancer-controller can. */
export function targetsPods({ kind, service }: Balancer): boolean {
  if (kind !== 'aws-lbc') return false;
  return (
    annotationOf(service, `${AWS}nlb-target-type`) === 'ip' ||
    annotationOf(service, `${AWS}type`) === 'nlb-ip'
  );
}

/** The number of the port that agents reach at the targets: the NodePort, or the pods' own. */
export function trafficPort(balancer: Balancer, facts: ControllerClusterFacts): number | null {
  const { port, service } = balancer;
  if (!targetsPods(balancer)) return port.nodePort ?? null;
  const pods = podsOf(service, [...(facts.pods ?? []), ...(facts.ingressPods ?? [])]);
  return targetOf(port, pods);
}
