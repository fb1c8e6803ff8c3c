import { list, number, numberOrText, object, type Read, text, textMap, truth } from './shape.ts';

/*
 * The parts of Kubernetes objects that the rules read, as the API server sends them (JSON, defaults filled in). Every
 * field is optional because every field comes from outside; what is not of its kind (null, a number for a text) counts as
 * absent.
 */

export type StringMap = Readonly<Record<string, string>>;

export const metadata = object({
  name: text,
  namespace: text,
  labels: textMap,
  annotations: textMap,
  ownerReferences: list(object({ kind: text, name: text })),
  creationTimestamp: text,
  deletionTimestamp: text,
  generation: number,
});

const kubernetesObject = object({ metadata });
export type KubernetesObject = Read<typeof kubernetesObject>;

export const labelSelector = object({
  matchLabels: textMap,
  matchExpressions: list(object({ key: text, operator: text, values: list(text) })),
});
export type LabelSelector = Read<typeof labelSelector>;

const containerPort = object({ name: text, containerPort: number, hostPort: number, protocol: text });
export type ContainerPort = Read<typeof containerPort>;

const kubeletProbe = object({
  tcpSocket: object({ port: numberOrText }),
  httpGet: object({ port: numberOrText, path: text, scheme: text }),
  exec: object({ command: list(text) }),
  grpc: object({ port: number }),
  periodSeconds: number,
});
export type KubeletProbe = Read<typeof kubeletProbe>;

const container = object({
  name: text,
  image: text,
  command: list(text),
  args: list(text),
  env: list(object({ name: text, value: text })),
  ports: list(containerPort),
  restartPolicy: text,
  livenessProbe: kubeletProbe,
  readinessProbe: kubeletProbe,
  startupProbe: kubeletProbe,
  resources: object({ limits: textMap, requests: textMap }),
});
export type Container = Read<typeof container>;

const terminated = object({
  exitCode: number,
  reason: text,
  message: text,
  startedAt: text,
  finishedAt: text,
});
export type Terminated = Read<typeof terminated>;

const containerState = object({
  waiting: object({ reason: text, message: text }),
  running: object({ startedAt: text }),
  terminated,
});

const containerStatus = object({
  name: text,
  ready: truth,
  restartCount: number,
  state: containerState,
  lastState: containerState,
});
export type ContainerStatus = Read<typeof containerStatus>;

const podSpec = object({
  containers: list(container),
  initContainers: list(container),
  serviceAccountName: text,
  automountServiceAccountToken: truth,
  hostNetwork: truth,
  nodeName: text,
  nodeSelector: textMap,
  affinity: object({ nodeAffinity: object({ requiredDuringSchedulingIgnoredDuringExecution: object({}) }) }),
});

export const pod = object({
  metadata,
  spec: podSpec,
  status: object({
    phase: text,
    reason: text,
    message: text,
    podIP: text,
    conditions: list(object({ type: text, status: text, reason: text, message: text })),
    containerStatuses: list(containerStatus),
    initContainerStatuses: list(containerStatus),
  }),
});
export type Pod = Read<typeof pod>;

const servicePort = object({
  name: text,
  port: number,
  targetPort: numberOrText,
  nodePort: number,
  protocol: text,
  appProtocol: text,
});
export type ServicePort = Read<typeof servicePort>;

export const service = object({
  metadata,
  spec: object({
    type: text,
    clusterIP: text,
    selector: textMap,
    ports: list(servicePort),
    externalTrafficPolicy: text,
    healthCheckNodePort: number,
    loadBalancerClass: text,
    loadBalancerSourceRanges: list(text),
    externalIPs: list(text),
    ipFamilies: list(text),
  }),
  status: object({ loadBalancer: object({ ingress: list(object({ ip: text, hostname: text })) }) }),
});
export type Service = Read<typeof service>;

const endpointAddress = object({ ip: text, targetRef: object({ kind: text, name: text }) });

