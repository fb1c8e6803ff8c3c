import type { Alert } from './alert.ts';
import { AT, GROUP, NODES_DOWN, NODES_MISMATCHED, nodesDownAt, shareOfViews, WHERE } from './grouping.ts';

/** Time until the certificate of an entrypoint expires, in seconds; negative after that. */
const CERTIFICATE_LEFT = `min by (${GROUP}, controller, entrypoint) (jenkins_agent_probe_certificate_not_after_timestamp_seconds) - time()`;
const EXPIRES =
  '{{ if lt $value 0.0 }}has expired{{ else }}expires in {{ $value | humanizeDuration }}{{ end }}';

/** More than four changes. `increase()` extrapolates, so that four can give 4.1. */
const FLAPPING = 4.5;

/** The Jenkins URL is down; with a probe on each node, for at least half of the nodes. */
const WEB_DOWN = `${shareOfViews('jenkins_agent_probe_up{entrypoint="web"} == bool 0')} >= 0.5`;

/** Returns an expression: another entrypoint than the Jenkins URL is down, and no more specific alert fires. */
function downBesideWeb(entrypoint: 'agent-port' | 'websocket', but = ''): string {
  const condition = `(jenkins_agent_probe_up{entrypoint="${entrypoint}"} == bool 0)
unless ignoring (entrypoint) (jenkins_agent_probe_up{entrypoint="web"} == 0)${but}`;
  return `${shareOfViews(condition)} >= 0.5`;
}

