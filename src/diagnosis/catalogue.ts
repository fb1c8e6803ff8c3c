import type { Code } from './codes.ts';
import { AGENT_ENTRIES } from './entries/agent.ts';
import { AGENT_PORT_ENTRIES } from './entries/agent-port.ts';
import { AUTHORISATION_ENTRIES } from './entries/authorisation.ts';
import { CHANNEL_ENTRIES } from './entries/channel.ts';
import { HANDSHAKE_ENTRIES } from './entries/handshake.ts';
import { HTTP_ENTRIES } from './entries/http.ts';
import { KUBERNETES_ENTRIES } from './entries/kubernetes.ts';
import { LOAD_BALANCER_ENTRIES } from './entries/load-balancer.ts';
import { NAME_ENTRIES } from './entries/name.ts';
import { NETWORK_ENTRIES } from './entries/network.ts';
import { PROXY_ENTRIES } from './entries/proxy.ts';
import { TLS_ENTRIES } from './entries/tls.ts';
import { WEBSOCKET_ENTRIES } from './entries/websocket.ts';
import type { CatalogueEntry } from './entry.ts';

/** The one catalogue: what every code means and what mends it. The compiler holds it complete. */
export const CATALOGUE: Readonly<Record<Code, CatalogueEntry>> = {
  ...AGENT_ENTRIES,
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
};
