import type { MetricLabel } from '../model/metric-labels.ts';

/** One metric family: what it is called, what it means, and which labels it has. */
export interface MetricSpec {
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly labels: readonly MetricLabel[];
}

/** Every metric's name begins with this. */
export const PREFIX = 'jenkins_agent_probe_';

/**
 * Every metric family of our own, in the order in which they are shown. This is the only list: the registry is built
 * from it, `docs/reference/metrics.md` is generated from it, and a test holds the two together.
 */
export const METRICS = {
  up: {
    type: 'gauge',
    help: 'The verdict on an entrypoint: 1 up, 0 down. No series until the first verdict is reached.',
    labels: ['controller', 'entrypoint'],
  },
  transitions_total: {
    type: 'counter',
    help: 'Changes of the verdict on an entrypoint, by what it became.',
    labels: ['controller', 'entrypoint', 'to'],
  },
  success: {
    type: 'gauge',
    help: 'Whether the latest probe of a depth succeeded: 1 yes, 0 no. No series until there is a result.',
    labels: ['controller', 'depth'],
  },
  attempts_total: {
    type: 'counter',
    help: 'Scheduled probes that ended.',
    labels: ['controller', 'depth'],
  },
  failures_total: {
    type: 'counter',
    help: 'Scheduled probes that failed, by the first step that failed. Every step that can fail at a planned depth begins at 0, so increase() counts the first failure too.',
    labels: ['controller', 'depth', 'step'],
  },
  failures_by_reason_total: {
    type: 'counter',
    help: 'The same failures, by their reason as well. A series appears when its reason first happens, so increase() misses that first one: alert on failures_total.',
    labels: ['controller', 'depth', 'step', 'reason'],
  },
  inconclusive_total: {
    type: 'counter',
    help: 'Scheduled probes that count for no verdict, because this process itself was at fault: its lookups were busy with other names, it stood still, or it had no file descriptors left.',
    labels: ['controller', 'fault'],
  },
  duration_seconds: {
    type: 'gauge',
    help: 'How long the latest scheduled probe of a depth took, failed or not.',
    labels: ['controller', 'depth'],
  },
  step_duration_seconds: {
    type: 'gauge',
    help: 'How long a step took in the latest scheduled probe that did not skip it, failed or not; of several addresses the slowest.',
    labels: ['controller', 'step'],
  },
  cadence_seconds: {
    type: 'gauge',
    help: 'How often a depth is probed, by the configuration; back-off comes on top.',
    labels: ['controller', 'depth'],
  },
  last_attempt_timestamp_seconds: {
    type: 'gauge',
    help: 'When the latest probe of a depth began, Unix time. No series until there is a result.',
    labels: ['controller', 'depth'],
  },
  last_success_timestamp_seconds: {
    type: 'gauge',
    help: 'When the latest successful probe of a depth began, Unix time. No series until there is one.',
    labels: ['controller', 'depth'],
  },
  address_up: {
    type: 'gauge',
    help: 'Whether no step stands failed at an address of an entrypoint: 1 good, 0 bad. An address that its name no longer has is removed.',
    labels: ['controller', 'entrypoint', 'address'],
  },
  controller_info: {
    type: 'gauge',
    help: 'Always 1; what is known of the controller: the version of Jenkins, and the fingerprint of its instance identity as its own pages print it. One series per controller.',
    labels: ['controller', 'version', 'identity'],
  },
  controller_restarts_total: {
    type: 'counter',
    help: 'Starts of the controller, seen by a Jenkins session that was not seen before.',
    labels: ['controller'],
  },
  identity_match: {
    type: 'gauge',
    help: 'Whether the agent port showed the instance identity that it must: 1 yes, 0 no. No series until a handshake got so far.',
    labels: ['controller'],
  },
  certificate_not_after_timestamp_seconds: {
    type: 'gauge',
    help: 'When the certificate of an HTTPS entrypoint ends, Unix time; of several addresses the earliest.',
    labels: ['controller', 'entrypoint'],
  },
  diagnosis: {
    type: 'gauge',
    help: 'Whether the latest results of a controller add up to this root cause: 1 yes, 0 no longer. A series appears when its code first holds.',
    labels: ['controller', 'code'],
  },
  diagnosis_rank: {
    type: 'gauge',
    help: 'The rank of a root cause among those that a controller has now, 1 first, and how sure it is: certain, likely or possible. No series when it does not hold.',
    labels: ['controller', 'code', 'confidence'],
  },
  connections_total: {
    type: 'counter',
    help: 'Connections opened towards the controller: what we cost it, diagnoses on demand included.',
    labels: ['controller', 'entrypoint'],
  },
  backoff_seconds: {
    type: 'gauge',
    help: 'By how much the most slowed depth of a controller is slowed beyond its cadence.',
    labels: ['controller'],
  },
  scheduler_lag_seconds: {
    type: 'gauge',
    help: 'How long after it was due the latest probe of any controller began.',
    labels: [],
  },
  health_requests_total: {
    type: 'counter',
    help: 'Answers to health checks. The controller is * where the check asked for all of them.',
    labels: ['controller', 'code'],
  },
  config_last_reload_successful: {
    type: 'gauge',
    help: 'Whether the configuration could be used when it was last read: 1 yes, 0 no, and the one before is still in use.',
    labels: [],
  },
  log_lines_lost_total: {
    type: 'counter',
    help: 'Lines of the log that could not be written: the disk was full, or nobody read the output.',
    labels: [],
  },
  leader: {
    type: 'gauge',
    help: 'Whether this replica holds the Lease and probes for all: 1 yes, 0 no. Only with `kubernetes.lease` in mode leader.',
    labels: [],
  },
  speaks_for_itself: {
    type: 'gauge',
    help: 'Whether this replica probes: 1 yes, as the leader or because it has no fresh verdicts of one; 0 no, it follows. Only with `kubernetes.lease` in mode leader.',
    labels: [],
  },
  discovery_controllers: {
    type: 'gauge',
    help: 'Controllers found in the cluster, those within their grace period and those that the configuration has as well included.',
    labels: [],
  },
  discovery_unusable_objects: {
    type: 'gauge',
    help: 'Pods of agents and annotated objects that do not say how to connect; `/controllers` says why.',
    labels: [],
  },
  discovery_last_sync_timestamp_seconds: {
    type: 'gauge',
    help: 'When all that is discovered was last known to be so, Unix time. No series until it was known once.',
    labels: [],
  },
  discovery_stale: {
    type: 'gauge',
    help: 'Whether what is discovered may be out of date: 1 yes, and the last known controllers are kept; 0 no.',
    labels: [],
  },
  kubernetes_working: {
    type: 'gauge',
    help: 'Whether what the Kubernetes API is used for works: 1 yes, 0 no, for want of a permission or of an answer.',
    labels: ['feature'],
  },
  kubernetes_errors_total: {
    type: 'counter',
    help: 'Requests to the Kubernetes API that failed.',
    labels: ['feature'],
  },
  kubernetes_events_total: {
    type: 'counter',
    help: 'Kubernetes Events, by what became of them: written, or dropped because there were too many.',
    labels: ['outcome'],
  },
  inspection_checks: {
    type: 'gauge',
    help: 'Checks of the objects of a namespace, by what they came to: ok, failed, or skipped for want of a permission or a setting.',
    labels: ['controller', 'role', 'inspected_namespace', 'outcome'],
  },
  inspection_last_timestamp_seconds: {
    type: 'gauge',
    help: 'When the objects of a namespace were last read, Unix time.',
    labels: ['role', 'inspected_namespace'],
  },
  build_info: {
    type: 'gauge',
    help: 'Always 1; the version of this program and of Node.js.',
    labels: ['version', 'nodejs'],
  },
} as const satisfies Readonly<Record<string, MetricSpec>>;

/** A metric's name without its prefix. */
export type MetricName = keyof typeof METRICS;

/** The names of the metrics of one type. */
export type MetricNameOf<T extends MetricSpec['type']> = {
  [N in MetricName]: (typeof METRICS)[N]['type'] extends T ? N : never;
}[MetricName];

/** The labels that a metric needs, all of them. */
export type LabelsOf<N extends MetricName> = Readonly<Record<(typeof METRICS)[N]['labels'][number], string>>;
