import type { ControllerClusterFacts } from '../cluster-facts.ts';
import { jsonPatch, objectName } from '../finding.ts';
import type { KubernetesObject } from '../objects/objects.ts';
import { mappingRoute } from './emissary-mapping.ts';
import {
  EMISSARY_HOSTS,
  EMISSARY_LISTENERS,
  MAPPINGS,
  TCP_MAPPINGS,
  type TcpMapping,
} from './emissary-objects.ts';
import { emissaryBackend } from './emissary-service.ts';
import { frontOf, proxyWorkloads } from './proxy-front.ts';
import type { Attachment, Route, RouteProblem, RouteSetting } from './route.ts';
import type { ExposureObjects, RouteReader } from './route-reader.ts';

/** `getambassador.io`: TCPMappings and Mappings of Emissary-ingress, with its Listeners and Hosts. */
export const EMISSARY: RouteReader = {
  name: 'emissary',
  family: 'proxy',
  resources: [TCP_MAPPINGS, MAPPINGS, EMISSARY_LISTENERS, EMISSARY_HOSTS],
  read: (objects, facts) => [
    ...objects.of(TCP_MAPPINGS).map((mapping) => tcpRoute(mapping, objects, facts)),
    ...objects.of(MAPPINGS).map((mapping) => mappingRoute(mapping, objects.of(EMISSARY_HOSTS), facts)),
  ],
};

function tcpRoute(mapping: TcpMapping, objects: ExposureObjects, facts: ControllerClusterFacts): Route {
  const { host, port = null } = mapping.spec ?? {};
  const object = objectName('TCPMapping', mapping);
  const byName = host !== undefined && host !== '' && host !== '*';
  return {
    ...({ family: 'proxy', object, source: mapping, field: 'spec.port' } as const),
    protocol: byName ? 'tls' : 'tcp',
    hosts: byName ? [host] : [],
    serverName: byName
      ? {
          ...{ object, field: 'spec.host', actual: host },
          fix: jsonPatch('TCPMapping', mapping, [{ op: 'remove', path: '/spec/host' }]),
        }
      : null,
    path: null,
    narrowed: false,
    attachments: [attachmentOf(mapping, port, objects, facts)],
    backends: emissaryBackend('TCPMapping', mapping, mapping.spec, facts),
    settings: settingsOf(mapping),
    ruleFor: (_, right) => `port: ${port}\nservice: ${right.name}.${right.namespace}:${right.port}`,
  };
}

function settingsOf(mapping: TcpMapping): readonly RouteSetting[] {
  const idle = mapping.spec?.idle_timeout_ms;
  const object = objectName('TCPMapping', mapping);
  return [
    ...(idle === undefined || idle <= 0
      ? []
      : [
          {
            ...({ kind: 'tcp-idle', seconds: idle / 1000, object, field: 'spec.idle_timeout_ms' } as const),
            actual: `${idle} ms`,
            fix: jsonPatch('TCPMapping', mapping, [
              { op: 'replace', path: '/spec/idle_timeout_ms', value: 3_600_000 },
            ]),
          },
        ]),
    ...(/^https:/i.test(mapping.spec?.service ?? '')
      ? [
          {
            ...({ kind: 'backend-tls', object, field: 'spec.service' } as const),
            actual: mapping.spec?.service ?? '',
            fix: 'remove https:// from spec.service',
          },
        ]
      : []),
  ];
}

/** A TCPMapping attaches to the Listener with its port. */
function attachmentOf(
  mapping: TcpMapping,
  port: number | null,
  objects: ExposureObjects,
  facts: ControllerClusterFacts,
): Attachment {
  const object = objectName('TCPMapping', mapping);
  const all = objects.of(EMISSARY_LISTENERS);
  const listener = all.find(({ spec }) => spec?.port === port);
  const [workload] = proxyWorkloads(facts, /(^|\/)(emissary|ambassador|aes)(:|@|$)/);
  const chart = `# The Service of Emissary:\nservice: { ports: [{ name: agents, port: ${port}, targetPort: ${port} }] } # beside those that are there`;
  const front = workload === undefined || port === null ? null : frontOf(workload, port, facts, chart);
  const { protocol = 'TCP' } = listener?.spec ?? {};
  // If no Listener was read at all, they may be in another namespace.
  const problem = listener === undefined && all.length > 0 ? noListener(mapping, object, port, all) : null;
  const origin = listener === undefined ? object : objectName('Listener', listener as KubernetesObject);
  return {
    state: problem !== null ? 'no-parent' : listener === undefined ? 'unknown' : 'attached',
    problem,
    rejectedBackend: null,
    listeners: [
      {
        name: listener?.metadata?.name ?? null,
        port: front?.port ?? port,
        protocol: /^HTTPS?/i.test(protocol) ? 'http' : protocol === 'TLS' ? 'tls' : 'tcp',
        tls: protocol === 'TLS' ? 'terminate' : 'none',
        host: null,
        addresses: front?.addresses ?? [],
        origin: {
          object: origin,
          field: 'spec.protocol',
          actual: protocol,
          fix:
            listener === undefined
              ? ''
              : jsonPatch('listeners.getambassador.io', listener, [
                  { op: 'replace', path: '/spec/protocol', value: 'TCP' },
                ]),
        },
        notReady: front?.lacking ?? null,
      },
    ],
  };
}

function noListener(
  { metadata }: TcpMapping,
  object: string,
  port: number | null,
  all: readonly KubernetesObject[],
): RouteProblem {
  const namespace = all[0]?.metadata?.namespace ?? metadata?.namespace;
  return {
    ...{ object, field: 'spec.port' },
    actual: `${port ?? '?'}: no Listener has this port`,
    expected: 'the port of a Listener of protocol TCP',
    fix: [
      'apiVersion: getambassador.io/v3alpha1',
      'kind: Listener',
      `metadata: { name: agents, namespace: ${namespace} }`,
      `spec: { port: ${port}, protocol: TCP, securityModel: XFP, hostBinding: { namespace: { from: ALL } } }`,
    ].join('\n'),
    // A Listener of another namespace may have it.
    certain: false,
  };
}
