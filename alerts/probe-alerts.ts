import type { Alert } from './alert.ts';
import { GROUP, WITHIN } from './grouping.ts';

const INSTANCE = `{{ $labels.instance }}{{ with $labels.node }} on node {{ . }}{{ end }}${WITHIN}`;

/** Alerts about the probes themselves. While one of them fires, the other alerts may be missing. */
export const PROBE_ALERTS: readonly Alert[] = [
  {
    name: 'JenkinsAgentProbeAbsent',
    severity: 'critical',
    expr: `(
  count by (${GROUP}) (last_over_time(jenkins_agent_probe_build_info[6h]))
  unless on (${GROUP}) count by (${GROUP}) (jenkins_agent_probe_build_info)
)
or absent_over_time(jenkins_agent_probe_build_info[6h])`,
    for: '5m',
    summary: `Prometheus has no metrics of jenkins-agent-probe${WITHIN}`,
    description: `Prometheus has no metrics of jenkins-agent-probe${WITHIN}, so the other alerts cannot fire. The link may not open either. Check that its pods or its service run, then \`up\` of its job, then the NetworkPolicies.`,
    about: 'probe',
    tellsCauses: false,
    meaning:
      'Prometheus has no sample of any probe, or no sample of a cluster or namespace that had one within six hours. The state of its controllers is unknown, and the other alerts cannot fire there. For one cluster or namespace the alert ends six hours after the last sample, because the probe may have been removed. Without any probe it continues.',
    actions: [
      'Check that its pods or its service run, then `up` of its job in Prometheus. The link of the alert is at the probe, so it may not open.',
      'Check that NetworkPolicies allow Prometheus to reach the port of the probe.',
    ],
  },
  {
    name: 'JenkinsAgentProbeReloadFailed',
    severity: 'warning',
    expr: `jenkins_agent_probe_config_last_reload_successful == 0`,
    for: '5m',
    summary: `The configuration of the probe ${INSTANCE} is invalid`,
    description: `The probe ${INSTANCE} still uses its previous configuration. Later changes have no effect, and a restart would fail.`,
    about: 'probe',
    tellsCauses: false,
    meaning:
      'The last reload of the configuration failed. The previous configuration is still active, but a restart would fail.',
    actions: [
      'Run `jenkins-agent-probe config check --config FILE`, or see the log: both show the line and the problem.',
      'Do not restart the probe before the configuration is fixed.',
    ],
  },
  {
    name: 'JenkinsAgentProbeLagging',
    severity: 'warning',
    expr: `jenkins_agent_probe_scheduler_lag_seconds > 5`,
    for: '5m',
    summary: `The probe ${INSTANCE} is behind its schedule`,
    description: `The latest probe of ${INSTANCE} started {{ $value | humanizeDuration }} late: it has too little CPU or too many controllers.`,
    about: 'probe',
    tellsCauses: false,
    meaning:
      'Probes start more than five seconds late. The process has too little CPU or too many controllers. Results are late, and measured durations may be delays of the probe itself.',
    actions: [
      'Check CPU and the lag of the event loop in the dashboard *Probe itself*, and the throttling of the container.',
      'Increase the CPU limit, or the intervals in `cadence`.',
    ],
  },
  {
    name: 'JenkinsAgentProbeNoLeader',
    severity: 'warning',
    expr: `max by (${GROUP}, job) (jenkins_agent_probe_leader) == 0`,
    for: '2m',
    summary: `No replica of {{ $labels.job }}${WITHIN} holds the Lease`,
    description: `No replica of {{ $labels.job }}${WITHIN} holds the Lease, so each replica probes: the controllers receive more connections than with one leader.`,
    about: 'probe',
    tellsCauses: false,
    meaning:
      'With `kubernetes.lease` in mode `leader` one replica probes and the others use its verdicts. For two minutes no replica has held the Lease. Verdicts are still correct, because each replica probes, but the controllers receive the connections of every replica.',
    actions: [
      'Check the log of the probes: it shows the missing permission, or the answer of the API server.',
      'Run `kubectl auth can-i update leases.coordination.k8s.io --as=system:serviceaccount:NAMESPACE:NAME` for their ServiceAccount.',
      'Check that NetworkPolicies allow them to reach the API server.',
    ],
  },
  {
    name: 'JenkinsAgentProbeSeveralLeaders',
    severity: 'warning',
    expr: `sum by (${GROUP}, job) (jenkins_agent_probe_leader) > 1`,
    for: '2m',
    summary: `{{ $value }} replicas of {{ $labels.job }}${WITHIN} are leaders`,
    description: `{{ $value }} replicas of {{ $labels.job }}${WITHIN} report that they hold the Lease, so each of them probes.`,
    about: 'probe',
    tellsCauses: false,
    meaning:
      'More than one replica of a job has been leader for two minutes. A Lease has one holder, so the replicas do not share one Lease: two releases are scraped as one job, or their `kubernetes.lease` names differ. A clock that is wrong by more than the duration of the Lease has the same effect.',
    actions: [
      'Run `kubectl get leases -A` to see all Leases and their holders.',
      'Use a separate job for each release, or the same Lease for both.',
      'Compare the clocks of the nodes.',
    ],
  },
  {
    name: 'JenkinsAgentDiscoveryStale',
    severity: 'warning',
    expr: `max by (${GROUP}) (jenkins_agent_probe_discovery_stale) == 1`,
    for: '10m',
    summary: `The discovery of Jenkins controllers${WITHIN} may be out of date`,
    description: `The discovery of Jenkins controllers${WITHIN} has no answer from the Kubernetes API. The last known controllers are kept; new ones are not found.`,
    about: 'probe',
    tellsCauses: false,
    meaning:
      'The discovery cannot read the Kubernetes API. The last known controllers are still probed. New ones are not found, and deleted ones are not removed. Only with `kubernetes.discovery`.',
    actions: [
      'Check the log of the probe: it shows the missing permission, or the answer of the API server.',
      'Run `kubectl auth can-i list pods --as=system:serviceaccount:NAMESPACE:NAME` for its ServiceAccount.',
      'Check that NetworkPolicies allow it to reach the API server.',
    ],
  },
];
