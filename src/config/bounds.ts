import type { Depth } from '../model/result.ts';

/** The shortest and the longest duration that a key takes, as the file writes them. */
export type Bounds = readonly [shortest: string, longest: string];

/** Where the server listens by default. `alive` asks there without loading the schema: it runs every 30 s. */
export const LISTEN = { host: '0.0.0.0', port: 9180 } as const;

/** Bounds of a probe's timeout. An agent itself gives up connecting after 30 s. */
export const TIMEOUT: Bounds = ['100ms', '1m'];

/** How long one probe of an ad-hoc target may take: a person waits, and wants to see what is merely slow. */
export const AD_HOC_TIMEOUT = '10s';

/**
 * Bounds of each depth's cadence. The silent depths may run often; those that leave a log line or a session on the
 * controller may not.
 */
export const CADENCE: Readonly<Record<Depth, Bounds>> = {
  web: ['1s', '24h'],
  ping: ['1s', '24h'],
  handshake: ['10s', '24h'],
  login: ['10s', '24h'],
  websocket: ['10s', '24h'],
};
