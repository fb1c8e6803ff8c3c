import type { Alert } from './alert.ts';
import { GROUP, NODES_DOWN, NODES_MISMATCHED, nodesDownAt, shareOfViews, WHERE } from './grouping.ts';

/** How long the certificate of an entrypoint still holds, in seconds; negative once it has ended. */
const CERTIFICATE_LEFT = `min by (${GROUP}, controller, entrypoint) (jenkins_agent_probe_certificate_not_after_timestamp_seconds) - time()`;
const ENDS = '{{ if lt $value 0.0 }}has ended{{ else }}ends in {{ $value | humanizeDuration }}{{ end }}';

/** The Jenkins URL is down, for at least half of the nodes where each looks for itself. */
const WEB_DOWN = `${shareOfViews('jenkins_agent_probe_up{entrypoint="web"} == bool 0')} >= 0.5`;

/** An entrypoint beside the Jenkins URL is down, and no other alert says more. */
function downBesideWeb(entrypoint: 'agent-port' | 'websocket', but = ''): string {
  const condition = `(jenkins_agent_probe_up{entrypoint="${entrypoint}"} == bool 0)
unless ignoring (entrypoint) (jenkins_agent_probe_up{entrypoint="web"} == 0)${but}`;
  return `${shareOfViews(condition)} >= 0.5`;
}

