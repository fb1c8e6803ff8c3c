import type { Alert } from './alert.ts';
import { GROUP, WITHIN } from './grouping.ts';

const INSTANCE = `{{ $labels.instance }}{{ with $labels.node }} on node {{ . }}{{ end }}${WITHIN}`;

/** What concerns the probes themselves: when one of these fires, silence of the others says little. */
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
    summary: `No agent probe${WITHIN}`,
    description: `Prometheus hears of no jenkins-agent-probe${WITHIN}: the other alerts cannot fire for it.`,
    about: 'probe',
    tellsCauses: false,
    meaning:
      'Prometheus has no sample of any probe, or none of a cluster or namespace that had one within six hours. Nothing is known of what it watched, and the other alerts are blind there. For one cluster or namespace it ends six hours after the last sample, because it may be gone for good; it stays while no probe is left anywhere.',
    actions: [
      'See whether the pods run, and whether the target is in Prometheus: `up` of its job.',
      'A NetworkPolicy must let Prometheus reach the port of the probe.',
    ],
  },
  {
    name: 'JenkinsAgentProbeReloadFailed',
    severity: 'warning',
    expr: `jenkins_agent_probe_config_last_reload_successful == 0`,
    for: '5m',
    summary: `The configuration of the probe ${INSTANCE} cannot be used`,
    description: `The probe ${INSTANCE} still uses its last good configuration: what was changed since has no effect, and a restart would fail.`,
    about: 'probe',
    tellsCauses: false,
    meaning:
      'The configuration could not be used when it was last read. The one before is still in use, but a restart would find nothing that it can use.',
    actions: [
      '`jenkins-agent-probe config check --config FILE` names line and problem; the log does too.',
      'Do not restart the probe before it is mended.',
    ],
  },
  {
    name: 'JenkinsAgentProbeLagging',
    severity: 'warning',
    expr: `jenkins_agent_probe_scheduler_lag_seconds > 5`,
    for: '5m',
    summary: `The probe ${INSTANCE} does not keep its schedule`,
    description: `The latest probe of ${INSTANCE} began {{ $value | humanizeDuration }} after it was due: it has too little CPU, or too much to do.`,
    about: 'probe',
    tellsCauses: false,
    meaning:
      'Probes begin more than five seconds after they are due. The process has too little CPU or too many controllers; results come late, and durations may be those of the probe itself.',
    actions: [
      'See CPU and the lag of the event loop in the dashboard *Probe itself*, and whether the limit of the container throttles it.',
      'Give it more CPU, or make the cadences slower.',
    ],
  },
  {
    name: 'JenkinsAgentProbeNoLeader',
    severity: 'warning',
    expr: `max by (${GROUP}, job) (jenkins_agent_probe_leader) == 0`,
    for: '2m',
    summary: `No replica of {{ $labels.job }}${WITHIN} holds the Lease`,
    description: `No replica of {{ $labels.job }}${WITHIN} holds the Lease, so each probes for itself: the controllers get more connections than with one leader.`,
    about: 'probe',
    tellsCauses: false,
    meaning:
      'With `kubernetes.lease` in mode `leader` one replica probes and the others follow. For two minutes no replica has held the Lease. Verdicts stay right, because each replica probes for itself meanwhile, but the controllers get the connections of every replica.',
    actions: [
      'See the log of the probes: it names the permission that is missing, or the answer of the API server.',
      '`kubectl auth can-i update leases.coordination.k8s.io --as=system:serviceaccount:NAMESPACE:NAME` for their ServiceAccount.',
      'A NetworkPolicy must let them reach the API server.',
    ],
  },
  {
    name: 'JenkinsAgentProbeSeveralLeaders',
    severity: 'warning',
    expr: `sum by (${GROUP}, job) (jenkins_agent_probe_leader) > 1`,
    for: '2m',
    summary: `{{ $value }} replicas of {{ $labels.job }}${WITHIN} lead`,
    description: `{{ $value }} replicas of {{ $labels.job }}${WITHIN} say that they hold the Lease, so each of them probes.`,
    about: 'probe',
    tellsCauses: false,
    meaning:
      'More than one replica of a job has led for two minutes. A Lease has one holder, so the replicas do not share one Lease: two releases are scraped under one job, or their `kubernetes.lease` names differ. A clock that is wrong by more than the duration of the Lease has the same effect.',
    actions: [
      '`kubectl get leases -A`: see how many Leases there are, and who holds them.',
      'Give each release a job of its own, or both the same Lease.',
      'Compare the clocks of the nodes.',
    ],
  },
  {
    name: 'JenkinsAgentDiscoveryStale',
    severity: 'warning',
    expr: `max by (${GROUP}) (jenkins_agent_probe_discovery_stale) == 1`,
    for: '10m',
    summary: `What was discovered${WITHIN} may be out of date`,
    description: `The discovery${WITHIN} has not heard of the Kubernetes API: the last known controllers are kept, new ones are not seen.`,
    about: 'probe',
    tellsCauses: false,
    meaning:
      'The discovery in Kubernetes cannot tell whether what it knows still holds. The controllers found last are kept and probed; new ones are not seen, and those that are gone stay. Only where discovery is on.',
    actions: [
      'See the log of the probe: it names the permission that is missing, or the answer of the API server.',
      '`kubectl auth can-i list pods --as=system:serviceaccount:NAMESPACE:NAME` for its ServiceAccount.',
      'A NetworkPolicy must let it reach the API server.',
    ],
  },
];
