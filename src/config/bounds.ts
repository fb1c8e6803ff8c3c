import type { Depth } from '../model/result.ts';

/** The shortest and the longest duration of a key, as written in the file. */
export type Bounds = readonly [shortest: string, longest: string];

/** The default listener. `alive` uses it without loading the schema, because it runs every 30 s. */
export const LISTEN = { host: '0.0.0.0', port: 9180 } as const;

/** Bounds of a probe's timeout. An agent stops connecting after 30 s. */
export const TIMEOUT: Bounds = ['100ms', '1m'];

/** The default timeout for a target that is not configured. It is long enough to show slow steps. */
export const AD_HOC_TIMEOUT = '10s';

/**
 * Bounds of each depth's cadence. Depths that leave a log line or a session on the controller have a higher minimum.
 */
export const CADENCE: Readonly<Record<Depth, Bounds>> = {
  web: ['1s', '24h'],
  ping: ['1s', '24h'],
  handshake: ['10s', '24h'],
  login: ['10s', '24h'],
  websocket: ['10s', '24h'],
};
