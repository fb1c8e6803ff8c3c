/**
 * The label names of the metrics, which constant labels cannot use. `le` is for histogram buckets, `node` for replicas
 * that each probe from their own node.
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
