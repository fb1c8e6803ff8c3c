import type { InspectionSettings } from './inspection-settings.ts';
import type { DiscoverySource, LeaseMode } from './kubernetes-schema.ts';
import type { ProbePolicy } from './probe-section.ts';

/** What the daemon does inside a cluster. The Kubernetes client is loaded where there are any. */
export interface KubernetesSettings {
  /** A kubeconfig; null: the service account of our pod. */
  readonly kubeconfig: string | null;
  readonly discovery: DiscoverySettings | null;
  readonly lease: LeaseSettings | null;
  /** Whether a verdict that changes, or a root cause that is found, becomes an Event. */
  readonly events: boolean;
  readonly inspection: InspectionSettings | null;
}

/** Where controllers are discovered, and what becomes of them. */
export interface DiscoverySettings {
  /** null: our own. */
  readonly namespaces: readonly string[] | null;
  readonly sources: readonly DiscoverySource[];
  /** Selects pods of agents by their labels instead of the plugin's own labels; null: those. */
  readonly selector: string | null;
  /** The container that runs the agent. */
  readonly container: string;
  /** How long a controller is watched after the last object that names it has gone. */
  readonly gracePeriodMs: number;
  /** No more controllers than these. */
  readonly limit: number;
  /** How they are probed. */
  readonly probe: ProbePolicy & { readonly timeoutMs: number };
}

/** How replicas speak with one voice. */
interface LeaseSettings {
  readonly mode: LeaseMode;
  readonly name: string;
  /** null: our own. */
  readonly namespace: string | null;
}
