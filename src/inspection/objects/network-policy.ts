import { isInBlock, parseBlock } from '../../model/address-block.ts';
import { parseAddress } from '../../model/address-kind.ts';
import type {
  ContainerPort,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  StringMap,
} from './objects.ts';
import { matchesSelector } from './selector.ts';

/** One end of a connection as a policy sees it. A field is null if it is unknown. */
export interface Peer {
  readonly namespace: string | null;
  readonly labels: StringMap | null;
  readonly namespaceLabels: StringMap | null;
  readonly address: string | null;
  readonly ports: readonly ContainerPort[];
}

/** A destination of agents. */
export interface Destination {
  /** `agent port agents.example.com:50000`, for a person. */
  readonly name: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
  /** The pods behind it, or its addresses; any one that is let through is enough. Empty: nothing is known. */
  readonly peers: readonly Peer[];
}

export type Direction = 'egress' | 'ingress';
type Answer = 'allowed' | 'denied' | 'unknown';

/** The peers and ports of one policy rule. */
interface PolicyRuleView {
  readonly peers: readonly NetworkPolicyPeer[];
  readonly ports: readonly NetworkPolicyPort[];
}

/** The rules of a policy for a direction; null where the policy says nothing about it. */
export function policyRulesOf(
  { spec }: NetworkPolicy,
  direction: Direction,
): readonly PolicyRuleView[] | null {
  // As the API server fills it in: ingress always, egress where there are rules for it.
  const types = spec?.policyTypes ?? (spec?.egress === undefined ? ['Ingress'] : ['Ingress', 'Egress']);
  if (direction === 'egress') {
    if (!types.includes('Egress')) return null;
    return (spec?.egress ?? []).map(({ to = [], ports = [] }) => ({ peers: to, ports }));
  }
  if (!types.includes('Ingress')) return null;
  return (spec?.ingress ?? []).map(({ from = [], ports = [] }) => ({ peers: from, ports }));
}

/** Returns true if a policy selects a pod of its own namespace. */
export function selects({ spec }: NetworkPolicy, labels: StringMap | undefined): boolean {
  return matchesSelector(spec?.podSelector ?? {}, labels);
}

/** The policies that apply to a pod in a direction: if there is one, only what they allow is possible. */
export function decidingPolicies(
  policies: readonly NetworkPolicy[],
  labels: StringMap | undefined,
  direction: Direction,
): readonly NetworkPolicy[] {
  return policies.filter((policy) => selects(policy, labels) && policyRulesOf(policy, direction) !== null);
}

/** Returns the answer of the applicable policies for a connection. */
export function answerOf(
  deciding: readonly NetworkPolicy[],
  direction: Direction,
  peer: Peer,
  port: { readonly number: number; readonly protocol: string; readonly ports: readonly ContainerPort[] },
): Answer {
  if (deciding.length === 0) return 'allowed';
  let unknown = false;
  for (const policy of deciding) {
    for (const rule of policyRulesOf(policy, direction) ?? []) {
      const ports = portsAllow(rule.ports, port.number, port.protocol, port.ports);
      const peers = peersAllow(rule.peers, peer, policy.metadata?.namespace ?? '');
      if (ports === 'allowed' && peers === 'allowed') return 'allowed';
      if (ports !== 'denied' && peers !== 'denied') unknown = true;
    }
  }
  return unknown ? 'unknown' : 'denied';
}

/** A rule without ports is for every port. A named port is a name of the container's at the receiving end. */
export function portsAllow(
  ports: readonly NetworkPolicyPort[],
  number: number,
  protocol: string,
  named: readonly ContainerPort[],
): Answer {
  if (ports.length === 0) return 'allowed';
  let unknown = false;
  for (const each of ports) {
    if ((each.protocol ?? 'TCP') !== protocol) continue;
    if (each.port === undefined) return 'allowed';
    if (typeof each.port === 'string') {
      const found = named.some(
        (port) =>
          port.name === each.port && port.containerPort === number && (port.protocol ?? 'TCP') === protocol,
      );
      if (found) return 'allowed';
      if (named.length === 0) unknown = true;
    } else if (number === each.port || (number > each.port && number <= (each.endPort ?? each.port))) {
      return 'allowed';
    }
  }
  return unknown ? 'unknown' : 'denied';
}

/** Returns the answer of a rule for a peer; a rule without peers matches all. */
export function peersAllow(peers: readonly NetworkPolicyPeer[], peer: Peer, policyNamespace: string): Answer {
  if (peers.length === 0) return 'allowed';
  const answers = peers.map((each) => peerMatches(each, peer, policyNamespace));
  if (answers.includes('allowed')) return 'allowed';
  return answers.includes('unknown') ? 'unknown' : 'denied';
}

function peerMatches(rule: NetworkPolicyPeer, peer: Peer, policyNamespace: string): Answer {
  if (rule.ipBlock !== undefined) {
    if (peer.address === null) return 'unknown';
    const { cidr = '', except = [] } = rule.ipBlock;
    const address = parseAddress(peer.address);
    const isInside = (text: string) => {
      const block = parseBlock(text);
      return address !== null && block !== null && isInBlock(address, block);
    };
    return isInside(cidr) && !except.some(isInside) ? 'allowed' : 'denied';
  }
  // Selectors take pods only; an address outside the cluster is never one.
  if (peer.labels === null) return peer.address === null ? 'unknown' : 'denied';
  if (rule.namespaceSelector === undefined) {
    if (peer.namespace !== policyNamespace) return 'denied';
  } else {
    const everyNamespace = Object.keys(rule.namespaceSelector).length === 0;
    if (peer.namespaceLabels === null && !everyNamespace) return 'unknown';
    if (!matchesSelector(rule.namespaceSelector, peer.namespaceLabels ?? {})) return 'denied';
  }
  return matchesSelector(rule.podSelector ?? {}, peer.labels) ? 'allowed' : 'denied';
}
