import type { ExposureChoice } from '../model/exposures.ts';
import type { Provider } from '../model/provider.ts';

/** The interval and the scopes of the inspection. */
export interface InspectionSettings {
  /** Interval in milliseconds; null: only for a diagnosis. */
  readonly everyMs: number | null;
  readonly scopes: readonly InspectionScope[];
}

/** A namespace with its role in the path from agent to controller. */
export type InspectionScope = AgentScope | ControllerScope;

interface CommonScope {
  /** null: the namespace of the probe. */
  readonly namespace: string | null;
  /** Names of the controllers that it concerns; null: all. */
  readonly controllers: readonly string[] | null;
}

/** A namespace where agents run. */
export interface AgentScope extends CommonScope {
  readonly role: 'agent-cluster';
  /** The account with which Jenkins creates the pods; null: unknown. Its namespace is null if it is the same. */
  readonly account: { readonly namespace: string | null; readonly name: string } | null;
  /** Other namespaces to search for a misplaced RoleBinding; null: all. */
  readonly bindingNamespaces: readonly string[] | null;
  /** True if pod templates use dynamic volumes, which need more verbs. */
  readonly dynamicVolumes: boolean;
  /** True if Secrets are listed to find a token of the account; only account names are kept. */
  readonly tokens: boolean;
}

/** A namespace where a controller runs. */
export interface ControllerScope extends CommonScope {
  readonly role: 'controller-cluster';
  /** The port of the controller's container for agents. */
  readonly agentPort: number;
  /** Namespaces of ingress controllers; empty: they are not inspected. */
  readonly ingressNamespaces: readonly string[];
  /** The APIs to read that can expose the controller. */
  readonly exposures: ExposureChoice;
  /** null: derived from a node or from annotations, if possible. */
  readonly provider: Provider | null;
  /** The node port of the probe's own Service, to show in a fix. */
  readonly healthNodePort: number | null;
}

/** Splits `NAMESPACE/NAME`, or `NAME` alone. */
export function parseAccount(text: string): NonNullable<AgentScope['account']> {
  const [first = '', second] = text.split('/');
  return second === undefined ? { namespace: null, name: first } : { namespace: first, name: second };
}

/** Returns true if a scope concerns a controller. */
export function concerns({ controllers }: InspectionScope, controller: string): boolean {
  return controllers === null || controllers.includes(controller);
}
