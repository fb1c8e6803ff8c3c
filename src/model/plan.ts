import { DEPTHS, type Depth, ENTRYPOINTS, type Entrypoint } from './result.ts';
import type { Target } from './target.ts';

const ENTRYPOINT_OF: Readonly<Record<Depth, Entrypoint>> = {
  web: 'web',
  ping: 'agent-port',
  handshake: 'agent-port',
  login: 'agent-port',
  websocket: 'websocket',
};

/** A scheduled depth. */
export interface PlannedDepth {
  readonly depth: Depth;
  readonly entrypoint: Entrypoint;
  readonly cadenceMs: number;
}

/** A controller and the cadence of each depth; null: not scheduled. */
interface Planned {
  readonly target: Target;
  readonly cadenceMs: Readonly<Record<Depth, number | null>>;
}

/**
 * The scheduled depths of a controller, in an agent's order. Depths that its agents do not use are left out, even with a
 * cadence: `web` and `websocket` without a Jenkins URL, the agent port with only WebSocket, `login` without an agent.
 */
export function planOf({ target, cadenceMs }: Planned): readonly PlannedDepth[] {
  return DEPTHS.flatMap((depth) => {
    const cadence = cadenceMs[depth];
    if (cadence === null || !applies(depth, target)) return [];
    return [{ depth, entrypoint: ENTRYPOINT_OF[depth], cadenceMs: cadence }];
  });
}

/** The entrypoints of a plan. Each of them has a verdict. */
export function entrypointsOf(plan: readonly PlannedDepth[]): readonly Entrypoint[] {
  return ENTRYPOINTS.filter((entrypoint) => plan.some((planned) => planned.entrypoint === entrypoint));
}

/** True if agents with this connection mode use a depth. */
export function applies(depth: Depth, target: Target): boolean {
  switch (depth) {
    case 'web':
      return target.url !== null;
    case 'ping':
    case 'handshake':
      return target.websocket !== 'only';
    case 'login':
      return target.websocket !== 'only' && target.agent !== null;
    case 'websocket':
      return target.websocket !== 'off' && target.url !== null;
  }
}
