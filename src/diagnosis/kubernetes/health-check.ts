import type { ControllerClusterFacts } from './facts.ts';
import { annotationField } from './finding.ts';
import { AWS, AZURE, annotationOf, type Balancer, targetsPods, trafficPort } from './load-balancer.ts';

/** What a load balancer's health check does, with its provider's defaults filled in. */
export interface HealthCheck {
  readonly protocol: 'tcp' | 'http' | 'https';
  /** Where it arrives: the agent port, kube-proxy's own health port, or some other port. */
  readonly hits: 'agent-port' | 'kube-proxy' | 'other-port';
  readonly path: string;
  readonly intervalSeconds: number;
  /** The fields that decide; where a default does, the annotation that would change it. */
  readonly fields: { readonly protocol: string; readonly port: string; readonly path: string };
  /** Whether an annotation says so, or a default. */
  readonly chosen: boolean;
  /** Whether one check stands for every port of the Service. */
  readonly shared: boolean;
  /** The answers that count as healthy, `200-399`; null where the provider takes 200 only. */
  readonly successCodes: string | null;
}

/** The health check that a load balancer makes for the agent port; null where there is none or it is not known. */
export function healthCheckOf(balancer: Balancer, facts: ControllerClusterFacts): HealthCheck | null {
  switch (balancer.kind) {
    case 'aws-lbc':
    case 'aws-nlb':
    case 'aws-classic':
      return awsCheck(balancer, facts);
    case 'azure':
      return azureCheck(balancer);
    case 'gke':
      return gkeCheck(balancer);
    default:
      return null;
  }
}

const KUBE_PROXY = '/healthz';

function awsCheck(balancer: Balancer, facts: ControllerClusterFacts): HealthCheck {
  const { service, kind, port } = balancer;
  const key = (suffix: string) => `${AWS}healthcheck-${suffix}`;
  const given = (suffix: string) => annotationOf(service, key(suffix));
  const local = service.spec?.externalTrafficPolicy === 'Local' && !targetsPods(balancer);
  const protocol = (given('protocol') ?? (local ? 'http' : 'tcp')).toLowerCase();
  const wanted = given('port') ?? (local ? String(service.spec?.healthCheckNodePort) : 'traffic-port');
  const numbers = [String(trafficPort(balancer, facts)), port.name ?? ''];
  let hits: HealthCheck['hits'] = 'other-port';
  if (wanted === 'traffic-port' || numbers.includes(wanted)) hits = 'agent-port';
  else if (wanted === String(service.spec?.healthCheckNodePort)) hits = 'kube-proxy';
  // The classic load balancer has one check, and asks the first port of the Service.
  if (kind === 'aws-classic' && given('port') === null && !local && service.spec?.ports?.[0] !== port) {
    hits = 'other-port';
  }
  return {
    protocol: protocol === 'https' || protocol === 'http' ? protocol : 'tcp',
    hits,
    path: given('path') ?? (local ? KUBE_PROXY : '/'),
    intervalSeconds: Number(given('interval') ?? (kind === 'aws-lbc' ? 10 : 30)) || 10,
    fields: {
      protocol: annotationField(key('protocol')),
      port: annotationField(key('port')),
      path: annotationField(key('path')),
    },
    chosen: given('protocol') !== null,
    shared: true,
    successCodes: given('success-codes') ?? '200-399',
  };
}

function azureCheck({ service, port }: Balancer): HealthCheck | null {
  const ofPort = (suffix: string) => `service.beta.kubernetes.io/port_${port.port}_${suffix}`;
  const probe = (suffix: string) =>
    annotationOf(service, ofPort(`health-probe_${suffix}`)) ??
    annotationOf(service, `${AZURE}health-probe-${suffix}`);
  if (annotationOf(service, ofPort('no_probe_rule')) === 'true') return null;
  const local = service.spec?.externalTrafficPolicy === 'Local';
  const given = probe('protocol');
  const protocol = (local ? 'http' : (given ?? port.appProtocol ?? 'tcp')).toLowerCase();
  const otherPort = probe('port');
  const own = [String(port.port), String(port.nodePort), port.name ?? ''];
  return {
    protocol: protocol === 'http' || protocol === 'https' ? protocol : 'tcp',
    hits: local ? 'kube-proxy' : otherPort === null || own.includes(otherPort) ? 'agent-port' : 'other-port',
    path: local ? KUBE_PROXY : (probe('request-path') ?? '/'),
    intervalSeconds: Number(probe('interval') ?? 5) || 5,
    fields: {
      protocol: annotationField(ofPort('health-probe_protocol')),
      port: annotationField(ofPort('health-probe_port')),
      path: annotationField(ofPort('health-probe_request-path')),
    },
    chosen: given !== null,
    shared: false,
    successCodes: null,
  };
}

/** Google's checks ask kube-proxy on the node, whatever the Service says. */
function gkeCheck({ service }: Balancer): HealthCheck {
  const field =
    service.spec?.externalTrafficPolicy === 'Local'
      ? 'spec.healthCheckNodePort'
      : 'spec.externalTrafficPolicy';
  return {
    protocol: 'http',
    hits: 'kube-proxy',
    path: KUBE_PROXY,
    intervalSeconds: 8,
    fields: { protocol: field, port: field, path: field },
    chosen: false,
    shared: true,
    successCodes: null,
  };
}

/** Whether a list of status codes (`200-399`, `200,403`) takes a code. */
export function acceptsCode(codes: string | null, code: number): boolean {
  if (codes === null) return code === 200;
  return codes.split(',').some((part) => {
    const [from = '', to = from] = part.trim().split('-');
    return code >= Number(from) && code <= Number(to);
  });
}
