import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { objectName } from '../finding.ts';
import { agentPortOf, podPortOf, podsOf } from './controller-service.ts';
import type { Service, ServicePort } from './objects.ts';
import { agentEntries, nginxFronts, type TcpEntry } from './tcp-services.ts';

/**
 * The program that makes the load balancer of a Service. `aws-lbc` is the aws-load-balancer-controller; `aws-nlb` and
 * `aws-classic` are AWS's cloud provider. `announced`: a node announces an address (MetalLB, kube-vip, Cilium), without
 * health checks. `other`: a provider with unknown defaults. `unknown`: nothing shows the provider.
 */
type BalancerKind =
  | 'aws-lbc'
  | 'aws-nlb'
  | 'aws-classic'
  | 'azure'
  | 'gke'
  | 'announced'
  | 'other'
  | 'unknown';

/** A Service of type LoadBalancer that agents use. */
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
const AZURE_PORT = /^service\.beta\.kubernetes\.io\/port_\d+_/;
const GKE = /^(networking\.gke\.io|cloud\.google\.com)\//;
const ANNOUNCED = /^(metallb\.(io|universe\.tf)|kube-vip\.io|lbipam\.cilium\.io)\//;
const OTHERS =
  /^(service\.(beta\.)?kubernetes\.io\/(do|scw|linode|oci|vultr|ibm|alibaba-cloud|openstack|exoscale)-|load-?balancer\.(hetzner\.cloud|openstack\.org)\/)/;

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

/** A class decides alone; a known provider reads its own annotations only, an unknown one shows by them. */
function kindOf(service: Service, { provider }: ControllerClusterFacts): BalancerKind {
  const byClass = service.spec?.loadBalancerClass;
  if (byClass !== undefined) return kindOfClass(byClass);
  const keys = Object.keys(service.metadata?.annotations ?? {});
  const hosts = (service.status?.loadBalancer?.ingress ?? []).map(({ hostname = '' }) => hostname);
  switch (provider) {
    case 'aws':
      return awsKind(service);
    case 'azure':
      return 'azure';
    case 'gcp':
      return 'gke';
    default: {
      const aws = keys.some((key) => key.startsWith(AWS));
      if (aws || hosts.some((host) => host.endsWith('.amazonaws.com'))) return awsKind(service);
      if (keys.some((key) => key.startsWith(AZURE) || AZURE_PORT.test(key))) return 'azure';
      if (keys.some((key) => GKE.test(key))) return 'gke';
      if (keys.some((key) => ANNOUNCED.test(key))) return 'announced';
      return provider === 'other' || keys.some((key) => OTHERS.test(key)) ? 'other' : 'unknown';
    }
  }
}

function kindOfClass(name: string): BalancerKind {
  if (name === 'service.k8s.aws/nlb' || name === 'eks.amazonaws.com/nlb') return 'aws-lbc';
  if (GKE.test(name)) return 'gke';
  return ANNOUNCED.test(name) || /^(io\.cilium|kube-vip\.io|metallb)/.test(name) ? 'announced' : 'other';
}

/** As `checkAWSLoadBalancerTypeAnnotation` of the controller and `isNLB` of the cloud provider tell. */
function awsKind(service: Service): BalancerKind {
  const type = annotationOf(service, `${AWS}type`);
  if (type === 'nlb') return 'aws-nlb';
  const target = annotationOf(service, `${AWS}nlb-target-type`);
  return type === 'external' || type === 'nlb-ip' || target !== null ? 'aws-lbc' : 'aws-classic';
}

/** The sentence about a load balancer with unknown defaults; null if all are known. */
function unknownBalancer(facts: ControllerClusterFacts): string | null {
  for (const { kind, service } of balancersOf(facts)) {
    if (kind === 'unknown')
      return `the provider of the load balancer of ${objectName('Service', service)} is not known`;
    if (kind === 'other')
      return `the defaults of the load balancer of ${objectName('Service', service)} are not known`;
  }
  return null;
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

/** Returns true if targets are pods instead of nodes; only the aws-load-balancer-controller supports this. */
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
  return podPortOf(port, pods);
}

/** For rules that depend on the provider of the load balancer: undecided if the provider is unknown. */
export const BY_PROVIDER = { undecided: { fact: 'provider', why: unknownBalancer } } as const;
