import type { AgentClusterFacts } from '../cluster-facts.ts';
import { jsonPatch, objectName, type WrongField } from '../finding.ts';
import type { InspectionRule } from '../inspection-rule.ts';
import { agentContainer, environmentValue } from '../objects/agent-container.ts';
import { hostOf } from '../objects/discovery-route.ts';
import type { Sidecar } from '../objects/mesh-egress.ts';
import type { Pod } from '../objects/objects.ts';
import { selectsPod } from '../objects/selector.ts';
import { hasSidecar } from '../objects/sidecar-proxy.ts';
import { hostMatches } from '../routes/choose-route.ts';

export const MESH_EGRESS_RULES: readonly InspectionRule<AgentClusterFacts>[] = [
  {
    name: 'mesh-egress-open',
    step: 'k8s-mesh',
    holds: 'the mesh lets agents connect to the controller',
    needs: ['agentPods'],
    codes: ['mesh-egress-closed'],
    applies: ({ agentPods = [] }) => agentPods.some(hasSidecar),
    find: egressOpen,
    undecided: {
      fact: 'sidecars',
      why: ({ sidecars, serviceEntries }) =>
        sidecars === undefined || serviceEntries === undefined
          ? 'the Sidecars and ServiceEntries of the mesh were not read'
          : null,
    },
  },
];

/** Finds Sidecars that keep agents from the controller. */
function egressOpen(facts: AgentClusterFacts): readonly WrongField[] {
  const { agentPods = [], sidecars, serviceEntries } = facts;
  if (sidecars === undefined || serviceEntries === undefined) return [];
  const found = new Map<string, WrongField>();
  for (const pod of agentPods.filter(hasSidecar)) {
    const sidecar = sidecarOf(pod, sidecars);
    if (sidecar === null || passesBy(pod)) continue;
    for (const host of dialledHosts(pod)) {
      const wrong = closedTo(host, sidecar, facts);
      if (wrong !== null) found.set(`${wrong.object} ${wrong.actual}`, wrong);
    }
  }
  return [...found.values()];
}

/** The Sidecar that selects a pod, or else that of its namespace. The default of the whole mesh is not read. */
function sidecarOf(pod: Pod, sidecars: readonly Sidecar[]): Sidecar | null {
  const labelsOf = ({ spec }: Sidecar) => spec?.workloadSelector?.labels;
  return (
    sidecars.find((each) => selectsPod(labelsOf(each), pod.metadata?.labels)) ??
    sidecars.find((each) => Object.keys(labelsOf(each) ?? {}).length === 0) ??
    null
  );
}

const BY_ADDRESS = ['includeOutboundIPRanges', 'excludeOutboundIPRanges', 'excludeOutboundPorts'];

/** Returns true if annotations exclude some connections of a pod from the mesh; it does not check which ones. */
function passesBy({ metadata }: Pod): boolean {
  return BY_ADDRESS.some((name) => metadata?.annotations?.[`traffic.sidecar.istio.io/${name}`] !== undefined);
}

/** The hosts that an agent connects to: those of its Jenkins URL, and of its tunnel or direct connection. */
function dialledHosts(pod: Pod): readonly string[] {
  const agent = agentContainer(pod);
  if (agent === null) return [];
  const address =
    environmentValue(agent, 'JENKINS_TUNNEL') || environmentValue(agent, 'JENKINS_DIRECT_CONNECTION');
  const tunnel = /^([^:/[\]]+):\d*$/.exec(address ?? '')?.[1]?.toLowerCase();
  return [hostOf(environmentValue(agent, 'JENKINS_URL')), tunnel].flatMap((host) => host ?? []);
}

function closedTo(
  host: string,
  sidecar: Sidecar,
  { namespace, serviceEntries = [] }: AgentClusterFacts,
): WrongField | null {
  const mode = sidecar.spec?.outboundTrafficPolicy?.mode;
  const service = serviceNamespace(host, namespace);
  const object = objectName('Sidecar', sidecar);
  if (service === null) {
    if (mode !== 'REGISTRY_ONLY' || !/[a-z]/.test(host)) return null;
    const hosts = serviceEntries.flatMap(({ spec }) => spec?.hosts ?? []);
    if (hosts.some((each) => hostMatches(each.toLowerCase(), host, true))) return null;
    return {
      ...{ code: 'mesh-egress-closed', object, field: 'spec.outboundTrafficPolicy.mode' },
      actual: `REGISTRY_ONLY, and no ServiceEntry of namespace ${namespace} has ${host}`,
      expected: `a ServiceEntry for ${host}`,
      fix: entryFor(host, namespace),
      // A ServiceEntry of another namespace may have it.
      confidence: 'possible',
    };
  }
  const egress = sidecar.spec?.egress;
  if (egress === undefined || mode === 'ALLOW_ANY') return null;
  const hosts = egress.flatMap((each) => each.hosts ?? []);
  if (hosts.some((each) => covers(each, host, service, namespace))) return null;
  return {
    ...{ code: 'mesh-egress-closed', object, field: 'spec.egress' },
    actual: `${hosts.slice(0, 20).join(', ') || 'no hosts'}: agents connect to ${host}`,
    expected: `${service}/* among the hosts`,
    fix: jsonPatch('sidecars.networking.istio.io', sidecar, [
      { op: 'add', path: '/spec/egress/0/hosts/-', value: `${service}/*` },
    ]),
    // Without a mode the setting of the mesh counts; its default is ALLOW_ANY.
    confidence: mode === 'REGISTRY_ONLY' ? 'likely' : 'possible',
  };
}

/** The namespace in the host name of a Service; null for a host outside the cluster. */
function serviceNamespace(host: string, home: string): string | null {
  const [, namespace = home, kind = 'svc', ...rest] = host.split('.');
  const short = !host.includes('.');
  return short || (kind === 'svc' && host.split('.').length > 2 && rest.length !== 1) ? namespace : null;
}

/**
 * Returns true if an egress host, `NAMESPACE/NAME`, includes a Service. A host that cannot be parsed includes
 * everything.
 */
function covers(pattern: string, host: string, service: string, home: string): boolean {
  const [namespace = '', name] = pattern.split('/');
  if (name === undefined) return true;
  const right = namespace === '.' ? home : namespace;
  if (right !== '*' && right !== service) return false;
  const [first = ''] = host.split('.');
  const full = `${first}.${service}.svc.cluster.local`;
  return hostMatches(name, full, true) || hostMatches(name, host, true);
}

function entryFor(host: string, namespace: string): string {
  return [
    'apiVersion: networking.istio.io/v1',
    'kind: ServiceEntry',
    `metadata: { name: jenkins, namespace: ${namespace} }`,
    'spec:',
    `  hosts: [${JSON.stringify(host)}]`,
    '  location: MESH_EXTERNAL',
    '  resolution: DNS',
    '  ports: [{ number: 443, name: tls, protocol: TLS }, { number: 50000, name: tcp-agents, protocol: TCP }]',
  ].join('\n');
}
