import type { Reason } from '../protocol/reason.ts';
import { AGENT_PORT_ENTRIES } from './agent-port-entries.ts';
import { COMPARISON_CODES, type ComparisonCode } from './comparison-codes.ts';
import type { CatalogueEntry } from './entry.ts';
import { NETWORK_ENTRIES } from './network-entries.ts';
import { WEB_ENTRIES } from './web-entries.ts';
import { COMPARISON_ENTRIES, WEBSOCKET_ENTRIES } from './websocket-entries.ts';

/** What a diagnosis can be called: a reason of a step, or what a comparison makes of several. */
export type DiagnosisCode = Reason | ComparisonCode;

/** The one catalogue: what every code means and what mends it. The compiler holds it complete. */
export const CATALOGUE: Readonly<Record<DiagnosisCode, CatalogueEntry>> = {
  ...NETWORK_ENTRIES,
  ...WEB_ENTRIES,
  ...AGENT_PORT_ENTRIES,
  ...WEBSOCKET_ENTRIES,
  ...COMPARISON_ENTRIES,
  ...COMPARISON_CODES,
};
