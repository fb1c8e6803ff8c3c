import type { Finding } from '../inspection/finding.ts';
import type { FeatureStatus } from '../model/kubernetes-features.ts';
import type { ClusterSide } from './cluster-section.ts';
import type { NotChecked } from './coverage.ts';

/** The roles of a replica. `alone`: it probes because it has no leader to follow. */
export const REPLICA_ROLES = ['waiting', 'leading', 'following', 'alone'] as const;
export type ReplicaRole = (typeof REPLICA_ROLES)[number];

/** The controllers that are discovered. */
export interface DiscoveryStatus {
  /** True if the list may be out of date. */
  readonly stale: boolean;
  readonly controllers: readonly {
    readonly name: string;
    /** The configured controller that it is probed as; null: as itself. */
    readonly configuredAs: string | null;
    readonly pods: number;
    /** The versions of remoting that those pods run. */
    readonly remoting: readonly string[];
  }[];
  /** The first objects that cannot be used, as `namespace/name: problem`. */
  readonly unusable: readonly string[];
}

/** A namespace as it was last inspected. */
export interface InspectionStatus {
  readonly role: ClusterSide;
  readonly namespace: string;
  /** ISO 8601. */
  readonly readAt: string;
  /** Checks that were skipped, and why. */
  readonly notChecked: readonly NotChecked[];
  readonly findings: readonly (Pick<Finding, 'code' | 'object' | 'field'> & {
    readonly controller: string;
  })[];
}

/** The state of the daemon's work in a cluster: the `kubernetes` part of `GET /controllers`. */
export interface InClusterStatus {
  /** null: the replicas do not use a Lease. */
  readonly role: ReplicaRole | null;
  /** The identity of the leader; null: unknown, or no Lease. */
  readonly leader: string | null;
  readonly features: readonly FeatureStatus[];
  /** null: discovery is off. */
  readonly discovery: DiscoveryStatus | null;
  /** null: inspection is off. */
  readonly inspection: readonly InspectionStatus[] | null;
}
