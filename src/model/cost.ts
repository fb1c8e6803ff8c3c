import { DEPTHS, type Depth, ENTRYPOINTS, type ProbeResult } from './result.ts';
import type { Survey } from './survey.ts';

/** The number of connections of a probe at each address. At the agent port hello, Ping and JNLP4 need one each. */
export const CONNECTIONS_PER_ADDRESS: Readonly<Record<Depth, number>> = {
  web: 1,
  ping: 2,
  handshake: 3,
  login: 3,
  websocket: 1,
};

/** The connections per minute of these cadences at a controller with one address; null: not scheduled. */
export function connectionsPerMinute(cadenceMs: Readonly<Record<Depth, number | null>>): number {
  return DEPTHS.reduce((sum, depth) => {
    const cadence = cadenceMs[depth];
    return cadence === null ? sum : sum + (CONNECTIONS_PER_ADDRESS[depth] * 60_000) / cadence;
  }, 0);
}

/** The connections opened at one entrypoint. */
export type Cost = Pick<ProbeResult, 'entrypoint' | 'connections'>;

/** The connections of a survey, its extra checks included. */
export function costsOf({ results, checks }: Pick<Survey, 'results' | 'checks'>): readonly Cost[] {
  const ofChecks = checks.flatMap(({ spent }) =>
    ENTRYPOINTS.map((entrypoint) => ({ entrypoint, connections: spent[entrypoint] ?? 0 })),
  );
  return [...results, ...ofChecks.filter(({ connections }) => connections > 0)];
}
