import { CATALOGUE } from '../catalogue/catalogue.ts';
import type { Code } from '../catalogue/codes.ts';
import type { Layer } from '../catalogue/entry.ts';
import type { StepName, StepResult } from '../model/result.ts';

/** The steps that would fail where a trouble of a layer were seen from here as well. */
const STEPS_OF_LAYER: Readonly<Record<Layer, readonly StepName[]>> = {
  agent: [],
  name: ['web-resolve', 'port-resolve'],
  network: ['web-connect'],
  proxy: ['web-connect', 'port-connect'],
  tls: ['web-tls'],
  http: ['listener'],
  'agent-port': ['ping'],
  handshake: ['identity'],
  authorisation: ['headers', 'ws-login'],
  websocket: ['ws-upgrade', 'ws-roundtrip'],
  // What happens to an open channel, to health checks and to pods, no step shows.
  channel: [],
  'load-balancer': [],
  kubernetes: [],
};

/** Codes whose step is another one than most of their layer have. */
const STEPS_OF_CODE: Partial<Readonly<Record<Code, readonly StepName[]>>> = {
  'connection-reset': ['web-connect', 'port-connect'],
  'network-unreachable': ['web-connect', 'port-connect'],
  'ipv6-ipv4-mismatch': ['web-connect', 'port-connect'],
  'corporate-proxy-captures-agent-port': ['port-connect'],
  'agent-port-refused': ['port-connect'],
  'agent-port-timeout-filtered': ['port-connect'],
  'advertised-host-wrong': ['port-connect'],
  'advertised-port-mismatch': ['port-connect'],
  'agent-port-not-in-service': ['port-connect'],
  'service-selector-mismatch': ['port-connect'],
  'nginx-tcp-bad-reference': ['ping'],
  'nginx-tcp-not-published': ['port-connect'],
  'proxy-protocol-injected': ['ping'],
  'proxy-protocol-expected-by-lb': ['ping'],
  'random-agent-port': [],
  'handler-thread-leak': [],
  'jnlp4-disabled': ['ack'],
  'jnlp4-closed-no-ack': ['ack'],
  'ack-timeout': ['ack'],
  'slow-reverse-dns': ['ack'],
  'jnlp4-tls-failed': ['tls'],
  'jnlp4-tls-timeout': ['tls'],
  'headers-malformed': ['headers'],
  'headers-timeout': ['headers'],
  'ws-idle-timeout': [],
  'ws-jetty-idle-30s': [],
  'cookie-header-dropped': [],
  // Refused for the moment, or to another agent: nothing that one login can confirm or rule out.
  'already-connected': [],
  'already-connected-stale': [],
  'already-connected-duplicate': [],
  'unknown-client-name': [],
  'wrong-secret': [],
  'not-an-inbound-agent': [],
};

/** The steps that speak for or against a code; empty where none does. */
export function stepsOf(code: Code): readonly StepName[] {
  return STEPS_OF_CODE[code] ?? STEPS_OF_LAYER[CATALOGUE[code].layer];
}

/** A step that would have failed where the trouble were seen from here as well, and was fine; null where none tells. */
export function worksHere(code: Code, steps: readonly StepResult[]): StepResult | null {
  const hop = stepsOf(code);
  const taken = steps.filter(({ step, outcome }) => hop.includes(step) && outcome !== 'skipped');
  return taken.every(({ outcome }) => outcome === 'ok') ? (taken[0] ?? null) : null;
}

/** Whether two codes tell of the same trouble, one perhaps more exactly than the other. */
export function areSiblings(a: Code, b: Code): boolean {
  return a === b || CATALOGUE[a].next.includes(b) || CATALOGUE[b].next.includes(a);
}
