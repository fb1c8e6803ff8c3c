import type { InspectionSettings } from './inspection-settings.ts';
import type { DiscoverySource, LeaseMode } from './kubernetes-schema.ts';
import type { ProbePolicy } from './probe-section.ts';

/** The settings of the features that use the Kubernetes API. */
export interface KubernetesSettings {
  /** A kubeconfig; null: the service account of the probe's pod. */
  readonly kubeconfig: string | null;
  readonly discovery: DiscoverySettings | null;
  readonly lease: LeaseSettings | null;
  /** True if an Event is written for a changed verdict or a root cause. */
  readonly events: boolean;
  readonly inspection: InspectionSettings | null;
}

/** The settings of discovery. */
export interface DiscoverySettings {
  /** null: the namespace of the probe. */
  readonly namespaces: readonly string[] | null;
  readonly sources: readonly DiscoverySource[];
  /** Label selector for pods of agents; null: the labels of the Kubernetes plugin. */
  readonly selector: string | null;
  /** The container that runs the agent. */
  readonly container: string;
  /** Time for which a controller is still probed after the last object that names it was deleted. */
  readonly gracePeriodMs: number;
  /** The maximum number of controllers. */
  readonly limit: number;
  /** The probe settings of discovered controllers. */
  readonly probe: ProbePolicy & { readonly timeoutMs: number };
}

/** The settings of several replicas. */
interface LeaseSettings {
  readonly mode: LeaseMode;
  readonly name: string;
  /** null: the namespace of the probe. */
  readonly namespace: string | null;
}
