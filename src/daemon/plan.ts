import type { ControllerSettings } from '../config/settings.ts';
import { DEPTHS, type Depth, ENDPOINTS, type Endpoint } from '../model/result.ts';
import type { Target } from '../model/target.ts';

const ENDPOINT_OF: Readonly<Record<Depth, Endpoint>> = {
  web: 'web',
  ping: 'agent-port',
  handshake: 'agent-port',
  login: 'agent-port',
  websocket: 'websocket',
};

/** A depth that is probed again and again. */
export interface PlannedDepth {
  readonly depth: Depth;
  readonly endpoint: Endpoint;
  readonly cadenceMs: number;
}

/**
 * The depths that a controller is probed at, in an agent's order. What its agents do not use is left out, whatever its
 * cadence: no Jenkins URL, no `web` and no `websocket`; WebSocket alone, no agent port; no agent, no `login`.
 */
export function planOf({ target, cadenceMs }: ControllerSettings): readonly PlannedDepth[] {
  return DEPTHS.flatMap((depth) => {
    const cadence = cadenceMs[depth];
    if (cadence === null || !applies(depth, target)) return [];
    return [{ depth, endpoint: ENDPOINT_OF[depth], cadenceMs: cadence }];
  });
}

/** The endpoints that a plan looks at: each of them has a verdict. */
export function endpointsOf(plan: readonly PlannedDepth[]): readonly Endpoint[] {
  return ENDPOINTS.filter((endpoint) => plan.some((planned) => planned.endpoint === endpoint));
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
