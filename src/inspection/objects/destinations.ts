import type { ProbeResult, StepResult } from '../../model/result.ts';
import { parseHostPort } from '../../protocol/host-port.ts';
import type { Destination, Peer } from './network-policy.ts';

/** The endpoints that agents connect to, by the step that tries them. */
const PLACES: Readonly<Partial<Record<StepResult['step'], string>>> = {
  'web-connect': 'Jenkins URL',
  'port-connect': 'agent port',
};

/** The agent port that a controller announced to probes; null where it announced none. */
export function announcedPortOf(results: readonly ProbeResult[]): number | null {
  return results.find(({ evidence }) => evidence.announcement)?.evidence.announcement?.agentPort.port ?? null;
}

const UNKNOWN: Peer = { namespace: null, labels: null, namespaceLabels: null, address: null, ports: [] };
/** The destinations of agents: the addresses that probes tried. */
export function destinationsOf(steps: readonly StepResult[]): readonly Destination[] {
  const found = new Map<string, Destination>();
  for (const { step, address } of steps) {
    const place = PLACES[step];
    if (address === null || place === undefined) continue;
    const { host, port } = parseHostPort(address);
    const name = `${place} ${address}`;
    found.set(name, { name, port, protocol: 'TCP', peers: [{ ...UNKNOWN, address: host }] });
  }
  return [...found.values()];
}
