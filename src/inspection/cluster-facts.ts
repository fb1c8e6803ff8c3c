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

/** The answer of the API server: may the account use a verb on a resource, for example `create` on `pods/exec`? */
export interface AccessAnswer {
  readonly resource: string;
  readonly verb: string;
  readonly allowed: boolean;
}

/** A problem that a log reader found in the log tail of one container. */
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
 * The facts read in a cluster where agents run. A fact that is absent could not be read; `missing` contains the reason,
 * and the rules that need the fact are skipped.
 */
export interface AgentClusterFacts {
  /** The namespace where Jenkins creates the agent pods. */
  readonly namespace: string;
  /** The account that Jenkins uses to create them; null: unknown. */
  readonly account: Account | null;
  /** True if pod templates use dynamic volumes, which require more verbs. */
  readonly dynamicVolumes: boolean;
  /** null: the namespace does not exist. */
  readonly namespaceObject?: Namespace | null;
  /** null: the account does not exist. */
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
  /** The permissions of the account in the namespace, as the API server reports them. */
  readonly access?: readonly AccessAnswer[];
  readonly quotas?: readonly ResourceQuota[];
  readonly limitRanges?: readonly LimitRange[];
  readonly agentPods?: readonly Pod[];
  readonly logs?: readonly ContainerLog[];
  readonly networkPolicies?: readonly NetworkPolicy[];
  /** Istio's, of the namespace of the agents. */
  readonly sidecars?: readonly Sidecar[];
  readonly serviceEntries?: readonly ServiceEntry[];
  /** The destinations that agents must reach. */
  readonly destinations: readonly Destination[];
  /** The results of the probes from here; empty: nothing was probed. */
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

/** The objects of one API that not every cluster has; absent where the cluster serves no kind of this API. */
export interface ReadExposure {
  readonly name: ExposureName;
  /** The reason its objects could not be read, for a skipped rule; absent where they were read. */
  readonly unreadable?: string;
  /** The namespaces that were read. */
  readonly namespaces: readonly string[];
  readonly resources: readonly ReadResource[];
}

/** The facts read in a cluster where a controller runs; absent facts as in {@link AgentClusterFacts}. */
export interface ControllerClusterFacts {
  readonly namespace: string;
  /** The port on which the controller's container listens for agents, as configured; the rules get it as the cluster tells. */
  readonly agentPort: number;
  /** The port that the controller announces to agents; absent or null: nothing was probed, or it announces none. */
  readonly announcedPort?: number | null;
  /** The results of the probes from here; absent or empty: nothing was probed. */
  readonly steps?: readonly StepResult[];
  /** The Jenkins URL as agents use it; null: unknown. */
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

/** The reason each absent fact is absent: `get resourcequotas in jenkins-agents is forbidden`. */
export type Missing<Facts> = Readonly<Partial<Record<keyof Facts, string>>>;
