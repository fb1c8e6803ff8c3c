import type { AgentClusterFacts, ControllerClusterFacts } from '../cluster-facts.ts';
import { objectName, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import { agentPortDemand, dialsService } from '../objects/agent-port-demand.ts';
import { agentPortOf, controllerPods, podsOf } from '../objects/controller-service.ts';
import { answerOf, type Destination, decidingPolicies, type Peer } from '../objects/network-policy.ts';
import type { Pod, StringMap } from '../objects/objects.ts';
import { lastingLabels } from '../objects/selector.ts';
import { proxyPods } from '../routes/proxy-pods.ts';
import { blocked, DNS_PORT } from './network-policy-findings.ts';
import { PROXY_PODS } from './rule-subjects.ts';

export const AGENT_NETWORK_POLICY_RULES: readonly InspectionRule<AgentClusterFacts>[] = [
  {
    name: 'egress-allowed',
    step: 'k8s-network-policy',
    holds: 'no NetworkPolicy blocks connections from agents',
    needs: ['networkPolicies', 'agentPods'],
    codes: ['networkpolicy-default-deny', 'networkpolicy-label-mismatch'],
    find: egressAllowed,
  },
];

export const CONTROLLER_NETWORK_POLICY_RULES: readonly InspectionRule<ControllerClusterFacts>[] = [
  {
    name: 'ingress-allowed',
    step: 'k8s-network-policy',
    holds: 'no NetworkPolicy blocks agents at the agent port',
    needs: ['networkPolicies', 'pods'],
    codes: ['networkpolicy-default-deny', 'networkpolicy-label-mismatch'],
    find: ingressAllowed,
  },
  {
    name: 'policy-lets-proxy-in',
    step: 'k8s-network-policy',
    holds: 'no NetworkPolicy blocks the proxy that agents use',
    needs: ['networkPolicies', 'pods', 'services', 'ingressPods', 'ingressServices'],
    codes: ['networkpolicy-default-deny', 'networkpolicy-label-mismatch'],
    subject: PROXY_PODS,
    find: policyLetsProxyIn,
  },
];

/** The default agent labels of the plugin, used without an agent pod. */
const PLUGIN_LABELS: StringMap = { jenkins: 'slave', 'jenkins/label': 'slave-default' };
/** The address of the name server is unknown, so only a port that is closed for every destination is a finding. */
const DNS: Destination = {
  name: 'the resolver of names (DNS)',
  port: DNS_PORT,
  protocol: 'UDP',
  peers: [{ namespace: null, labels: null, namespaceLabels: null, address: null, ports: [] }],
};
/** The pod port of the OpenShift name server, behind port 53 of its Service; policies apply to pods. */
const OPENSHIFT_DNS_PORT = 5353;
/** The maximum number of different label sets that are checked. */
const MAX_SHAPES = 20;

/** Finds policies that block agents from DNS, the Jenkins URL or the agent port. */
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

/** Finds policies of the controller's namespace that block agents at the agent port. */
function ingressAllowed(facts: ControllerClusterFacts): readonly WrongField[] {
  const { networkPolicies = [], agentPods = [], agentPort, namespaceLabels = null } = facts;
  if (agentPortDemand(facts) === 'nobody') return [];
  // For agents that do not use the Service, a policy sees a proxy or a node instead.
  const direct = agentPods.filter((pod) => dialsService(pod, facts));
  const sources = direct.length === 0 ? [null] : direct.slice(0, MAX_SHAPES);
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
      // Without an agent pod the source is unknown, and only a port that is closed for everyone is a finding.
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

/** Finds policies of the controller's namespace that block the pods of a proxy. */
function policyLetsProxyIn(facts: ControllerClusterFacts): readonly WrongField[] {
  const { networkPolicies = [] } = facts;
  const findings = proxyPods(facts).flatMap(({ proxy, port: number }) =>
    controllerPods(facts).flatMap((pod): WrongField[] => {
      const deciding = decidingPolicies(networkPolicies, pod.metadata?.labels, 'ingress');
      const ports = (pod.spec?.containers ?? []).flatMap(({ ports = [] }) => ports);
      const peer: Peer = {
        namespace: proxy.metadata?.namespace ?? null,
        labels: proxy.metadata?.labels ?? {},
        namespaceLabels: null,
        address: proxy.status?.podIP ?? null,
        ports: [],
      };
      if (answerOf(deciding, 'ingress', peer, { number, protocol: 'TCP', ports }) !== 'denied') return [];
      const destination: Destination = {
        name: `port ${number} of ${objectName('Pod', pod)}`,
        ...{ port: number, protocol: 'TCP', peers: [] },
      };
      const labels = pod.metadata?.labels;
      const { writes: _, ...found } = blocked(
        deciding,
        deciding,
        labels,
        'ingress',
        destination,
        peer,
        ports,
      );
      return [{ ...found, fix: policyForProxy(pod, proxy, number, facts.namespace) }];
    }),
  );
  return eachOnce(findings);
}

/** A policy that admits the proxy. Policies add up, so the existing ones stay unchanged. */
function policyForProxy(pod: Pod, proxy: Pod, port: number, namespace: string): string {
  const labels = (of: Pod) => JSON.stringify(lastingLabels(of.metadata?.labels ?? {}));
  return [
    'apiVersion: networking.k8s.io/v1',
    'kind: NetworkPolicy',
    `metadata: { name: jenkins-from-proxy-${port}, namespace: ${namespace} }`,
    'spec:',
    `  podSelector: { matchLabels: ${labels(pod)} }`,
    '  policyTypes: [Ingress]',
    '  ingress:',
    `    - from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${proxy.metadata?.namespace} } }, podSelector: { matchLabels: ${labels(proxy)} } }]`,
    `      ports: [{ protocol: TCP, port: ${port} }]`,
    '# With the Jenkins chart: put it into extraObjects. networkPolicy.internalAgents is for agents alone.',
  ].join('\n');
}

/** The pods that agents connect to: controllers, and pods behind a Service with the agent port. */
function podsForAgents(facts: ControllerClusterFacts): readonly Pod[] {
  const { pods = [], services = [] } = facts;
  const behind = services
    .filter((service) => agentPortOf(service, facts) !== null)
    .flatMap((service) => podsOf(service, pods));
  return [...new Set([...controllerPods(facts), ...behind])];
}

/** Removes findings that lead to the same change. */
function eachOnce(findings: readonly WrongField[]): readonly WrongField[] {
  const found = new Map<string, WrongField>();
  for (const finding of findings) {
    const { code, object, field, fix } = finding;
    const key = JSON.stringify([code, object, field, fix]);
    if (!found.has(key)) found.set(key, finding);
  }
  return [...found.values()];
}

function labelSetsOf(pods: readonly Pod[]): readonly StringMap[] {
  const sets = new Map(
    pods.map(({ metadata }) => [JSON.stringify(metadata?.labels ?? {}), metadata?.labels ?? {}]),
  );
  return [...sets.values()].slice(0, MAX_SHAPES);
}
