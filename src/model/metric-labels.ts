/**
 * Every label name that the metrics use themselves, so that a constant label cannot have it. `le` belongs to the
 * buckets of a histogram, `node` to replicas that each probe from their own node.
 */
export const METRIC_LABELS = [
  'address',
  'code',
  'confidence',
  'controller',
  'depth',
  'entrypoint',
  'fault',
  'feature',
  'identity',
  'inspected_namespace',
  'le',
  'node',
  'nodejs',
  'outcome',
  'quantile',
  'reason',
  'role',
  'step',
  'to',
  'version',
] as const;

export type MetricLabel = (typeof METRIC_LABELS)[number];
