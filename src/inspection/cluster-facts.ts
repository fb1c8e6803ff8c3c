import type { Code } from '../catalogue/codes.ts';
import type { ExposureName } from '../model/exposures.ts';
import type { Provider } from '../model/provider.ts';
import type { StepResult } from '../model/result.ts';
import type { ServiceEntry, Sidecar } from './objects/mesh-egress.ts';
import type { Destination } from './objects/network-policy.ts';
import type {
  ConfigMap,
  Endpoints,
  GatewayClass,
  Ingress,
  IngressClass,
  LimitRange,
  Namespace,
  NetworkPolicy,
  Pod,
  ResourceQuota,
  RoleBinding,
  RoleObject,
  Service,
  ServiceAccount,
  StringMap,
  Workload,
} from './objects/objects.ts';
import type { Route } from './routes/route.ts';

/** An account by its namespace and name. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** What the API server answered when asked whether the account may use a verb on a resource, `create` on `pods/exec`. */
export interface AccessAnswer {
  readonly resource: string;
  readonly verb: string;
  readonly allowed: boolean;
}

/** What a log reader found in the log tail of one container. */
export interface PodLogFinding {
  readonly code: Code;
  /** The line that shows it. */
  readonly line: string;
}

/** The log tail of one agent container, read already: the text itself is not kept. */
export interface ContainerLog {
  readonly pod: string;
  readonly container: string;
  readonly findings: readonly PodLogFinding[];
}

/**
 * What was read in a cluster where agents run. A fact that is absent could not be read; `missing` says why, and the
 * rules that need it are skipped.
 */
export interface AgentClusterFacts {
  /** Where the agent pods are made. */
  readonly namespace: string;
  /** As whom Jenkins makes them; null: not known. */
  readonly account: Account | null;
  /** Whether pod templates use dynamic volumes, which take more verbs. */
  readonly dynamicVolumes: boolean;
  /** null: there is no such namespace. */
  readonly namespaceObject?: Namespace | null;
  /** null: there is no such account. */
  readonly serviceAccount?: ServiceAccount | null;
  /** Names of accounts for which a token Secret exists, of the account's namespace. */
  readonly accountsWithToken?: readonly string[];
  /** Pods other than agents that run as the account: a controller in this cluster. */
  readonly podsOfAccount?: readonly Pod[];
  readonly roles?: readonly RoleObject[];
  readonly roleBindings?: readonly RoleBinding[];
  /** Cluster roles that the bindings refer to. */
  readonly clusterRoles?: readonly RoleObject[];
  /** RoleBindings of other namespaces, as far as they may be read. */
  readonly otherRoleBindings?: readonly RoleBinding[];
  /** What the API server says the account may do in the namespace. */
  readonly access?: readonly AccessAnswer[];
  readonly quotas?: readonly ResourceQuota[];
  readonly limitRanges?: readonly LimitRange[];
  readonly agentPods?: readonly Pod[];
  readonly logs?: readonly ContainerLog[];
  readonly networkPolicies?: readonly NetworkPolicy[];
  /** Istio's, of the namespace of the agents. */
  readonly sidecars?: readonly Sidecar[];
  readonly serviceEntries?: readonly ServiceEntry[];
  /** Where agents have to get to. */
  readonly destinations: readonly Destination[];
  /** What the probes found from here; empty: nothing was probed. */
  readonly steps: readonly StepResult[];
}

/** A Service that carries the health of a controller: what to point a load balancer's check at. */
export interface HealthEndpoint {
  /** The NodePort of the probe's own Service, where it has one. */
  readonly nodePort: number | null;
  /** `/health/main?entrypoint=agent-port` */
  readonly path: string;
}

/** The objects of one resource, as the API server sent them. */
interface ReadResource {
  readonly group: string;
  readonly plural: string;
  /** The versions that the API server serves. */
  readonly served: readonly string[];
  readonly items: readonly unknown[];
}

/** The objects of one API beside those of every cluster; it is absent where the cluster has none of its kinds. */
export interface ReadExposure {
  readonly name: ExposureName;
  /** Why its objects could not be read, as the reason of a skipped rule; absent where they were. */
  readonly unreadable?: string;
  /** The namespaces that were read. */
  readonly namespaces: readonly string[];
  readonly resources: readonly ReadResource[];
}

/** What was read in a cluster where a controller runs; absent facts as in {@link AgentClusterFacts}. */
export interface ControllerClusterFacts {
  readonly namespace: string;
  /** The port on which the controller's container listens for agents, as configured; the rules get it as the cluster tells. */
  readonly agentPort: number;
  /** The port that the controller announces to agents; absent or null: nothing was probed, or it announces none. */
  readonly announcedPort?: number | null;
  /** What the probes found from here; absent or empty: nothing was probed. */
  readonly steps?: readonly StepResult[];
  /** The Jenkins URL as agents use it; null: not known. */
  readonly url: string | null;
  readonly health: HealthEndpoint;
  /** From a node's provider id; null: could not be told. */
  readonly provider: Provider | null;
  readonly namespaceLabels?: StringMap;
  /** Of the controller's namespace, agent pods left out. */
  readonly pods?: readonly Pod[];
  readonly agentPods?: readonly Pod[];
  /** Of the controller's namespace. */
  readonly services?: readonly Service[];
  readonly endpoints?: readonly Endpoints[];
  readonly ingresses?: readonly Ingress[];
  /** Of the whole cluster: they tell who serves an Ingress. */
  readonly ingressClasses?: readonly IngressClass[];
  /** Of the whole cluster: they tell who implements a Gateway. */
  readonly gatewayClasses?: readonly GatewayClass[];
  readonly networkPolicies?: readonly NetworkPolicy[];
  /** Deployments, DaemonSets of the ingress controllers' namespaces. */
  readonly ingressWorkloads?: readonly Workload[];
  readonly ingressServices?: readonly Service[];
  readonly ingressPods?: readonly Pod[];
  readonly configMaps?: readonly ConfigMap[];
  readonly exposures?: readonly ReadExposure[];
  /** When the objects were read, epoch milliseconds: a status that is younger is not believed. */
  readonly readAt: number;
  /** Every route from outside, made from the objects above before the rules run. */
  readonly routes?: readonly Route[];
}

/** Why a fact is absent: `get resourcequotas in jenkins-agents is forbidden`. */
export type Missing<Facts> = Readonly<Partial<Record<keyof Facts, string>>>;
