import type { ProbeOptions } from '../../model/options.ts';
import type { ProbeResult } from '../../model/result.ts';
import type { Target } from '../../model/target.ts';
import { Recording } from '../recording.ts';
import { webDoor } from '../web/web-door.ts';
import { Deadline } from '../wire/deadline.ts';
import { describeProxy, type Hop, planHops } from '../wire/hop.ts';
import { MAX_ADDRESSES } from '../wire/resolve.ts';
import { logInByWebSocket } from './websocket-login.ts';
import { roundTrip } from './websocket-round-trip.ts';

/** Options of {@link probeWebSocket}. */
export interface WebSocketProbeOptions extends ProbeOptions {
  /** Also log in at `wsagents/` with the agent's name and secret. The node goes online for a moment. */
  readonly login?: boolean;
}

/**
 * Probes the WebSocket endpoint at every address of the Jenkins URL: by default one CLI round trip at `cli/ws`, which
 * proves without credentials that every proxy on the way lets WebSockets through; on demand the agent's own login.
 */
export async function probeWebSocket(
  target: Target,
  options: WebSocketProbeOptions = {},
): Promise<ProbeResult> {
  const recording = new Recording(target, 'websocket', 'websocket', options);
  const login = options.login === true && target.agent !== null;
  const rest = login ? (['ws-roundtrip', 'ws-login'] as const) : (['ws-roundtrip'] as const);
  if (target.url === null) {
    recording.skip(['ws-upgrade', ...rest], null, 'there is no Jenkins URL');
    return recording.finish(false);
  }
  const deadline = new Deadline(target.timeoutMs, options.signal);
  const door = webDoor(target, target.url, true);
  if (door.proxy !== null) recording.evidence.proxy = describeProxy(door.proxy);
  const resolving = recording.begin('ws-upgrade', null);
  const plan = await deadline.step(0.4, (limit) => planHops(door.at, door.proxy, 'connect', limit, options));
  if (!plan.ok) {
    resolving.fail(plan.finding);
    recording.skip(rest, null, 'the name does not resolve');
    return recording.finish(false);
  }
  for (const hop of plan.hops.slice(MAX_ADDRESSES)) {
    recording.skip(['ws-upgrade'], hop.label, `only the first ${MAX_ADDRESSES} addresses are tried`);
  }
  const context = { recording, deadline, target, door };
  const hops = plan.hops.slice(0, MAX_ADDRESSES);
  const healthy = await Promise.all(hops.map((hop) => roundTrip(context, hop)));
  // One login at one address: the node is online meanwhile, and a second one would be refused.
  const hop: Hop | undefined = hops[Math.max(0, healthy.indexOf(true))];
  const loggedIn = login && hop !== undefined ? await logInByWebSocket(context, hop) : true;
  return recording.finish(healthy.includes(true) && loggedIn);
}
