import { objectName, type WrongField } from '../finding.ts';
import {
  answerOf,
  type Destination,
  type Direction,
  type Peer,
  peersAllow,
  policyRulesOf,
  portsAllow,
  selects,
} from '../objects/network-policy.ts';
import type { NetworkPolicy, NetworkPolicyPeer, StringMap } from '../objects/objects.ts';
import { lastingLabels, mismatchOf } from '../objects/selector.ts';

/** The port of name servers. */
export const DNS_PORT = 53;

/** The finding for a denied connection: it names a policy that would allow it but for a label, or else one that denies it. */
export function blocked(
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
  // A rule for the port whose selectors do not match the other side.
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
  // Long DNS answers use TCP.
  const protocols = port === DNS_PORT && selector === null ? ['UDP', 'TCP'] : [protocol];
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
