import type { Finding } from '../inspection/finding.ts';
import type { KubernetesStep } from '../model/kubernetes-steps.ts';

/** The side of the connection that a cluster is on. */
export const CLUSTER_SIDES = ['agent-cluster', 'controller-cluster'] as const;
export type ClusterSide = (typeof CLUSTER_SIDES)[number];

/** One check of the objects of a cluster. */
interface ClusterCheck {
  readonly step: KubernetesStep;
  /** The rule, as `docs/reference/kubernetes-inspection.md` names it. */
  readonly rule: string;
  /** `warning`: the finding is right in many set-ups, and no probe saw it fail. */
  readonly outcome: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly detail: string;
}

/** The part of a report that the inspection of a namespace adds. */
export interface ClusterReport {
  readonly role: ClusterSide;
  readonly namespace: string;
  readonly checks: readonly ClusterCheck[];
  readonly findings: readonly Finding[];
}
