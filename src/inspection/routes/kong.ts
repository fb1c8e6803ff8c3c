import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { jsonPatch, objectName } from '../finding.ts';
import { metadata, type Workload } from '../objects/objects.ts';
import { list, number, object, type Read, text } from '../objects/shape.ts';
import { frontOf } from './proxy-front.ts';
import type { Attachment, Route, RouteProblem } from './route.ts';
import type { ExposureResource, RouteReader } from './route-reader.ts';

const tcpIngress = object({
  metadata,
  spec: object({
    tls: list(object({ hosts: list(text) })),
    rules: list(
      object({ host: text, port: number, backend: object({ serviceName: text, servicePort: number }) }),
    ),
  }),
});
type TcpIngress = Read<typeof tcpIngress>;

const TCP_INGRESSES: ExposureResource<TcpIngress> = {
  group: 'configuration.konghq.com',
  plural: 'tcpingresses',
  versions: ['v1beta1'],
  places: ['controllers', 'ingress-controllers'],
  use: 'finds routes of the agent port',
  shape: tcpIngress,
};

/** `configuration.konghq.com`: TCPIngresses, at the stream ports that the environment of Kong's workload opens. */
export const KONG: RouteReader = {
  name: 'kong',
  family: 'proxy',
  resources: [TCP_INGRESSES],
  read(objects, facts) {
    const streams = streamsOf(facts);
    return objects
      .of(TCP_INGRESSES)
      .flatMap((ingress) =>
        (ingress.spec?.rules ?? []).map((_, index) => routeOf(ingress, index, streams, facts)),
      );
  },
};

const STREAM_LISTEN = 'KONG_STREAM_LISTEN';

/** A workload of Kong's proxy, and the ports of its `KONG_STREAM_LISTEN`. */
interface Streams {
  readonly workload: Workload;
  readonly listens: readonly { readonly port: number; readonly ssl: boolean }[];
}

function streamsOf({ ingressWorkloads = [] }: ControllerClusterFacts): readonly Streams[] {
  return ingressWorkloads.flatMap((workload) => {
    const containers = workload.spec?.template?.spec?.containers ?? [];
    const proxies = containers.filter(
      ({ image = '', env = [] }) =>
        /(^|\/)kong(-gateway)?(:|@|$)/.test(image) || env.some(({ name }) => name === STREAM_LISTEN),
    );
    if (proxies.length === 0) return [];
    const given = proxies.flatMap(
      ({ env = [] }) => env.find(({ name }) => name === STREAM_LISTEN)?.value ?? [],
    );
    return [{ workload, listens: given.flatMap((value) => value.split(',')).flatMap(listenOf) }];
  });
}

/** `0.0.0.0:50000 ssl reuseport` */
function listenOf(text: string): Streams['listens'] {
  const [address = '', ...flags] = text.trim().split(/\s+/);
  const digits = /:(\d{1,5})$/.exec(address)?.[1];
  return digits === undefined ? [] : [{ port: Number(digits), ssl: flags.includes('ssl') }];
}

function routeOf(
  ingress: TcpIngress,
  index: number,
  streams: readonly Streams[],
  facts: ControllerClusterFacts,
): Route {
  const { host, port, backend } = ingress.spec?.rules?.[index] ?? {};
  const object = objectName('TCPIngress', ingress);
  const at = `/spec/rules/${index}`;
  const { serviceName: name = '', servicePort = null } = backend ?? {};
  return {
    ...({ family: 'proxy', object, source: ingress, field: `spec.rules[${index}]` } as const),
    protocol: host === undefined ? 'tcp' : 'tls',
    hosts: host === undefined ? [] : [host],
    serverName:
      host === undefined
        ? null
        : {
            ...{ object, field: `spec.rules[${index}].host`, actual: host },
            fix: jsonPatch('TCPIngress', ingress, [
              { op: 'test', path: `${at}/host`, value: host },
              { op: 'remove', path: `${at}/host` },
            ]),
          },
    path: null,
    narrowed: false,
    attachments: [attachmentOf(ingress, index, port ?? null, streams, facts)],
    backends: [
      {
        ...{ namespace: ingress.metadata?.namespace ?? '', name, port: servicePort, weight: 1 },
        origin: {
          ...{ object, field: `spec.rules[${index}].backend`, actual: `${name}:${servicePort ?? '?'}` },
        },
        forbidden: null,
        pointTo: (right) =>
          jsonPatch('TCPIngress', ingress, [
            { op: 'test', path: `${at}/backend/serviceName`, value: name },
            {
              op: 'replace',
              path: `${at}/backend`,
              value: { serviceName: right.name, servicePort: right.port },
            },
          ]),
      },
    ],
    settings: [],
    ruleFor: (_, right) =>
      `- { port: ${port}, backend: { serviceName: ${right.name}, servicePort: ${right.port} } }`,
  };
}

function attachmentOf(
  ingress: TcpIngress,
  index: number,
  port: number | null,
  streams: readonly Streams[],
  facts: ControllerClusterFacts,
): Attachment {
  const object = objectName('TCPIngress', ingress);
  const field = `spec.rules[${index}].port`;
  const chart = `# Values of the Kong chart:\nproxy: { stream: [{ containerPort: ${port}, servicePort: ${port}, protocol: TCP }] }`;
  const found = streams.find(({ listens }) => listens.some((each) => each.port === port));
  const ssl = found?.listens.some((each) => each.port === port && each.ssl) ?? false;
  const front = found === undefined || port === null ? null : frontOf(found.workload, port, facts, chart);
  const [first] = streams;
  const problem: RouteProblem | null =
    found !== undefined || first === undefined
      ? null
      : {
          object,
          field,
          actual: `${port ?? '?'}: ${STREAM_LISTEN} of ${objectName(first.workload.kind ?? 'Deployment', first.workload)} has no such port`,
          expected: `a port of ${STREAM_LISTEN}`,
          fix: `${chart}\n# Without the chart: ${STREAM_LISTEN}=0.0.0.0:${port} in the environment of the proxy, and the port in its Service`,
          certain: false,
        };
  return {
    state: problem !== null ? 'no-parent' : found === undefined ? 'unknown' : 'attached',
    problem,
    rejectedBackend: null,
    listeners: [
      {
        name: null,
        port: front?.port ?? port,
        protocol: 'tcp',
        tls: ssl ? 'terminate' : 'none',
        host: null,
        addresses: front?.addresses ?? [],
        origin: {
          ...{ object, field, actual: `${port ?? '?'}${ssl ? `, ssl in ${STREAM_LISTEN}` : ''}` },
          fix: `remove ssl from the port in ${STREAM_LISTEN}, or use another port without it`,
        },
        notReady: front?.lacking ?? null,
      },
    ],
  };
}
