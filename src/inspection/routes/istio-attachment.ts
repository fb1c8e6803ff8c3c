import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { jsonPatch, objectName } from '../finding.ts';
import { hostMatches } from './choose-route.ts';
import { ISTIO_GATEWAYS, type IstioGateway, type VirtualService } from './istio-objects.ts';
import { frontOf } from './proxy-front.ts';
import type { Attachment, RouteListener, RouteProblem } from './route.ts';
import type { ExposureObjects } from './route-reader.ts';

type Kind = 'tcp' | 'tls' | 'http';

const HTTP = /^(HTTP|HTTPS|HTTP2|GRPC|GRPC-WEB)$/i;

/** The attachments of a VirtualService route: the servers of the Gateways that it names. */
export function istioAttachments(
  service: VirtualService,
  kind: Kind,
  index: number,
  objects: ExposureObjects,
  facts: ControllerClusterFacts,
): readonly Attachment[] {
  const { gateways = [] } = service.spec ?? {};
  const route = service.spec?.[kind]?.[index];
  const ports = (route?.match ?? []).flatMap(({ port }) => port ?? []);
  return gateways.flatMap((name, place): readonly Attachment[] => {
    if (name === 'mesh') return [];
    const [namespace = '', short = ''] = name.includes('/')
      ? name.split('/')
      : [service.metadata?.namespace ?? '', name];
    const gateway = objects
      .of(ISTIO_GATEWAYS)
      .find(({ metadata }) => metadata?.name === short && metadata?.namespace === namespace);
    const rest = { rejectedBackend: null, listeners: [] };
    if (gateway === undefined) {
      if (!objects.covers(namespace)) return [{ ...rest, state: 'unknown', problem: null }];
      return [{ ...rest, state: 'no-parent', problem: noGateway(service, place, `${namespace}/${short}`) }];
    }
    const servers = (gateway.spec?.servers ?? []).flatMap((server, at) =>
      fits(server.port ?? {}, kind, ports) ? [listenerOf(gateway, at, facts)] : [],
    );
    if (servers.length === 0 && ports.length > 0) {
      return [{ ...rest, state: 'no-parent', problem: noServer(service, kind, index, gateway, ports) }];
    }
    const fitting = (gateway.spec?.servers ?? []).filter(({ port = {} }) => fits(port, kind, ports));
    if (servers.length > 0 && !fitting.some(({ hosts = [] }) => takesHosts(hosts, gateway, service))) {
      const hosts = fitting.flatMap((each) => each.hosts ?? []);
      return [{ ...rest, listeners: servers, state: 'refused', problem: noHost(service, gateway, hosts) }];
    }
    return [
      { ...rest, listeners: servers, state: servers.length > 0 ? 'attached' : 'unknown', problem: null },
    ];
  });
}

/**
 * Returns true if a server accepts a host of a VirtualService. A server host may have a namespace in front; `.` is the
 * Gateway's own.
 */
function takesHosts(
  patterns: readonly string[],
  { metadata }: IstioGateway,
  service: VirtualService,
): boolean {
  const wanted = service.spec?.hosts ?? [];
  // A name without a dot is completed by Istio.
  if (patterns.length === 0 || wanted.length === 0 || wanted.some((each) => !/[.*]/.test(each))) return true;
  return patterns.some((pattern) => {
    const [namespace = '*', host = ''] = pattern.includes('/') ? pattern.split('/') : ['*', pattern];
    const right = namespace === '.' ? metadata?.namespace : namespace;
    if (right !== '*' && right !== service.metadata?.namespace) return false;
    return wanted.some((each) => hostMatches(host, each, true) || hostMatches(each, host, true));
  });
}

/** Returns true if a server matches: by the ports that the route names, or else by protocol. */
function fits(
  { number, protocol = '' }: { readonly number?: number; readonly protocol?: string },
  kind: Kind,
  ports: readonly number[],
): boolean {
  if (ports.length > 0) return number !== undefined && ports.includes(number);
  const http = HTTP.test(protocol);
  return kind === 'http' ? http : !http;
}

