import { STEPS } from '../model/result.ts';
import { STEP_REASONS } from '../model/step-reasons.ts';
import { AGENT_ENTRIES } from './agent.ts';
import { AGENT_LAUNCH_ENTRIES } from './agent-launch.ts';
import { AGENT_PORT_ENTRIES } from './agent-port.ts';
import { AUTHORISATION_ENTRIES } from './authorisation.ts';
import { CHANNEL_ENTRIES } from './channel.ts';
import type { Code } from './codes.ts';
import type { CatalogueEntry } from './entry.ts';
import { HANDSHAKE_ENTRIES } from './handshake.ts';
import { HTTP_ENTRIES } from './http.ts';
import { KUBERNETES_ENTRIES } from './kubernetes.ts';
import { LOAD_BALANCER_ENTRIES } from './load-balancer.ts';
import { NAME_ENTRIES } from './name.ts';
import { NETWORK_ENTRIES } from './network.ts';
import { POD_ADMISSION_ENTRIES } from './pod-admission.ts';
import { PROXY_ENTRIES } from './proxy.ts';
import { TLS_ENTRIES } from './tls.ts';
import { WEBSOCKET_ENTRIES } from './websocket.ts';

/** What the layers state. The compiler holds it complete. */
const ENTRIES: Readonly<Record<Code, CatalogueEntry>> = {
  ...AGENT_ENTRIES,
  ...AGENT_LAUNCH_ENTRIES,
  ...NAME_ENTRIES,
  ...NETWORK_ENTRIES,
  ...PROXY_ENTRIES,
  ...TLS_ENTRIES,
  ...HTTP_ENTRIES,
  ...AGENT_PORT_ENTRIES,
  ...HANDSHAKE_ENTRIES,
  ...AUTHORISATION_ENTRIES,
  ...WEBSOCKET_ENTRIES,
  ...CHANNEL_ENTRIES,
  ...LOAD_BALANCER_ENTRIES,
  ...KUBERNETES_ENTRIES,
  ...POD_ADMISSION_ENTRIES,
};

/** The one catalogue: what every code means, how sure it can be, where it appears and how to fix it. */
export const CATALOGUE = Object.fromEntries(
  Object.entries(ENTRIES).map(([code, entry]) => [code, { ...entry, steps: stepsOf(code, entry) }]),
) as Readonly<Record<Code, CatalogueEntry>>;

function stepsOf(code: string, { steps }: CatalogueEntry): CatalogueEntry['steps'] {
  return STEPS.filter((step) => steps.includes(step) || STEP_REASONS[step].some((reason) => reason === code));
}