export const endpoints = object({
  metadata,
  /** Not of Kubernetes: whether the addresses of every family are here, as EndpointSlices have them. */
  everyFamily: truth,
  subsets: list(
    object({
      addresses: list(endpointAddress),
      notReadyAddresses: list(endpointAddress),
      ports: list(object({ name: text, port: number, protocol: text })),
    }),
  ),
});
export type Endpoints = Read<typeof endpoints>;

const ingressBackend = object({
  service: object({ name: text, port: object({ name: text, number }) }),
});

const ingressPath = object({ path: text, pathType: text, backend: ingressBackend });
export type IngressPath = Read<typeof ingressPath>;

export const ingress = object({
  metadata,
  spec: object({
    ingressClassName: text,
    defaultBackend: ingressBackend,
    tls: list(object({ hosts: list(text) })),
    rules: list(object({ host: text, http: object({ paths: list(ingressPath) }) })),
  }),
});
export type Ingress = Read<typeof ingress>;

export const ingressClass = object({ metadata, spec: object({ controller: text }) });
export type IngressClass = Read<typeof ingressClass>;

/** A class of Gateways; the API calls its field another name than an IngressClass's. */
export const gatewayClass = object({
  metadata,
  spec: object({
    controllerName: text,
    parametersRef: object({ kind: text, name: text, namespace: text }),
  }),
});
export type GatewayClass = Read<typeof gatewayClass>;

export const configMap = object({ metadata, data: textMap });
export type ConfigMap = Read<typeof configMap>;

/** A Deployment, DaemonSet or StatefulSet; the API leaves `kind` out of the items of a list, the collector puts it back. */
export const workload = object({
  kind: text,
  metadata,
  spec: object({ replicas: number, template: object({ metadata, spec: podSpec }) }),
});
export type Workload = Read<typeof workload>;

const networkPolicyPort = object({ port: numberOrText, endPort: number, protocol: text });
export type NetworkPolicyPort = Read<typeof networkPolicyPort>;

const networkPolicyPeer = object({
  podSelector: labelSelector,
  namespaceSelector: labelSelector,
  ipBlock: object({ cidr: text, except: list(text) }),
});
export type NetworkPolicyPeer = Read<typeof networkPolicyPeer>;

export const networkPolicy = object({
  metadata,
  spec: object({
    podSelector: labelSelector,
    policyTypes: list(text),
    ingress: list(object({ from: list(networkPolicyPeer), ports: list(networkPolicyPort) })),
    egress: list(object({ to: list(networkPolicyPeer), ports: list(networkPolicyPort) })),
  }),
});
export type NetworkPolicy = Read<typeof networkPolicy>;

export const resourceQuota = object({
  metadata,
  spec: object({ hard: textMap, scopes: list(text), scopeSelector: object({}) }),
  status: object({ hard: textMap, used: textMap }),
});
export type ResourceQuota = Read<typeof resourceQuota>;

export const limitRange = object({
  metadata,
  spec: object({
    limits: list(
      object({ type: text, default: textMap, defaultRequest: textMap, max: textMap, min: textMap }),
    ),
  }),
});
export type LimitRange = Read<typeof limitRange>;

const policyRule = object({
  apiGroups: list(text),
  resources: list(text),
  resourceNames: list(text),
  verbs: list(text),
});
export type PolicyRule = Read<typeof policyRule>;

export const role = object({ metadata, rules: list(policyRule) });
export type RoleObject = Read<typeof role>;

export const roleBinding = object({
  metadata,
  roleRef: object({ kind: text, name: text }),
  subjects: list(object({ kind: text, name: text, namespace: text })),
});
export type RoleBinding = Read<typeof roleBinding>;

export const serviceAccount = object({
  metadata,
  secrets: list(object({ name: text })),
  automountServiceAccountToken: truth,
});
export type ServiceAccount = Read<typeof serviceAccount>;

export const namespace = object({ metadata, status: object({ phase: text }) });
export type Namespace = Read<typeof namespace>;
