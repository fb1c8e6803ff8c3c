import type { Reason } from '../protocol/reason.ts';
import { AGENT_PORT_ENTRIES } from './agent-port-entries.ts';
import type { CatalogueEntry } from './entry.ts';
import { NETWORK_ENTRIES } from './network-entries.ts';
import { WEB_ENTRIES } from './web-entries.ts';
import { COMPARISON_ENTRIES, WEBSOCKET_ENTRIES } from './websocket-entries.ts';

/** The one catalogue: what every reason means and what mends it. The compiler holds it complete. */
export const CATALOGUE: Readonly<Record<Reason, CatalogueEntry>> = {
  ...NETWORK_ENTRIES,
  ...WEB_ENTRIES,
  ...AGENT_PORT_ENTRIES,
  ...WEBSOCKET_ENTRIES,
  ...COMPARISON_ENTRIES,
};
