import { DEPTHS, type Depth, ENTRYPOINTS, type Entrypoint } from './result.ts';
import type { Target } from './target.ts';

const ENTRYPOINT_OF: Readonly<Record<Depth, Entrypoint>> = {
  web: 'web',
  ping: 'agent-port',
  handshake: 'agent-port',
  login: 'agent-port',
  websocket: 'websocket',
};

/** A depth that is probed again and again. */
export interface PlannedDepth {
  readonly depth: Depth;
  readonly entrypoint: Entrypoint;
  readonly cadenceMs: number;
}

/** A controller and how often each depth of it is to be probed; null: not. */
interface Planned {
  readonly target: Target;
  readonly cadenceMs: Readonly<Record<Depth, number | null>>;
}

/**
 * The depths that a controller is probed at, in an agent's order. What its agents do not use is left out, whatever its
 * cadence: no Jenkins URL, no `web` and no `websocket`; WebSocket alone, no agent port; no agent, no `login`.
 */
export function planOf({ target, cadenceMs }: Planned): readonly PlannedDepth[] {
  return DEPTHS.flatMap((depth) => {
    const cadence = cadenceMs[depth];
    if (cadence === null || !applies(depth, target)) return [];
    return [{ depth, entrypoint: ENTRYPOINT_OF[depth], cadenceMs: cadence }];
  });
}

/** The entrypoints that a plan looks at: each of them has a verdict. */
export function entrypointsOf(plan: readonly PlannedDepth[]): readonly Entrypoint[] {
  return ENTRYPOINTS.filter((entrypoint) => plan.some((planned) => planned.entrypoint === entrypoint));
}

/** Whether agents that connect as this target says have any use for a depth. */
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
