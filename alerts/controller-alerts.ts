import type { Alert } from './alert.ts';

const WHERE = '{{ $labels.controller }}{{ with $labels.cluster }} ({{ . }}){{ end }}';

/** How long the certificate of an entrypoint still holds, in seconds; negative once it has ended. */
const CERTIFICATE_LEFT =
  'min by (cluster, controller, entrypoint) (jenkins_agent_probe_certificate_not_after_timestamp_seconds) - time()';
const ENDS = '{{ if lt $value 0.0 }}has ended{{ else }}ends in {{ $value | humanizeDuration }}{{ end }}';

/** What concerns a controller. Each is asked of all probes of a cluster together, so that replicas do not multiply it. */
export const CONTROLLER_ALERTS: readonly Alert[] = [
  {
    name: 'JenkinsAgentPortDown',
    severity: 'critical',
    expr: `max by (cluster, controller) (
  (jenkins_agent_probe_up{entrypoint="agent-port"} == bool 0) > 0
  unless ignoring (entrypoint) (jenkins_agent_probe_up{entrypoint="web"} == 0)
)`,
    for: '1m',
    summary: `Agents cannot reach the agent port of ${WHERE}`,
    description: `The agent port of ${WHERE} is down while its web pages are not: Jenkins looks healthy, and no inbound agent connects.`,
    tellsCauses: true,
    meaning:
      'The verdict on the agent port is `down`, and that on the Jenkins URL is not: the controller lives, its pages load, builds that are running go on, and no inbound agent can connect. A check of the web pages does not see it. The alert says which root causes hold.',
    actions: [
      'Follow the root causes in the description to [the diagnoses](diagnoses.md); each ends in the setting that mends it.',
      'For evidence of this minute: `jenkins-agent-probe diagnose` in the network of the agents, or `/diagnose?controller=NAME` at the probe.',
      'If only some clusters have the alert, the controller is fine and what lies between is not: compare their addresses in the dashboard *Controller*.',
    ],
  },
  {
    name: 'JenkinsControllerDown',
    severity: 'critical',
    expr: `max by (cluster, controller) (jenkins_agent_probe_up{entrypoint="web"} == bool 0) > 0`,
    for: '3m',
    summary: `${WHERE} does not answer at its Jenkins URL`,
    description: `The discovery at the Jenkins URL of ${WHERE} fails, so no agent learns where to connect.`,
    tellsCauses: true,
    meaning:
      'The verdict on the Jenkins URL is `down`: an agent that asks where to connect gets no usable answer. Three minutes let an ordinary restart pass; a controller with many plugins may need a longer `for`.',
    actions: [
      'Root cause `controller-starting`: look at the log of the controller; it is up but not ready.',
      'Any other: follow [the diagnoses](diagnoses.md) from DNS over TLS to the page itself.',
      'JenkinsAgentPortDown is silent meanwhile; mend this one first.',
    ],
  },
  {
    name: 'JenkinsWebSocketDown',
    severity: 'critical',
    expr: `max by (cluster, controller) (
  (jenkins_agent_probe_up{entrypoint="websocket"} == bool 0) > 0
  unless ignoring (entrypoint) (jenkins_agent_probe_up{entrypoint="web"} == 0)
)`,
    for: '1m',
    summary: `Agents cannot connect to ${WHERE} by WebSocket`,
    description: `The WebSocket of ${WHERE} is down while its web pages are not: a proxy in between most likely does not let it through.`,
    tellsCauses: true,
    meaning:
      'The verdict on the WebSocket is `down`, and that on the Jenkins URL is not. Pages pass, but the upgrade or what follows it does not: nearly always a proxy or an ingress. Only where `websocket` is on.',
    actions: [
      'Follow the root causes in the description; those that begin with `ws-` name the setting of the proxy.',
      'Ask what changed at the ingress: the alert tells when.',
    ],
  },
  {
    name: 'JenkinsAddressDown',
    severity: 'warning',
    expr: `count by (cluster, controller, entrypoint, address) (
  jenkins_agent_probe_address_up == 0
  and ignoring (address) jenkins_agent_probe_address_up == 1
)`,
    for: '5m',
    summary: `One address of ${WHERE} is dead: {{ $labels.address }}`,
    description: `{{ $labels.address }} ({{ $labels.entrypoint }}) of ${WHERE} fails while another address is good: some agents connect, others do not, depending on which they try.`,
    tellsCauses: true,
    meaning:
      'A name has several addresses, and at least one of them is bad while another is good. Agents connect or do not by chance. With a load balancer it is most often a zone without a healthy backend.',
    actions: [
      'Look at [one-az-of-many-dead](diagnoses.md#one-az-of-many-dead).',
      'Find which zone the address belongs to, and whether it has a backend; allow traffic across zones, or take the zone out of the name.',
    ],
  },
  {
    name: 'JenkinsIdentityMismatch',
    severity: 'critical',
    expr: `max by (cluster, controller) (jenkins_agent_probe_identity_match == bool 0) > 0`,
    for: '1m',
    summary: `Another controller answers at the agent port of ${WHERE}`,
    description: `The agent port of ${WHERE} showed another instance identity than it must: agents refuse the connection.`,
    tellsCauses: true,
    meaning:
      'The handshake ended at another instance identity than the pages print, or than is pinned. The port leads to another controller, or the identity was renewed and agents with `-direct` still have the old one. It might also be someone in between.',
    actions: [
      'Look at [identity-mismatch](diagnoses.md#identity-mismatch), [two-controllers-one-service](diagnoses.md#two-controllers-one-service) and [identity-stale-direct](diagnoses.md#identity-stale-direct).',
      'Compare the identity in the dashboard *Controller* with that of the controller itself.',
      'If nobody renewed or moved anything, treat it as an incident of security.',
    ],
  },
  {
    name: 'JenkinsIdentityChanged',
    severity: 'warning',
    expr: `count by (cluster, controller) (
  count by (cluster, controller, identity) (last_over_time(jenkins_agent_probe_controller_info{identity!=""}[1h]))
) > 1
unless on (cluster, controller) min by (cluster, controller) (min_over_time(jenkins_agent_probe_identity_match[1h])) == 0`,
    for: '0m',
    summary: `The instance identity of ${WHERE} changed`,
    description: `${WHERE} showed {{ $value }} instance identities within an hour: it was replaced or restored without its keys, or several controllers share one URL.`,
    tellsCauses: false,
    meaning:
      'Within an hour one controller showed more than one instance identity, and pages and agent port agreed; where they do not, JenkinsIdentityMismatch says so instead. Once: the controller was replaced or restored without `identity.key.enc`, and agents that pin the identity will refuse it. Again and again: two controllers answer at one URL. It resolves an hour after the last change.',
    actions: [
      'See in the dashboard *Controller*, *Who answers*, whether the identities take turns or one followed the other.',
      'They take turns: mend the selector of the Service; see [two-controllers-one-service](diagnoses.md#two-controllers-one-service).',
      'One followed the other, and it was meant: give agents with `-direct` the new identity; see [identity-stale-direct](diagnoses.md#identity-stale-direct).',
    ],
  },
  {
    name: 'JenkinsCertificateExpiryImminent',
    severity: 'critical',
    expr: `${CERTIFICATE_LEFT} < 2 * 86400`,
    for: '5m',
    summary: `A certificate of ${WHERE} ${ENDS}`,
    description: `The certificate that ${WHERE} shows at {{ $labels.entrypoint }} ${ENDS}. {{ if lt $value 0.0 }}No agent connects that checks it.{{ else }}From then on no agent connects.{{ end }}`,
    tellsCauses: false,
    meaning:
      'A certificate that an HTTPS entrypoint shows to agents ends within two days, or has ended. Once it has, every agent that checks certificates is refused at its next connection; those that are connected go on until then. Of several addresses the earliest counts. JenkinsCertificateExpiresSoon is silent meanwhile.',
    actions: [
      'Renew it now, and see that what terminates TLS has taken up the new one: many need a reload.',
      'If it was renewed already, look which address still shows the old one: `jenkins-agent-probe diagnose` names it.',
      'What agents say once it has ended: [cert-expired](diagnoses.md#cert-expired).',
    ],
  },
  {
    name: 'JenkinsCertificateExpiresSoon',
    severity: 'warning',
    expr: `${CERTIFICATE_LEFT} < 14 * 86400 >= 2 * 86400`,
    for: '1h',
    summary: `A certificate of ${WHERE} ends in {{ $value | humanizeDuration }}`,
    description: `The certificate that ${WHERE} shows at {{ $labels.entrypoint }} ends in {{ $value | humanizeDuration }}. From then on no agent connects.`,
    tellsCauses: false,
    meaning:
      'A certificate that an HTTPS entrypoint shows to agents ends within 14 days; for the last two of them JenkinsCertificateExpiryImminent takes its place. Of several addresses the earliest counts, so one forgotten load balancer is enough.',
    actions: [
      'Renew it, and see that what terminates TLS has taken up the new one: many need a reload.',
      'If it was renewed already, look which address still shows the old one: `jenkins-agent-probe diagnose` names it.',
      'What agents will say once it has ended: [cert-expired](diagnoses.md#cert-expired).',
    ],
  },
  {
    name: 'JenkinsVerdictFlapping',
    severity: 'warning',
    expr: `max by (cluster, controller, entrypoint) (
  sum without (to) (increase(jenkins_agent_probe_transitions_total[30m]))
) > 4`,
    for: '0m',
    summary: `The verdict on ${WHERE} does not settle`,
    description: `The verdict on {{ $labels.entrypoint }} of ${WHERE} changed {{ $value | humanize }} times in half an hour.`,
    tellsCauses: true,
    meaning:
      'A verdict changed more than four times in half an hour. Behind it is an entrypoint that comes and goes: a controller that restarts again and again, a backend in rotation that is bad, or a limit that is reached at times. A load balancer that follows the verdict moves traffic each time.',
    actions: [
      'See in the dashboard *Controller* whether restarts go with it.',
      'See whether one of several addresses is bad: JenkinsAddressDown.',
      'If the network is just lossy, raise `rise` and `fall`.',
    ],
  },
  {
    name: 'JenkinsProbeResultsStale',
    severity: 'warning',
    expr: `time() - min by (cluster, controller) (
  max by (cluster, controller, depth) (jenkins_agent_probe_last_attempt_timestamp_seconds{depth=~"web|ping"})
)
> on (cluster, controller)
300 + max by (cluster, controller) (jenkins_agent_probe_backoff_seconds)`,
    for: '2m',
    summary: `Nobody has looked at an entrypoint of ${WHERE} for {{ $value | humanizeDuration }}`,
    description: `The web pages or the agent port of ${WHERE} were last probed {{ $value | humanizeDuration }} ago, longer than the back-off explains: what is shown is old.`,
    tellsCauses: false,
    meaning:
      'No probe of depth `web`, or none of depth `ping`, began for five minutes beyond what back-off explains, so the verdict on that entrypoint and its metrics are old. One that goes on does not hide the other; a depth that is off is not waited for. With a `cadence` of more than five minutes the alert needs another bound.',
    actions: [
      'See which of the two it is: *Age of the latest result* in the dashboard *Controller*.',
      'Only `ping`: a replica that takes over while the Jenkins URL does not say where the agent port is has nothing to probe. Mend the Jenkins URL, or its port setting.',
      'See JenkinsAgentProbeLagging and the log of the probe.',
      'See whether the budget `connectionsPerMinute` is too small for the cadences.',
      'With several replicas: see which one leads, in the dashboard *Probe itself*.',
    ],
  },
];
