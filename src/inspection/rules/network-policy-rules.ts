import type { AgentClusterFacts, ControllerClusterFacts } from '../cluster-facts.ts';
import { objectName, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import { agentPortOf, controllerPods, podsOf } from '../objects/controller-service.ts';
import {
  answerOf,
  type Destination,
  type Direction,
  decidingPolicies,
  type Peer,
  peersAllow,
  policyRulesOf,
  portsAllow,
  selects,
} from '../objects/network-policy.ts';
import type { NetworkPolicy, NetworkPolicyPeer, Pod, StringMap } from '../objects/objects.ts';
import { lastingLabels, mismatchOf } from '../objects/selector.ts';

export const AGENT_NETWORK_POLICY_RULES: readonly InspectionRule<AgentClusterFacts>[] = [
  {
    name: 'egress-allowed',
    step: 'k8s-network-policy',
    holds: 'no NetworkPolicy keeps agents in',
    needs: ['networkPolicies', 'agentPods'],
    codes: ['networkpolicy-default-deny', 'networkpolicy-label-mismatch'],
    find: egressAllowed,
  },
];

export const CONTROLLER_NETWORK_POLICY_RULES: readonly InspectionRule<ControllerClusterFacts>[] = [
  {
    name: 'ingress-allowed',
    step: 'k8s-network-policy',
    holds: 'no NetworkPolicy keeps agents from the agent port',
    needs: ['networkPolicies', 'pods'],
    codes: ['networkpolicy-default-deny', 'networkpolicy-label-mismatch'],
    find: ingressAllowed,
  },
];

/** How agents look when none is there to look at: the plugin's default labels. */
const PLUGIN_LABELS: StringMap = { jenkins: 'slave', 'jenkins/label': 'slave-default' };
/** Agents resolve names wherever they are; where the resolver is, is not known, so only a port that nobody may use tells. */
const DNS: Destination = {
  name: 'the resolver of names (DNS)',
  port: 53,
  protocol: 'UDP',
  peers: [{ namespace: null, labels: null, namespaceLabels: null, address: null, ports: [] }],
};
/** Where the pods of OpenShift's resolver listen, behind port 53 of its Service; policies see the pods. */
const OPENSHIFT_DNS_PORT = 5353;
/** Policies are judged for so many different sets of labels at most. */
const MAX_SHAPES = 20;

/** Policies of the agents' namespace let agents out: to DNS, the Jenkins URL and the agent port. */
function egressAllowed(facts: AgentClusterFacts): readonly WrongField[] {
  const { networkPolicies = [], agentPods = [], destinations } = facts;
  const shapes = agentPods.length === 0 ? [PLUGIN_LABELS] : labelSetsOf(agentPods);
  const places = destinations.some(({ port }) => port === DNS.port) ? destinations : [...destinations, DNS];
  const findings = shapes.flatMap((labels) =>
    places.flatMap((destination) => {
      const deciding = decidingPolicies(networkPolicies, labels, 'egress');
      const numbers = destination === DNS ? [DNS.port, OPENSHIFT_DNS_PORT] : [destination.port];
      const answers = destination.peers.flatMap((peer) =>
        numbers.map((number) =>
          answerOf(deciding, 'egress', peer, { number, protocol: destination.protocol, ports: peer.ports }),
        ),
      );
      if (answers.length === 0 || !answers.every((answer) => answer === 'denied')) return [];
      return [blocked(networkPolicies, deciding, labels, 'egress', destination, destination.peers[0])];
    }),
  );
  return eachOnce(findings);
}

/** Policies of the controller's namespace let agents in to the agent port. */
function ingressAllowed(facts: ControllerClusterFacts): readonly WrongField[] {
  const { networkPolicies = [], agentPods = [], agentPort, namespaceLabels = null } = facts;
  const sources = agentPods.length === 0 ? [null] : agentPods.slice(0, MAX_SHAPES);
  const findings = podsForAgents(facts).flatMap((pod) => {
    const deciding = decidingPolicies(networkPolicies, pod.metadata?.labels, 'ingress');
    const ports = (pod.spec?.containers ?? []).flatMap(({ ports = [] }) => ports);
    const destination: Destination = {
      name: `agent port ${agentPort} of ${objectName('Pod', pod)}`,
      port: agentPort,
      protocol: 'TCP',
      peers: [],
    };
    return sources.flatMap((source) => {
      // Without an agent to look at, the source is unknown, and only a port that nobody may use is a finding.
      const peer: Peer = {
        namespace: source?.metadata?.namespace ?? null,
        labels: source === null ? null : (source.metadata?.labels ?? {}),
        namespaceLabels:
          source !== null && source.metadata?.namespace === facts.namespace ? namespaceLabels : null,
        address: source?.status?.podIP ?? null,
        ports: [],
      };
      const answer = answerOf(deciding, 'ingress', peer, { number: agentPort, protocol: 'TCP', ports });
      if (answer !== 'denied') return [];
      return [blocked(networkPolicies, deciding, pod.metadata?.labels, 'ingress', destination, peer, ports)];
    });
  });
  return eachOnce(findings);
}

/** The pods that agents connect to: the controller's, and those behind a Service of the agent port. */
function podsForAgents(facts: ControllerClusterFacts): readonly Pod[] {
  const { pods = [], services = [] } = facts;
  const behind = services
    .filter((service) => agentPortOf(service, facts) !== null)
    .flatMap((service) => podsOf(service, pods));
  return [...new Set([...controllerPods(facts), ...behind])];
}

/** Pods that differ in what does not matter here, and places behind one selector, lead to the same change. */
function eachOnce(findings: readonly WrongField[]): readonly WrongField[] {
  const found = new Map<string, WrongField>();
  for (const finding of findings) {
    const { code, object, field, fix } = finding;
    const key = JSON.stringify([code, object, field, fix]);
    if (!found.has(key)) found.set(key, finding);
  }
  return [...found.values()];
}

/** Which policy to change: one that would let the connection through but for a label, else the one that denies. */
function blocked(
  policies: readonly NetworkPolicy[],
  deciding: readonly NetworkPolicy[],
  labels: StringMap | undefined,
  direction: Direction,
  destination: Destination,
  peer: Peer | undefined,
  named = peer?.ports ?? [],
): WrongField {
  const side = direction === 'egress' ? 'to' : 'from';
  const { port, protocol } = destination;
  // A policy that does not select the pod, yet allows what is needed: its selector and the pod's labels differ.
  for (const policy of policies) {
    if (selects(policy, labels) || peer === undefined) continue;
    if (answerOf([policy], direction, peer, { number: port, protocol, ports: named }) !== 'allowed') continue;
    if (policyRulesOf(policy, direction) === null) continue;
    const wanted = mismatchOf(policy.spec?.podSelector ?? {}, labels) ?? '';
    return {
      code: 'networkpolicy-label-mismatch',
      object: objectName('NetworkPolicy', policy),
      field: 'spec.podSelector',
      actual: `wants ${wanted}; the pods carry ${describeLabels(labels)}`,
      expected: `a selector that takes the pods, so that ${destination.name} is allowed`,
      fix: labelFix(wanted, direction),
      confidence: 'likely',
    };
  }
  // A rule for the port whose selectors miss the other side.
  for (const policy of deciding) {
    for (const [index, rule] of (policyRulesOf(policy, direction) ?? []).entries()) {
      if (portsAllow(rule.ports, port, protocol, named) === 'denied' || rule.peers.length === 0) continue;
      if (peer === undefined || peersAllow(rule.peers, peer, policy.metadata?.namespace ?? '') !== 'denied')
        continue;
      const wanted = rule.peers.map(describePeer).join(' or ');
      return {
        code: 'networkpolicy-label-mismatch',
        object: objectName('NetworkPolicy', policy),
        field: `spec.${direction}[${index}].${side}`,
        actual: `${wanted}; the other side is ${describeEnd(peer)}`,
        expected: `a peer that takes in ${describeEnd(peer)}, for ${destination.name}`,
        fix: peerFix(direction, peer, port, protocol),
        confidence: 'likely',
        ...(direction === 'ingress' &&
          peer.namespace !== null && { writes: { agentNamespace: peer.namespace } }),
      };
    }
  }
  const policy = deciding[0] ?? {};
  return {
    code: 'networkpolicy-default-deny',
    object: objectName('NetworkPolicy', policy),
    field: `spec.${direction}`,
    actual:
      (policyRulesOf(policy, direction) ?? []).length === 0
        ? `nothing is allowed (${deciding.length === 1 ? 'the only policy' : `one of ${deciding.length} policies`} for these pods)`
        : `no rule allows ${protocol} ${port}`,
    expected: `a rule for ${destination.name}, ${protocol} ${port}`,
    fix: peer === undefined ? '' : peerFix(direction, peer, port, protocol),
    confidence: 'likely',
  };
}

function labelFix(wanted: string, direction: Direction): string {
  const [key = '', value = ''] = wanted.split('=');
  return direction === 'egress' && wanted.includes('=')
    ? `give agent pods the label (JCasC: jenkins.clouds[].kubernetes.podLabels: [{ key: ${JSON.stringify(key)}, value: ${JSON.stringify(value)} }]), or take ${JSON.stringify(key)} out of the policy's spec.podSelector`
    : `make spec.podSelector match the pods' labels: it wants ${wanted}`;
}

function peerFix(direction: Direction, peer: Peer, port: number, protocol: string): string {
  const side = direction === 'egress' ? 'to' : 'from';
  const first = Object.entries(lastingLabels(peer.labels ?? {}))[0];
  const selector =
    peer.labels !== null && first !== undefined
      ? `{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${peer.namespace} } }, podSelector: { matchLabels: { ${JSON.stringify(first[0])}: ${JSON.stringify(first[1])} } } }`
      : peer.address !== null
        ? `{ ipBlock: { cidr: ${peer.address}${peer.address.includes(':') ? '/128' : '/32'} } }`
        : null;
  // A long answer of DNS comes by TCP.
  const protocols = port === DNS.port && selector === null ? ['UDP', 'TCP'] : [protocol];
  const ports = `ports: [${protocols.map((each) => `{ protocol: ${each}, port: ${port} }`).join(', ')}]`;
  return `spec:\n  ${direction}: # add this rule, keep the others\n    - ${selector === null ? ports : `${side}: [${selector}]\n      ${ports}`}`;
}

function describePeer({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer): string {
  if (ipBlock !== undefined) {
    return `${ipBlock.cidr}${ipBlock.except === undefined ? '' : ` except ${ipBlock.except.join(', ')}`}`;
  }
  const parts = [
    ...(podSelector === undefined ? [] : [`pods ${JSON.stringify(podSelector)}`]),
    ...(namespaceSelector === undefined ? [] : [`namespaces ${JSON.stringify(namespaceSelector)}`]),
  ];
  return parts.join(' in ');
}

function describeEnd({ labels, namespace, address }: Peer): string {
  if (labels === null) return address ?? 'unknown';
  return `pods of ${namespace} with ${describeLabels(labels)}`;
}

function describeLabels(labels: StringMap = {}): string {
  const entries = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return entries.length === 0 ? 'no labels' : entries.slice(0, 8).join(', ');
}

function labelSetsOf(pods: readonly Pod[]): readonly StringMap[] {
  const sets = new Map(
    pods.map(({ metadata }) => [JSON.stringify(metadata?.labels ?? {}), metadata?.labels ?? {}]),
  );
  return [...sets.values()].slice(0, MAX_SHAPES);
}
