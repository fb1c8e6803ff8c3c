import type { MetricLabel } from '../model/metric-labels.ts';

/** The type, help and labels of a metric family. */
export interface MetricSpec {
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly labels: readonly MetricLabel[];
}

/** The prefix of all metric names. */
export const PREFIX = 'jenkins_agent_probe_';

/**
 * All metric families except those of the process, in the order of the output. The registry and
 * `docs/reference/metrics.md` are derived from this list.
 */
export const METRICS = {
  up: {
    type: 'gauge',
    help: '1 if the verdict of an entrypoint is up, 0 if it is down. No series before the first verdict.',
    labels: ['controller', 'entrypoint'],
  },
  transitions_total: {
    type: 'counter',
    help: 'Changes of the verdict of an entrypoint, by the new verdict.',
    labels: ['controller', 'entrypoint', 'to'],
  },
  success: {
    type: 'gauge',
    help: '1 if the latest probe of a depth succeeded, 0 if it failed. No series before the first result.',
    labels: ['controller', 'depth'],
  },
  attempts_total: {
    type: 'counter',
    help: 'Scheduled probes that ended.',
    labels: ['controller', 'depth'],
  },
  failures_total: {
    type: 'counter',
    help: 'Scheduled probes that failed, by the first step that failed. The series of all possible steps start at 0, so increase() counts the first failure too.',
    labels: ['controller', 'depth', 'step'],
  },
  failures_by_reason_total: {
    type: 'counter',
    help: 'Scheduled probes that failed, by the first step that failed and its reason. A series starts with the first failure, so increase() does not count that one; alert on failures_total instead.',
    labels: ['controller', 'depth', 'step', 'reason'],
  },
  inconclusive_total: {
    type: 'counter',
    help: 'Scheduled probes that affect no verdict, because this process was at fault: its DNS lookups were busy with other names, it was stalled, or it had no free file descriptors, memory or local ports.',
    labels: ['controller', 'fault'],
  },
  duration_seconds: {
    type: 'gauge',
    help: 'Duration of the latest scheduled probe of a depth, successful or failed.',
    labels: ['controller', 'depth'],
  },
  step_duration_seconds: {
    type: 'gauge',
    help: 'Duration of a step in the latest scheduled probe that did not skip it, successful or failed; for several addresses the slowest.',
    labels: ['controller', 'step'],
  },
  cadence_seconds: {
    type: 'gauge',
    help: 'Configured interval of the probes of a depth, without back-off.',
    labels: ['controller', 'depth'],
  },
  last_attempt_timestamp_seconds: {
    type: 'gauge',
    help: 'Start of the latest probe of a depth, Unix time. No series before the first result.',
    labels: ['controller', 'depth'],
  },
  last_success_timestamp_seconds: {
    type: 'gauge',
    help: 'Start of the latest successful probe of a depth, Unix time. No series before the first success.',
    labels: ['controller', 'depth'],
  },
  address_up: {
    type: 'gauge',
    help: '1 if every step at this address succeeds, 0 if any fails. The series is removed when the name no longer has the address.',
    labels: ['controller', 'entrypoint', 'address'],
  },
  controller_info: {
    type: 'gauge',
    help: 'Always 1; the labels show the version of Jenkins and the latest fingerprint of its instance identity, from its pages or from a handshake. One series per controller.',
    labels: ['controller', 'version', 'identity'],
  },
  controller_restarts_total: {
    type: 'counter',
    help: 'Starts of the controller, detected by a new Jenkins session.',
    labels: ['controller'],
  },
  identity_match: {
    type: 'gauge',
    help: '1 if the agent port presented the expected instance identity, 0 if it did not. No series before the first handshake that reached this step.',
    labels: ['controller'],
  },
  certificate_not_after_timestamp_seconds: {
    type: 'gauge',
    help: 'Expiry of the certificate of an HTTPS entrypoint, Unix time; for several addresses the earliest.',
    labels: ['controller', 'entrypoint'],
  },
  diagnosis: {
    type: 'gauge',
    help: '1 if this root cause of a controller is active, 0 if it is not any more. A series starts when its code is first found.',
    labels: ['controller', 'code'],
  },
  diagnosis_rank: {
    type: 'gauge',
    help: 'Rank of an active root cause of a controller; 1 is the most likely one. The label confidence is certain, likely or possible. No series if the root cause is not active.',
    labels: ['controller', 'code', 'confidence'],
  },
  connections_total: {
    type: 'counter',
    help: 'Connections opened to the controller, including on-demand diagnoses.',
    labels: ['controller', 'entrypoint'],
  },
  backoff_seconds: {
    type: 'gauge',
    help: 'Back-off for a controller: the longest pause that is added to a cadence.',
    labels: ['controller'],
  },
  scheduler_lag_seconds: {
    type: 'gauge',
    help: 'Delay of the latest probe of any controller: its start minus its due time.',
    labels: [],
  },
  health_requests_total: {
    type: 'counter',
    help: 'Answers to health checks, by status code. The controller is * for a check of all controllers.',
    labels: ['controller', 'code'],
  },
  config_last_reload_successful: {
    type: 'gauge',
    help: '1 if the last reload of the configuration succeeded, 0 if it failed and the previous configuration is still active.',
    labels: [],
  },
  log_lines_lost_total: {
    type: 'counter',
    help: 'Log lines that could not be written, because the disk was full or no process read the output.',
    labels: [],
  },
  leader: {
    type: 'gauge',
    help: '1 if this replica is the leader, which holds the Lease and probes for all replicas, 0 if it is not. Only with `kubernetes.lease` in mode leader.',
    labels: [],
  },
  speaks_for_itself: {
    type: 'gauge',
    help: '1 if this replica probes, as the leader or because it has no fresh verdicts of a leader, 0 if it uses the verdicts of the leader. Only with `kubernetes.lease` in mode leader.',
    labels: [],
  },
  discovery_controllers: {
    type: 'gauge',
    help: 'Controllers discovered in the cluster, including those in their grace period and those that are also configured.',
    labels: [],
  },
  discovery_unusable_objects: {
    type: 'gauge',
    help: 'Pods of agents and annotated objects without usable connection settings; `/controllers` shows the reasons.',
    labels: [],
  },
  discovery_last_sync_timestamp_seconds: {
    type: 'gauge',
    help: 'Time at which the discovery was last up to date, Unix time. No series before the first complete discovery.',
    labels: [],
  },
  discovery_stale: {
    type: 'gauge',
    help: '1 if the discovery may be out of date and the last known controllers are kept, 0 if it is up to date.',
    labels: [],
  },
  kubernetes_working: {
    type: 'gauge',
    help: '1 if a feature that uses the Kubernetes API works, 0 if it has no permission or no answer.',
    labels: ['feature'],
  },
  kubernetes_errors_total: {
    type: 'counter',
    help: 'Failed requests to the Kubernetes API, by feature.',
    labels: ['feature'],
  },
  kubernetes_events_total: {
    type: 'counter',
    help: 'Kubernetes Events, by outcome: written, or dropped because there were too many.',
    labels: ['outcome'],
  },
  inspection_checks: {
    type: 'gauge',
    help: 'Checks of the objects of a namespace, by outcome: ok, failed, or skipped because a permission or a setting is missing.',
    labels: ['controller', 'role', 'inspected_namespace', 'outcome'],
  },
  inspection_last_timestamp_seconds: {
    type: 'gauge',
    help: 'Time at which the objects of a namespace were last read, Unix time.',
    labels: ['role', 'inspected_namespace'],
  },
  build_info: {
    type: 'gauge',
    help: 'Always 1; the labels show the version of this program and of Node.js.',
    labels: ['version', 'nodejs'],
  },
} as const satisfies Readonly<Record<string, MetricSpec>>;

/** A metric's name without its prefix. */
export type MetricName = keyof typeof METRICS;

/** The names of the metrics of one type. */
export type MetricNameOf<T extends MetricSpec['type']> = {
  [N in MetricName]: (typeof METRICS)[N]['type'] extends T ? N : never;
}[MetricName];

/** The labels of a metric with their values. */
export type LabelsOf<N extends MetricName> = Readonly<Record<(typeof METRICS)[N]['labels'][number], string>>;
