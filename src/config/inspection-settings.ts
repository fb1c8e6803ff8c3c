import type { ExposureChoice } from '../model/exposures.ts';
import type { Provider } from '../model/provider.ts';

/** What is inspected in the cluster, and how often. */
export interface InspectionSettings {
  /** null: for a diagnosis only. */
  readonly everyMs: number | null;
  readonly scopes: readonly InspectionScope[];
}

/** A namespace, and what is known of its part in the way of an agent. */
export type InspectionScope = AgentScope | ControllerScope;

interface CommonScope {
  /** null: our own. */
  readonly namespace: string | null;
  /** Names of the controllers that it is about; null: all. */
  readonly controllers: readonly string[] | null;
}

/** A namespace where agents run. */
export interface AgentScope extends CommonScope {
  readonly role: 'agent-cluster';
  /** As whom Jenkins makes their pods, its namespace null where it is the same; null: not known, its rights are not checked. */
  readonly account: { readonly namespace: string | null; readonly name: string } | null;
  /** Other namespaces where a misplaced RoleBinding is looked for; null: all. */
  readonly bindingNamespaces: readonly string[] | null;
  /** Whether pod templates use dynamic volumes, which take more verbs. */
  readonly dynamicVolumes: boolean;
  /** Whether Secrets are listed, for a token of the account; only names of accounts are kept. */
  readonly tokens: boolean;
}

/** A namespace where a controller runs. */
export interface ControllerScope extends CommonScope {
  readonly role: 'controller-cluster';
  /** The port on which the controller's container listens for agents. */
  readonly agentPort: number;
  /** Where ingress controllers are; empty: none is looked at. */
  readonly ingressNamespaces: readonly string[];
  /** What is read of the APIs that can publish the controller. */
  readonly exposures: ExposureChoice;
  /** null: told by a node or by annotations, where they tell. */
  readonly provider: Provider | null;
  /** The node port of the probe's own Service, to name in a fix. */
  readonly healthNodePort: number | null;
}

/** Splits `NAMESPACE/NAME`, or `NAME` alone. */
export function parseAccount(text: string): NonNullable<AgentScope['account']> {
  const [first = '', second] = text.split('/');
  return second === undefined ? { namespace: null, name: first } : { namespace: first, name: second };
}

/** Whether a scope is about a controller. */
export function concerns({ controllers }: InspectionScope, controller: string): boolean {
  return controllers === null || controllers.includes(controller);
}
