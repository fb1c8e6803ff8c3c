import type { StepResult } from '../../probe/result.ts';
import { parseHostPort } from '../../protocol/host-port.ts';
import type { Destination, Peer } from './network-policy.ts';

/** What agents connect to, by the step that tries it. */
const PLACES: Readonly<Partial<Record<StepResult['step'], string>>> = {
  'web-connect': 'Jenkins URL',
  'port-connect': 'agent port',
};

const UNKNOWN: Peer = { namespace: null, labels: null, namespaceLabels: null, address: null, ports: [] };
/** CoreDNS as kubeadm, EKS, AKS and GKE label it, and the address of NodeLocal DNSCache. OpenShift has it elsewhere. */
const DNS_PEERS: readonly Peer[] = [
  {
    namespace: 'kube-system',
    labels: { 'k8s-app': 'kube-dns' },
    namespaceLabels: { 'kubernetes.io/metadata.name': 'kube-system' },
    address: null,
    ports: [{ name: 'dns', containerPort: 53, protocol: 'UDP' }],
  },
  { ...UNKNOWN, address: '169.254.20.10' },
];
const DNS: Destination = { name: 'DNS', port: 53, protocol: 'UDP', peers: DNS_PEERS, assumed: true };

/** Where agents have to get to: the addresses that probes have tried, and DNS where a name was looked up. */
export function destinationsOf(steps: readonly StepResult[]): readonly Destination[] {
  const found = new Map<string, Destination>();
  for (const { step, address } of steps) {
    const place = PLACES[step];
    if (address === null || place === undefined) continue;
    const { host, port } = parseHostPort(address);
    const name = `${place} ${address}`;
    found.set(name, { name, port, protocol: 'TCP', peers: [{ ...UNKNOWN, address: host }] });
  }
  const named = steps.some(({ step, outcome }) => step.endsWith('-resolve') && outcome !== 'skipped');
  return [...found.values(), ...(named ? [DNS] : [])];
}
