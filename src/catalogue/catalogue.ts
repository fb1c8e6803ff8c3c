import { STEPS, type StepName } from '../model/result.ts';
import { STEP_REASONS } from '../model/step-reasons.ts';
import { AGENT_ENTRIES } from './agent-entries.ts';
import { AGENT_LAUNCH_ENTRIES } from './agent-launch-entries.ts';
import { AGENT_PORT_ENTRIES } from './agent-port-entries.ts';
import { ANNOUNCEMENT_ENTRIES } from './announcement-entries.ts';
import { AUTHORISATION_ENTRIES } from './authorisation-entries.ts';
import { CHANNEL_ENTRIES } from './channel-entries.ts';
import type { Code } from './codes.ts';
import type { CatalogueEntry } from './entry.ts';
import { GATEWAY_ENTRIES } from './gateway-entries.ts';
import { HANDSHAKE_ENTRIES } from './handshake-entries.ts';
import { HTTP_ENTRIES } from './http-entries.ts';
import { KUBERNETES_ENTRIES } from './kubernetes-entries.ts';
import { LOAD_BALANCER_ENTRIES } from './load-balancer-entries.ts';
import { NAME_ENTRIES } from './name-entries.ts';
import { NETWORK_ENTRIES } from './network-entries.ts';
import { POD_ADMISSION_ENTRIES } from './pod-admission-entries.ts';
import { PROXY_ENTRIES } from './proxy-entries.ts';
import { TLS_ENTRIES } from './tls-entries.ts';
import { WEBSOCKET_ENTRIES } from './websocket-entries.ts';

/** The entries of all layers. The compiler checks that every code has one. */
const ENTRIES: Readonly<Record<Code, CatalogueEntry>> = {
  ...AGENT_ENTRIES,
  ...AGENT_LAUNCH_ENTRIES,
  ...NAME_ENTRIES,
  ...NETWORK_ENTRIES,
  ...PROXY_ENTRIES,
  ...TLS_ENTRIES,
  ...HTTP_ENTRIES,
  ...ANNOUNCEMENT_ENTRIES,
  ...AGENT_PORT_ENTRIES,
  ...HANDSHAKE_ENTRIES,
  ...AUTHORISATION_ENTRIES,
  ...WEBSOCKET_ENTRIES,
  ...CHANNEL_ENTRIES,
  ...LOAD_BALANCER_ENTRIES,
  ...KUBERNETES_ENTRIES,
  ...GATEWAY_ENTRIES,
  ...POD_ADMISSION_ENTRIES,
};

const STEPS_OF_REASON = new Map<string, StepName[]>();
for (const step of STEPS) {
  for (const reason of STEP_REASONS[step]) {
    STEPS_OF_REASON.set(reason, [...(STEPS_OF_REASON.get(reason) ?? []), step]);
  }
}

/** The catalogue: what each code means, how sure it can be, where it appears and how to fix it. */
export const CATALOGUE = Object.fromEntries(
  Object.entries(ENTRIES).map(([code, entry]) => [code, { ...entry, steps: stepsOf(code, entry) }]),
) as Readonly<Record<Code, CatalogueEntry>>;

function stepsOf(code: string, { steps }: CatalogueEntry): CatalogueEntry['steps'] {
  const all = new Set([...steps, ...(STEPS_OF_REASON.get(code) ?? [])]);
  return STEPS.filter((step) => all.has(step));
}
