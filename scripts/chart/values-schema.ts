import { type TSchema, Type } from 'typebox';
import { ConfigFile } from '../../src/config/schema.ts';
import {
  EnvFrom,
  EnvVars,
  HostAliases,
  handedOn,
  handedOnList,
  KubeletProbe,
  oneOf,
  orNull,
  Peers,
  PodSecurityContext,
  PullSecrets,
  port,
  Resources,
  SecurityContext,
  strict,
  Tolerations,
  TopologySpread,
  textList,
  texts,
} from './kubernetes-shapes.ts';
import { withoutBans } from './values-keys.ts';

const text = () => Type.String();
const bool = () => Type.Boolean();
/** The name of a Kubernetes object, or an empty string. */
const name = () => Type.String({ pattern: '^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$', maxLength: 253 });
/** A duration of Prometheus, or an empty string. */
const interval = () => Type.String({ pattern: '^([0-9]+(ms|[smhdwy]))*$' });
/** A base URL, or an empty string. */
const link = () => Type.String({ pattern: '^(https?://.+)?$' });
const policy = () => oneOf('', 'Cluster', 'Local');
const nodePort = () => Type.Integer({ minimum: 1, maximum: 65_535 });

const outside = {
  type: oneOf('ClusterIP', 'NodePort', 'LoadBalancer'),
  annotations: texts(),
  labels: texts(),
  loadBalancerClass: text(),
  loadBalancerSourceRanges: textList(),
  externalTrafficPolicy: policy(),
  loadBalancerIP: text(),
  externalIPs: textList(),
};

const limit = () => orNull(Type.Integer({ minimum: 0 }));

const monitor = (targetLabels: string) =>
  strict({
    enabled: bool(),
    namespace: name(),
    labels: texts(),
    annotations: texts(),
    interval: interval(),
    scrapeTimeout: interval(),
    honorLabels: bool(),
    jobLabel: text(),
    [targetLabels]: textList(),
    scheme: oneOf('', 'http', 'https', 'HTTP', 'HTTPS'),
    tlsConfig: handedOn(),
    authorization: handedOn(),
    proxyUrl: text(),
    scrapeClass: text(),
    attachMetadata: handedOn(),
    bodySizeLimit: text(),
    sampleLimit: limit(),
    targetLimit: limit(),
    labelLimit: limit(),
    labelNameLengthLimit: limit(),
    labelValueLengthLimit: limit(),
    keepDroppedTargets: limit(),
    relabelings: handedOnList(),
    metricRelabelings: handedOnList(),
  });

/**
 * Returns the program's own schema with two changes. Nothing is required, because the configuration may be in another
 * object. A value that may be `off` may be false, because Helm parses `off` as false.
 */
function configSchema(): TSchema {
  const { $schema, title, required, ...schema } = JSON.parse(JSON.stringify(ConfigFile), (_key, value) =>
    isUnionWithOff(value) ? { ...value, anyOf: [...value.anyOf, { const: false }] } : value,
  );
  return schema;
}

function isUnionWithOff(value: unknown): value is { anyOf: readonly { const?: unknown }[] } {
  if (typeof value !== 'object' || value === null || !('anyOf' in value) || !Array.isArray(value.anyOf))
    return false;
  return value.anyOf.some((branch: { const?: unknown }) => branch.const === 'off');
}

