import { AGENT_PORT_FAULTS } from './agent-port-faults.ts';
import type { LabFault } from './lab.ts';
import { DNS_FAULTS, NETWORK_FAULTS } from './network-faults.ts';
import { PROXY_FAULTS } from './proxy-faults.ts';
import { TLS_FAULTS } from './tls-faults.ts';
import { WEB_FAULTS } from './web-faults.ts';

/** All faults of the lab, by area. Each area has its own test file, so that the areas run in parallel. */
export const AREAS: Readonly<Record<string, readonly LabFault[]>> = {
  'the Jenkins URL behind nginx': WEB_FAULTS,
  'TLS at the Jenkins URL': TLS_FAULTS,
  'the agent port': AGENT_PORT_FAULTS,
  'an HTTP proxy on the way out': PROXY_FAULTS,
  'routes, filters and links': NETWORK_FAULTS,
  'names and their addresses': DNS_FAULTS,
};
