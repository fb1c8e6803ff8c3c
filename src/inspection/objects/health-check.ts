import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { annotationField } from '../finding.ts';
import { AWS, AZURE, annotationOf, type Balancer, targetsPods, trafficPort } from './load-balancer.ts';
import type { ServicePort } from './objects.ts';

/** The settings of a load balancer's health check, with its provider's defaults filled in. */
export interface HealthCheck {
  readonly protocol: 'tcp' | 'http' | 'https';
  /**
   * The port it checks: the agent port, another port of the Service, kube-proxy's own health port, or a different one.
   */
  readonly hits: 'agent-port' | 'service-port' | 'kube-proxy' | 'other-port';
  readonly path: string;
  readonly intervalSeconds: number;
  /** The fields that decide; where a default does, the annotation that would change it. */
  readonly fields: { readonly protocol: string; readonly port: string; readonly path: string };
  /** True if an annotation sets the protocol; false if it is the default. */
  readonly chosen: boolean;
  /** True if one check covers every port of the Service. */
  readonly shared: boolean;
  /** The answers that count as healthy, `200-399`; null where the provider takes 200 only. */
  readonly successCodes: string | null;
}

/** Returns the health check that a load balancer makes for the agent port; null if it is absent or unknown. */
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
  const protocol = (given('protocol') ?? (local ? 'http' : bareProtocol(balancer))).toLowerCase();
  const wanted = given('port') ?? (local ? String(service.spec?.healthCheckNodePort) : 'traffic-port');
  const numbers = [String(trafficPort(balancer, facts)), port.name ?? ''];
  let hits: HealthCheck['hits'] = 'other-port';
  if (wanted === 'traffic-port' || numbers.includes(wanted)) hits = 'agent-port';
  else if (wanted === String(service.spec?.healthCheckNodePort)) hits = 'kube-proxy';
  else if (balancer.others.some(({ name, nodePort }) => [name, String(nodePort)].includes(wanted))) {
    hits = 'service-port';
  }
  // The classic load balancer has one check, and asks the first port of the Service.
  if (kind === 'aws-classic' && wanted === 'traffic-port' && service.spec?.ports?.[0] !== port) {
    hits = 'service-port';
  }
  return {
    // A classic load balancer's "ssl" is a handshake and nothing more.
    protocol: protocol === 'http' ? 'http' : protocol === 'https' || protocol === 'ssl' ? 'https' : 'tcp',
    hits,
    path: given('path') ?? (local ? KUBE_PROXY : '/'),
    intervalSeconds: Number(given('interval') ?? (kind === 'aws-lbc' || local ? 10 : 30)) || 10,
    fields: {
      protocol: annotationField(key('protocol')),
      port: annotationField(key('port')),
      path: annotationField(key('path')),
    },
    chosen: given('protocol') !== null,
    shared: kind !== 'aws-classic',
    successCodes: successCodes(balancer),
  };
}

/** Returns the default protocol of the check. For a classic load balancer, it follows the protocol of the backend. */
function bareProtocol({ kind, service }: Balancer): string {
  const backend = annotationOf(service, `${AWS}backend-protocol`)?.toLowerCase() ?? '';
  return kind === 'aws-classic' && ['https', 'ssl'].includes(backend) ? 'ssl' : 'tcp';
}

/** Only the controller reads the annotation; a classic load balancer takes 200 alone. */
function successCodes({ kind, service }: Balancer): string | null {
  if (kind === 'aws-classic') return null;
  return (kind === 'aws-lbc' ? annotationOf(service, `${AWS}healthcheck-success-codes`) : null) ?? '200-399';
}

/** As `buildHealthProbeRulesForPort` of Azure's cloud provider decides. */
function azureCheck({ service, port, others }: Balancer): HealthCheck | null {
  const ofPort = (suffix: string) => `service.beta.kubernetes.io/port_${port.port}_${suffix}`;
  const own = (suffix: string) => annotationOf(service, ofPort(`health-probe_${suffix}`));
  const ofAll = (suffix: string) => annotationOf(service, `${AZURE}health-probe-${suffix}`);
  if (['no_probe_rule', 'no_lb_rule'].some((rule) => annotationOf(service, ofPort(rule)) === 'true'))
    return null;
  const otherPort = own('port');
  // A port of the probe's own goes before kube-proxy's, which Local would have it ask.
  const local = service.spec?.externalTrafficPolicy === 'Local' && otherPort === null;
  const given = own('protocol') ?? port.appProtocol ?? ofAll('protocol');
  const protocol = (local ? 'http' : (given ?? 'tcp')).trim().toLowerCase();
  const isAsked = (each: ServicePort) =>
    [each.port, each.nodePort, each.name].some((id) => String(id).toLowerCase() === otherPort?.toLowerCase());
  let hits: HealthCheck['hits'] = 'other-port';
  if (local) hits = 'kube-proxy';
  else if (otherPort === null || isAsked(port)) hits = 'agent-port';
  else if (others.some(isAsked)) hits = 'service-port';
  return {
    protocol: protocol === 'http' || protocol === 'https' ? protocol : 'tcp',
    hits,
    path: local ? KUBE_PROXY : (own('request-path') ?? ofAll('request-path') ?? '/'),
    intervalSeconds: Number(own('interval') ?? ofAll('interval') ?? 5) || 5,
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

/** Returns true if a list of status codes (`200-399`, `200,403`) contains a code. */
export function acceptsCode(codes: string | null, code: number): boolean {
  if (codes === null) return code === 200;
  return codes.split(',').some((part) => {
    const [from = '', to = from] = part.trim().split('-');
    return code >= Number(from) && code <= Number(to);
  });
}