/** The types of the chart's values. */
export const VALUES: Readonly<Record<string, TSchema>> = {
  global: Type.Unsafe({
    type: 'object',
    properties: { imageRegistry: text(), imagePullSecrets: PullSecrets },
  }),
  nameOverride: name(),
  fullnameOverride: name(),
  namespaceOverride: name(),
  commonLabels: texts(),
  commonAnnotations: texts(),
  kind: oneOf('Deployment', 'DaemonSet'),
  replicas: Type.Integer({ minimum: 0, maximum: 100 }),
  revisionHistoryLimit: Type.Integer({ minimum: 0 }),
  minReadySeconds: Type.Integer({ minimum: 0 }),
  updateStrategy: strict({ type: oneOf('RollingUpdate', 'Recreate', 'OnDelete'), rollingUpdate: handedOn() }),
  image: strict({
    registry: text(),
    repository: Type.String({ minLength: 1 }),
    tag: Type.String({ pattern: '^([A-Za-z0-9_][A-Za-z0-9_.-]*)?$', maxLength: 128 }),
    digest: Type.String({ pattern: '^(sha256:[0-9a-f]{64})?$' }),
    pullPolicy: oneOf('Always', 'IfNotPresent', 'Never'),
  }),
  imagePullSecrets: PullSecrets,
  config: configSchema(),
  configFrom: strict({
    configMap: name(),
    secret: name(),
    key: Type.String({ pattern: '^[-._a-zA-Z0-9]+$' }),
  }),
  reload: oneOf('live', 'restart'),
  configCheck: bool(),
  secrets: Type.Array(Type.String({ pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$', maxLength: 253 }), {
    uniqueItems: true,
  }),
  demo: bool(),
  clientCertificate: strict({ certFile: text(), keyFile: text() }),
  logLevel: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
  extraArgs: textList(),
  extraEnv: EnvVars,
  extraEnvFrom: EnvFrom,
  service: strict({
    ...outside,
    enabled: bool(),
    port: port(),
    nodePort: orNull(nodePort()),
    clusterIP: text(),
    appProtocol: text(),
    internalTrafficPolicy: policy(),
    trafficDistribution: oneOf('', 'PreferClose', 'PreferSameZone', 'PreferSameNode'),
    healthCheckNodePort: orNull(nodePort()),
    ipFamilyPolicy: oneOf('', 'SingleStack', 'PreferDualStack', 'RequireDualStack'),
    ipFamilies: Type.Array(oneOf('IPv4', 'IPv6'), { maxItems: 2 }),
  }),
  healthService: strict({
    ...outside,
    enabled: bool(),
    nodePorts: Type.Record(Type.String(), nodePort()),
    extraPorts: Type.Array(
      strict(
        { name: Type.String({ pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 15 }), port: port() },
        ['name', 'port'],
      ),
    ),
  }),
  ingress: strict({
    enabled: bool(),
    className: text(),
    labels: texts(),
    annotations: texts(),
    hosts: Type.Array(
      strict(
        {
          host: text(),
          paths: Type.Array(
            strict({ path: text(), pathType: oneOf('Prefix', 'Exact', 'ImplementationSpecific') }),
          ),
        },
        ['host'],
      ),
    ),
    tls: Type.Array(strict({ secretName: text(), hosts: textList() })),
  }),
  httpRoute: strict({
    enabled: bool(),
    labels: texts(),
    annotations: texts(),
    parentRefs: handedOnList(),
    hostnames: textList(),
    matches: handedOnList(),
    filters: handedOnList(),
  }),
  serviceAccount: strict({
    create: bool(),
    name: name(),
    labels: texts(),
    annotations: texts(),
    automountToken: orNull(bool()),
  }),
  rbac: strict({
    create: bool(),
    namespaces: Type.Array(Type.String({ pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$' })),
    clusterRole: bool(),
    extraRules: Type.Array(
      strict({ apiGroups: textList(), resources: textList(), resourceNames: textList(), verbs: textList() }, [
        'apiGroups',
        'resources',
        'verbs',
      ]),
    ),
  }),
  serviceMonitor: monitor('targetLabels'),
  podMonitor: monitor('podTargetLabels'),
  prometheusRule: strict({
    enabled: bool(),
    namespace: name(),
    labels: texts(),
    annotations: texts(),
    aggregationLabels: Type.Array(Type.String({ pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' }), {
      uniqueItems: true,
    }),
    disabled: textList(),
    alertLabels: texts(),
    alertAnnotations: texts(),
    extraGroups: handedOnList(),
  }),
  dashboards: strict({
    enabled: bool(),
    namespace: name(),
    labels: texts(),
    annotations: texts(),
    probeUrl: link(),
    docsUrl: link(),
  }),
  networkPolicy: strict({
    enabled: bool(),
    labels: texts(),
    ingress: strict({ from: Peers, extraRules: handedOnList() }),
    egress: strict({
      to: Peers,
      extraPorts: Type.Array(port()),
      dnsTo: Peers,
      kubernetesApiPorts: Type.Array(port()),
      extraRules: handedOnList(),
    }),
  }),
  podDisruptionBudget: strict({
    enabled: bool(),
    minAvailable: orNull(Type.Union([Type.Integer({ minimum: 0 }), Type.String({ pattern: '^[0-9]+%$' })])),
    maxUnavailable: Type.Union([Type.Integer({ minimum: 0 }), Type.String({ pattern: '^[0-9]+%$' })]),
  }),
  podLabels: texts(),
  podAnnotations: texts(),
  workloadAnnotations: texts(),
  podSecurityContext: PodSecurityContext,
  securityContext: SecurityContext,
  resources: Resources,
  livenessProbe: KubeletProbe,
  readinessProbe: KubeletProbe,
  startupProbe: KubeletProbe,
  lifecycle: strict({ preStop: handedOn(), postStart: handedOn(), stopSignal: text() }),
  terminationGracePeriodSeconds: Type.Integer({ minimum: 0 }),
  priorityClassName: text(),
  runtimeClassName: text(),
  schedulerName: text(),
  nodeSelector: texts(),
  tolerations: Tolerations,
  affinity: strict({ nodeAffinity: handedOn(), podAffinity: handedOn(), podAntiAffinity: handedOn() }),
  topologySpreadConstraints: TopologySpread,
  hostAliases: HostAliases,
  hostNetwork: bool(),
  hostPort: orNull(port()),
  dnsPolicy: oneOf('', 'ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'),
  dnsConfig: strict({
    nameservers: textList(),
    searches: textList(),
    options: Type.Array(strict({ name: text(), value: text() }, ['name'])),
  }),
  enableServiceLinks: bool(),
  extraVolumes: handedOnList(),
  extraVolumeMounts: handedOnList(),
  extraContainers: handedOnList(),
  extraInitContainers: handedOnList(),
  extraObjects: Type.Array(Type.Union([handedOn(), Type.String({ minLength: 1 })])),
  tests: strict({ enabled: bool(), annotations: texts() }),
};

/** Returns `values.schema.json`: types, limits and descriptions. The templates refuse unknown keys, with a suggestion. */
export function valuesSchema(): string {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Values of the chart jenkins-agent-probe',
    type: 'object',
    properties: {
      ...VALUES,
      enabled: { type: 'boolean', description: 'For the `condition` of a parent chart.' },
    },
  };
  return `${JSON.stringify(withoutBans(schema), null, 2)}\n`;
}
