import type { Depth } from '../model/result.ts';

/** Every default of the configuration, in the form in which the file writes it. */
export const DEFAULTS = {
  listen: { host: '0.0.0.0', port: 9180 },
  timeout: '5s',
  rise: 2,
  fall: 3,
  initial: 'unknown',
  staleAfter: 2,
  onStale: 'fail',
  connectionsPerMinute: 120,
  cadence: { web: '15s', ping: '15s', handshake: '5m', login: 'off', websocket: '5m' },
  kubernetes: {
    container: 'jnlp',
    gracePeriod: '10m',
    limit: 100,
    lease: 'jenkins-agent-probe',
    inspectionEvery: '5m',
  },
} as const;

/**
 * The shortest cadence of each depth, in milliseconds. The silent depths may be asked for often; those that leave a
 * log line or a session on the controller may not.
 */
export const MIN_CADENCE_MS: Readonly<Record<Depth, number>> = {
  web: 1000,
  ping: 1000,
  handshake: 10_000,
  login: 10_000,
  websocket: 10_000,
};

/** How long one probe of an ad-hoc target may take: a person waits, and wants to see what is merely slow. */
export const AD_HOC_TIMEOUT = '10s';

/** Bounds of a probe's timeout, in milliseconds. An agent itself gives up connecting after 30 s. */
export const MIN_TIMEOUT_MS = 100;
export const MAX_TIMEOUT_MS = 60_000;
