import { DEPTHS, type Depth } from './result.ts';

/** How many connections a probe opens at each address: the agent port takes one for hello, for Ping and for JNLP4. */
export const CONNECTIONS_PER_ADDRESS: Readonly<Record<Depth, number>> = {
  web: 1,
  ping: 2,
  handshake: 3,
  login: 3,
  websocket: 1,
};

/** How many connections a minute these cadences need at a controller with one address; null: not scheduled. */
export function connectionsPerMinute(cadenceMs: Readonly<Record<Depth, number | null>>): number {
  return DEPTHS.reduce((sum, depth) => {
    const cadence = cadenceMs[depth];
    return cadence === null ? sum : sum + (CONNECTIONS_PER_ADDRESS[depth] * 60_000) / cadence;
  }, 0);
}