/** What concerns a controller. Each is asked of all probes of a cluster together, so that replicas do not multiply it. */
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
    description: `The agent port of ${WHERE} is down while its web pages are not: Jenkins looks healthy, and no inbound agent connects.${nodesDownAt('agent-port')}`,
    about: 'controller',
    tellsCauses: true,
    meaning:
      'The verdict on the agent port is `down`, and that on the Jenkins URL is not: the controller lives, its pages load, builds that are running go on, and no inbound agent can connect. A check of the web pages does not see it. The alert says which root causes hold. A wrong identity is JenkinsIdentityMismatch instead. Where each node has a probe of its own, at least half of the nodes see it.',
    actions: [
      'Follow the root causes in the description to [the diagnoses](diagnoses.md); each ends in the setting that fixes it.',
      'For evidence of this minute: `diagnose_url` of the alert, or `jenkins-agent-probe diagnose` in the network of the agents.',
      'If only some clusters have the alert, the controller is fine and what lies between is not: compare their addresses in the dashboard *Controller*.',
    ],
  },
  {
    name: 'JenkinsControllerDown',
    severity: 'critical',
    expr: WEB_DOWN,
    for: '3m',
    summary: `${WHERE} does not answer at its Jenkins URL`,
    description: `The discovery at the Jenkins URL of ${WHERE} fails, so no agent learns where to connect.${nodesDownAt('web')}`,
    about: 'controller',
    tellsCauses: true,
    meaning:
      'The verdict on the Jenkins URL is `down`: an agent that asks where to connect gets no usable answer. Three minutes let an ordinary restart pass; a controller with many plugins may need a longer `for`. Where each node has a probe of its own, at least half of the nodes see it.',
    actions: [
      'Root cause `controller-starting`: look at the log of the controller; it is up but not ready.',
      'Any other: follow [the diagnoses](diagnoses.md) from DNS over TLS to the page itself.',
      'JenkinsAgentPortDown is silent meanwhile; mend this one first.',
    ],
  },
  {
    name: 'JenkinsWebSocketDown',
    severity: 'critical',
    expr: downBesideWeb('websocket'),
    for: '1m',
    summary: `Agents cannot connect to ${WHERE} by WebSocket`,
    description: `The WebSocket of ${WHERE} is down while its web pages are not: a proxy in between most likely does not let it through.${nodesDownAt('websocket')}`,
    about: 'controller',
    tellsCauses: true,
    meaning:
      'The verdict on the WebSocket is `down`, and that on the Jenkins URL is not. Pages pass, but the upgrade or what follows it does not: nearly always a proxy or an ingress. Only where `websocket` is on.',
    actions: [
      'Follow the root causes in the description; those that begin with `ws-` name the setting of the proxy.',
      'Ask what changed at the ingress: the alert tells when.',
    ],
  },
  {
    name: 'JenkinsUnreachableFromSomeNodes',
    severity: 'warning',
    expr: `avg by (${GROUP}, controller, entrypoint) (
  max by (${GROUP}, controller, entrypoint, node) (jenkins_agent_probe_up{node!=""} == bool 0)
) > 0 < 0.5`,
    for: '5m',
    summary: `{{ $value | humanizePercentage }} of the nodes cannot reach {{ $labels.entrypoint }} of ${WHERE}`,
    description: `Agents on {{ $value | humanizePercentage }} of the nodes cannot reach {{ $labels.entrypoint }} of ${WHERE}; those on the other nodes can.${NODES_DOWN}`,
    about: 'controller',
    tellsCauses: true,
    meaning:
      'Each node has a probe of its own (`kubernetes.lease` in mode `every-node`), and fewer than half of the nodes cannot reach an entrypoint. The controller and the load balancer are fine: what differs is the node, its zone or its NetworkPolicies. From half of the nodes on JenkinsAgentPortDown, JenkinsControllerDown or JenkinsWebSocketDown fires instead. The description names up to five nodes.',
    actions: [
      'See what the nodes have in common: zone, subnet, pool, version of the CNI, a firewall of their own.',
      'Run `jenkins-agent-probe diagnose` on one of them and on a node that is fine, and compare the reports.',
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
    summary: `One address of ${WHERE} is dead: {{ $labels.address }}`,
    description: `{{ $labels.address }} ({{ $labels.entrypoint }}) of ${WHERE} fails while another address is good: some agents connect, others do not, depending on which they try.`,
    about: 'controller',
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
    expr: `max by (${GROUP}, controller) (jenkins_agent_probe_identity_match == bool 0) > 0`,
    for: '1m',
    summary: `Another controller answers at the agent port of ${WHERE}`,
    description: `The agent port of ${WHERE} showed another instance identity than it must: agents refuse the connection.${NODES_MISMATCHED}`,
    about: 'controller',
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
    expr: `count by (${GROUP}, controller) (
  count by (${GROUP}, controller, identity) (last_over_time(jenkins_agent_probe_controller_info{identity!=""}[1h]))
) > 1
unless on (${GROUP}, controller) min by (${GROUP}, controller) (min_over_time(jenkins_agent_probe_identity_match[1h])) == 0`,
    for: '0m',
    summary: `The instance identity of ${WHERE} changed`,
    description: `${WHERE} showed {{ $value }} instance identities within an hour: it was replaced or restored without its keys, or several controllers share one URL.`,
    about: 'controller',
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
    expr: `${CERTIFICATE_LEFT} < 2 * 86400
unless on (${GROUP}, controller) (${WEB_DOWN})`,
    for: '5m',
    summary: `A certificate of ${WHERE} ${ENDS}`,
    description: `The certificate that ${WHERE} shows at {{ $labels.entrypoint }} ${ENDS}. {{ if lt $value 0.0 }}No agent connects that checks it.{{ else }}From then on no agent connects.{{ end }}`,
    about: 'controller',
    tellsCauses: false,
    meaning:
      'A certificate that an HTTPS entrypoint shows to agents ends within two days, or has ended. Once it has, every agent that checks certificates is refused at its next connection; those that are connected go on until then. Of several addresses the earliest counts. JenkinsCertificateExpiresSoon is silent meanwhile, and this alert is silent while JenkinsControllerDown holds.',
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
    about: 'controller',
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
    expr: `max by (${GROUP}, controller, entrypoint) (
  sum without (to) (increase(jenkins_agent_probe_transitions_total[30m]))
) > 4`,
    for: '0m',
    summary: `The verdict on ${WHERE} does not settle`,
    description: `The verdict on {{ $labels.entrypoint }} of ${WHERE} changed {{ $value | humanize }} times in half an hour.`,
    about: 'controller',
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
    summary: `Nobody has looked at an entrypoint of ${WHERE} for {{ $value | humanizeDuration }}`,
    description: `The web pages, the agent port or the WebSocket of ${WHERE} were last probed {{ $value | humanizeDuration }} ago, longer than cadence and back-off explain: what is shown is old.`,
    about: 'controller',
    tellsCauses: false,
    meaning:
      'No probe of depth `web`, `ping` or `websocket` began for four minutes and three cadences beyond what back-off explains, so the verdict on that entrypoint and its metrics are old. One depth that goes on does not hide another; a depth that is off is not waited for.',
    actions: [
      'See which of them it is: *Age of the latest result* in the dashboard *Controller*.',
      'Only `ping`: a replica that takes over while the Jenkins URL does not say where the agent port is has nothing to probe. Mend the Jenkins URL, or its port setting.',
      'See JenkinsAgentProbeLagging and the log of the probe.',
      'See whether the budget `connectionsPerMinute` is too small for the cadences.',
      'With several replicas: see which one leads, in the dashboard *Probe itself*.',
    ],
  },
];