/** Alerts about a controller. Each aggregates all probes of a cluster, so that replicas do not multiply it. */
export const CONTROLLER_ALERTS: readonly Alert[] = [
  {
    name: 'JenkinsAgentPortDown',
    severity: 'critical',
    expr: downBesideWeb(
      'agent-port',
      `\nunless on (${GROUP}, controller, node) (jenkins_agent_probe_identity_match == 0)`,
    ),
    for: '1m',
    summary: `Agents cannot reach the agent port of ${WHERE}`,
    description: `The agent port of ${WHERE} is down, but its web pages work: Jenkins looks healthy, but no inbound agent can connect.${nodesDownAt('agent-port')}`,
    about: 'controller',
    tellsCauses: true,
    meaning:
      'The verdict of the agent port is `down`, and that of the Jenkins URL is not. The web pages load and running builds continue, but no inbound agent can connect. A check of the web pages does not detect this. The alert lists the active root causes. A wrong identity raises JenkinsIdentityMismatch instead. With a probe on each node, at least half of the nodes see the failure.',
    actions: [
      'Open the root causes in the description in [the diagnoses](diagnoses.md). Each page contains the setting that fixes it.',
      'For new evidence, open `diagnose_url` of the alert, or run [`jenkins-agent-probe diagnose`](../run-once.md) in the network of the agents.',
      'If only some clusters have the alert, the controller works and the network between is faulty: compare their addresses in the dashboard *Controller*.',
    ],
  },
  {
    name: 'JenkinsControllerDown',
    severity: 'critical',
    expr: WEB_DOWN,
    for: '3m',
    summary: `${WHERE} does not answer at its Jenkins URL`,
    description: `The discovery at the Jenkins URL of ${WHERE} fails, so agents cannot find the agent port.${nodesDownAt('web')}`,
    about: 'controller',
    tellsCauses: true,
    meaning:
      'The verdict of the Jenkins URL is `down`: the discovery of agents fails. The alert waits three minutes, which covers a usual restart. A controller with many plugins may need a longer `for`. With a probe on each node, at least half of the nodes see the failure.',
    actions: [
      'Root cause `controller-starting`: check the log of the controller. It is running but not ready.',
      'Any other root cause: see its page in [the diagnoses](diagnoses.md).',
      'Fix this alert first. While it fires, JenkinsAgentPortDown does not fire for the same controller.',
    ],
  },
  {
    name: 'JenkinsWebSocketDown',
    severity: 'critical',
    expr: downBesideWeb('websocket'),
    for: '1m',
    summary: `Agents cannot connect to ${WHERE} over WebSocket`,
    description: `The WebSocket of ${WHERE} is down, but its web pages work: most likely a proxy does not forward the upgrade.${nodesDownAt('websocket')}`,
    about: 'controller',
    tellsCauses: true,
    meaning:
      'The verdict of the WebSocket is `down`, and that of the Jenkins URL is not. Web pages work, but the upgrade or the data after it fails, nearly always at a proxy or an ingress. Only for controllers with `websocket`.',
    actions: [
      'Open the root causes in the description. The pages of codes that start with `ws-` show the setting of the proxy.',
      'Check changes of the ingress at the time of the alert.',
    ],
  },
  {
    name: 'JenkinsUnreachableFromSomeNodes',
    severity: 'warning',
    expr: `avg by (${GROUP}, controller, entrypoint) (
  max by (${GROUP}, controller, entrypoint, node) (jenkins_agent_probe_up{node!=""} == bool 0)
) > 0 < 0.5`,
    for: '5m',
    summary: `{{ $value | humanizePercentage }} of the nodes cannot reach ${AT}`,
    description: `Agents on {{ $value | humanizePercentage }} of the nodes cannot reach ${AT}; those on the other nodes can.${NODES_DOWN}`,
    about: 'controller',
    tellsCauses: true,
    meaning:
      'Each node has a probe (`kubernetes.lease` in mode `every-node`), and fewer than half of the nodes cannot reach an entrypoint. The controller and the load balancer work, so the fault is in the node, its zone or its NetworkPolicies. If half of the nodes or more fail, JenkinsAgentPortDown, JenkinsControllerDown or JenkinsWebSocketDown fires instead. The description names up to five nodes.',
    actions: [
      'Compare the failing nodes: zone, subnet, pool, version of the CNI, firewall.',
      'Run [`jenkins-agent-probe diagnose`](../run-once.md) on a failing node and on a working node, and compare the reports.',
      'Cordon the nodes until it is fixed, so that no agent is scheduled there.',
    ],
  },
  {
    name: 'JenkinsAddressDown',
    severity: 'warning',
    expr: `count by (${GROUP}, controller, entrypoint, address) (
  jenkins_agent_probe_address_up == 0
  and ignoring (address) jenkins_agent_probe_address_up == 1
)`,
    for: '5m',
    summary: `Address {{ $labels.address }} of ${WHERE} is down`,
    description: `{{ $labels.address }} ({{ $labels.entrypoint }}) of ${WHERE} fails, but another address works: agents connect or fail, depending on the address that they use.`,
    about: 'controller',
    tellsCauses: true,
    meaning:
      'A name has several addresses, and at least one of them fails while another works. Agents connect or fail by chance. With a load balancer the usual cause is a zone without a healthy backend.',
    actions: [
      'See [one-az-of-many-dead](diagnoses.md#one-az-of-many-dead).',
      'Find the zone of the address and check its backends. Enable cross-zone traffic, or remove the address from the name.',
    ],
  },
  {
    name: 'JenkinsIdentityMismatch',
    severity: 'critical',
    expr: `max by (${GROUP}, controller) (jenkins_agent_probe_identity_match == bool 0) > 0`,
    for: '1m',
    summary: `Another controller answers at the agent port of ${WHERE}`,
    description: `The agent port of ${WHERE} presents an unexpected instance identity, so agents refuse the connection.${NODES_MISMATCHED}`,
    about: 'controller',
    tellsCauses: true,
    meaning:
      'The identity in the handshake differs from the published or the pinned one. The port leads to another controller, or the identity was renewed and agents with `-direct` still have the old one. The traffic may also be intercepted.',
    actions: [
      'See [identity-mismatch](diagnoses.md#identity-mismatch), [two-controllers-one-service](diagnoses.md#two-controllers-one-service) and [identity-stale-direct](diagnoses.md#identity-stale-direct).',
      'Open `/controllers/NAME` of the probe. Under *Facts*, compare *Presented* (the key at the agent port) with *Published* (the Jenkins URL) and *Pinned* (the configuration). Do not use the dashboard: it shows the latest of both.',
      'If the identity was not renewed and the controller was not moved, treat it as a security incident.',
    ],
  },
  {
    name: 'JenkinsIdentityChanged',
    severity: 'warning',
    expr: `count by (${GROUP}, controller) (
  count by (${GROUP}, controller, identity) (last_over_time(jenkins_agent_probe_controller_info{identity!=""}[1h]))
) > 1
unless on (${GROUP}, controller) min by (${GROUP}, controller) (min_over_time(jenkins_agent_probe_identity_match[1h])) == 0`,
    for: '0m',
    summary: `The instance identity of ${WHERE} changed`,
    description: `${WHERE} presented {{ $value }} instance identities within an hour: it was replaced or restored without its keys, or several controllers share one URL.`,
    about: 'controller',
    tellsCauses: false,
    meaning:
      'Within an hour one controller presented more than one instance identity, and pages and agent port agreed. If they differ, JenkinsIdentityMismatch fires instead. A single change: the controller was replaced or restored without `identity.key.enc`, and agents that pin the identity refuse it. Repeated changes: two controllers answer at one URL. The alert resolves an hour after the last change.',
    actions: [
      'Check in the dashboard *Controller*, panel *Version and identity*, if the identities alternate or changed once.',
      'If they alternate, fix the selector of the Service; see [two-controllers-one-service](diagnoses.md#two-controllers-one-service).',
      'After a planned change, configure the new identity for agents with `-direct`; see [identity-stale-direct](diagnoses.md#identity-stale-direct).',
    ],
  },
  {
    name: 'JenkinsCertificateExpiryImminent',
    severity: 'critical',
    expr: `${CERTIFICATE_LEFT} < 2 * 86400
unless on (${GROUP}, controller) (${WEB_DOWN})`,
    for: '5m',
    summary: `The certificate of ${AT} ${EXPIRES}`,
    description: `The certificate of ${AT} ${EXPIRES}. {{ if lt $value 0.0 }}Agents that verify it cannot connect.{{ else }}After that, agents that verify it cannot connect again.{{ end }}`,
    about: 'controller',
    tellsCauses: false,
    meaning:
      'The certificate of an HTTPS entrypoint expires within two days, or has expired. After that, agents that verify certificates cannot connect again; existing connections continue. For several addresses the earliest date counts. While this alert fires, JenkinsCertificateExpiresSoon does not. While JenkinsControllerDown fires, this alert does not.',
    actions: [
      'Renew the certificate now, and check that the proxy that terminates TLS uses the new one. Many need a reload.',
      'If it was renewed already, find the address with the old one: run [`jenkins-agent-probe diagnose`](../run-once.md).',
      'For the log lines of agents after the expiry, see [cert-expired](diagnoses.md#cert-expired).',
    ],
  },
  {
    name: 'JenkinsCertificateExpiresSoon',
    severity: 'warning',
    expr: `${CERTIFICATE_LEFT} < 14 * 86400 >= 2 * 86400`,
    for: '1h',
    summary: `The certificate of ${AT} expires in {{ $value | humanizeDuration }}`,
    description: `The certificate of ${AT} expires in {{ $value | humanizeDuration }}. After that, agents that verify it cannot connect again.`,
    about: 'controller',
    tellsCauses: false,
    meaning:
      'The certificate of an HTTPS entrypoint expires within 14 days. In the last two days JenkinsCertificateExpiryImminent fires instead. For several addresses the earliest date counts, so one forgotten load balancer is enough.',
    actions: [
      'Renew the certificate, and check that the proxy that terminates TLS uses the new one. Many need a reload.',
      'If it was renewed already, find the address with the old one: run [`jenkins-agent-probe diagnose`](../run-once.md).',
      'For the log lines of agents after the expiry, see [cert-expired](diagnoses.md#cert-expired).',
    ],
  },
  {
    name: 'JenkinsVerdictFlapping',
    severity: 'warning',
    expr: `max by (${GROUP}, controller, entrypoint) (
  sum without (to) (increase(jenkins_agent_probe_transitions_total[30m]))
) > ${FLAPPING}`,
    for: '0m',
    summary: `The verdict of ${AT} is flapping`,
    description: `The verdict of ${AT} changed {{ $value | printf "%.0f" }} times in half an hour.`,
    about: 'controller',
    tellsCauses: true,
    meaning:
      'A verdict changed more than four times in half an hour, because an entrypoint fails intermittently. Usual causes are repeated restarts of the controller, one failing backend of several, or a limit that is reached at times. A load balancer that uses the verdict moves traffic each time.',
    actions: [
      'Check in the dashboard *Controller* for restarts at the same time.',
      'Check for an address that fails: JenkinsAddressDown.',
      'If the network only loses packets, increase `rise` and `fall`.',
    ],
  },
  {
    name: 'JenkinsProbeResultsStale',
    severity: 'warning',
    expr: `max by (${GROUP}, controller) (
  time() - max by (${GROUP}, controller, depth) (jenkins_agent_probe_last_attempt_timestamp_seconds{depth=~"web|ping|websocket"})
  > on (${GROUP}, controller, depth)
  (
    240 + 3 * max by (${GROUP}, controller, depth) (jenkins_agent_probe_cadence_seconds)
    + on (${GROUP}, controller) group_left ()
    max by (${GROUP}, controller) (jenkins_agent_probe_backoff_seconds)
  )
)`,
    for: '2m',
    summary: `An entrypoint of ${WHERE} has not been probed for {{ $value | humanizeDuration }}`,
    description: `One entrypoint (web pages, agent port or WebSocket) of ${WHERE} was last probed {{ $value | humanizeDuration }} ago, longer than its cadence and back-off explain. The results of that entrypoint are out of date.`,
    about: 'controller',
    tellsCauses: false,
    meaning:
      'No probe of depth `web`, `ping` or `websocket` started for four minutes and three cadences longer than back-off explains. The verdict and the metrics of that entrypoint are out of date. Each depth is checked separately; a depth that is off is ignored.',
    actions: [
      'Find the depth in *Age of the latest result* in the dashboard *Controller*.',
      'Only `ping`: a new leader has nothing to probe while the Jenkins URL does not announce the agent port. Fix the Jenkins URL, or its port setting.',
      'Check JenkinsAgentProbeLagging and the log of the probe.',
      'Check that the budget `connectionsPerMinute` is large enough for the cadences.',
      'With several replicas, find the leader in the dashboard *Probe itself*.',
    ],
  },
];