function listenerOf(gateway: IstioGateway, index: number, facts: ControllerClusterFacts): RouteListener {
  const { port, tls } = gateway.spec?.servers?.[index] ?? {};
  const { number = null, protocol = '', name = null } = port ?? {};
  const upper = protocol.toUpperCase();
  const workload = (facts.ingressWorkloads ?? []).find(({ spec }) => {
    const labels = spec?.template?.metadata?.labels ?? {};
    const wanted = Object.entries(gateway.spec?.selector ?? {});
    return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
  });
  const chart = `# Values of the chart of Istio's gateway:\nservice: { ports: [{ name: tcp-agents, port: ${number}, targetPort: ${number} }] } # beside those that are there`;
  const front =
    workload === undefined || number === null ? null : frontOf(workload, number, facts, chart, true);
  const mode = tls?.mode;
  return {
    name,
    port: front?.port ?? number,
    protocol: upper === 'TLS' ? 'tls' : HTTP.test(upper) ? 'http' : upper === 'TCP' ? 'tcp' : 'other',
    tls:
      mode === undefined
        ? 'none'
        : mode === 'PASSTHROUGH' || mode === 'AUTO_PASSTHROUGH'
          ? 'passthrough'
          : 'terminate',
    host: null,
    addresses: front?.addresses ?? [],
    origin: {
      object: objectName('Gateway', gateway),
      field: `spec.servers[${index}].port.protocol`,
      actual: `${protocol}${mode === undefined ? '' : `, tls.mode: ${mode}`}`,
      fix: patchGateway(gateway, [
        { op: 'test', path: `/spec/servers/${index}/port/number`, value: number },
        { op: 'replace', path: `/spec/servers/${index}/port/protocol`, value: 'TCP' },
        ...(tls === undefined ? [] : [{ op: 'remove', path: `/spec/servers/${index}/tls` } as const]),
      ]),
    },
    notReady: front?.lacking ?? null,
  };
}

/** The patch of an Istio Gateway; the short name `gateway` would select the Gateway API. */
function patchGateway(gateway: IstioGateway, steps: Parameters<typeof jsonPatch>[2]): string {
  return jsonPatch('gateways.networking.istio.io', gateway, steps);
}

function noGateway(service: VirtualService, place: number, name: string): RouteProblem {
  return {
    object: objectName('VirtualService', service),
    field: `spec.gateways[${place}]`,
    actual: `${service.spec?.gateways?.[place]}: there is no Gateway ${name}`,
    expected: 'an existing Gateway, with its namespace in front if it is in another one',
    fix: `list the Gateways: kubectl get gateways.networking.istio.io -A; then correct spec.gateways of VirtualService ${service.metadata?.name}`,
    certain: true,
  };
}

function noHost(service: VirtualService, gateway: IstioGateway, hosts: readonly string[]): RouteProblem {
  const own = (service.spec?.hosts ?? []).slice(0, 10);
  return {
    object: objectName('VirtualService', service),
    field: 'spec.hosts',
    actual: `${own.join(', ')}: ${objectName('Gateway', gateway)} accepts ${hosts.slice(0, 10).join(', ')}`,
    expected: 'a host that a server of the Gateway accepts',
    fix: `add ${own.join(', ')} to spec.servers[].hosts: kubectl -n ${gateway.metadata?.namespace} edit gateways.networking.istio.io ${gateway.metadata?.name}; or correct spec.hosts of VirtualService ${service.metadata?.name}`,
    certain: true,
  };
}

function noServer(
  service: VirtualService,
  kind: Kind,
  index: number,
  gateway: IstioGateway,
  ports: readonly number[],
): RouteProblem {
  const [port] = ports;
  const value = { port: { number: port, name: 'tcp-agents', protocol: 'TCP' }, hosts: ['*'] };
  return {
    object: objectName('VirtualService', service),
    field: `spec.${kind}[${index}].match`,
    actual: `port ${ports.slice(0, 10).join(', ')}: ${objectName('Gateway', gateway)} has no server with this port`,
    expected: 'the port of a server of the Gateway',
    fix: patchGateway(gateway, [{ op: 'add', path: '/spec/servers/-', value }]),
    certain: true,
  };
}
