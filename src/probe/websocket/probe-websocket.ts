import type { ProbeOptions } from '../../model/options.ts';
import type { ProbeResult } from '../../model/result.ts';
import type { Target } from '../../model/target.ts';
import { Recording } from '../recording.ts';
import { resolveHops } from '../resolve-step.ts';
import { webEntrypoint } from '../web/web-entrypoint.ts';
import { Deadline } from '../wire/deadline.ts';
import type { Hop } from '../wire/hop.ts';
import { logInByWebSocket } from './websocket-login.ts';
import { roundTrip } from './websocket-round-trip.ts';

/** Options of {@link probeWebSocket}. */
interface WebSocketProbeOptions extends ProbeOptions {
  /** Also log in at `wsagents/` with the agent's name and secret. The node is online for a moment. */
  readonly login?: boolean;
}

/**
 * Probes the WebSocket entrypoint at every address of the Jenkins URL. By default it makes one CLI round trip at `cli/ws`,
 * which proves without credentials that WebSockets pass every proxy on the path. Optionally it logs in as the agent.
 */
export async function probeWebSocket(
  target: Target,
  options: WebSocketProbeOptions = {},
): Promise<ProbeResult> {
  const recording = new Recording(target, 'websocket', 'websocket', options);
  const login = options.login === true && target.agent !== null;
  const rest = login ? (['ws-roundtrip', 'ws-login'] as const) : (['ws-roundtrip'] as const);
  if (target.url === null) {
    recording.skip(['ws-upgrade', ...rest], null, 'no Jenkins URL is configured');
    return recording.finish(false);
  }
  const deadline = new Deadline(target.timeoutMs, options.signal);
  const web = webEntrypoint(target, target.url, true);
  const resolving = {
    step: 'ws-upgrade',
    name: null,
    connect: 'ws-upgrade',
    rest,
    to: web.at,
    proxy: web.proxy,
    proxyMode: 'connect',
  } as const;
  const hops = await resolveHops(recording, deadline, resolving, options);
  if (hops === null) return recording.finish(false);
  const context = { recording, deadline, target, web, options };
  const healthy = await Promise.all(hops.map((hop) => roundTrip(context, hop)));
  // Log in at one address only: the node is online then, so a second login is refused.
  const hop: Hop | undefined = hops[Math.max(0, healthy.indexOf(true))];
  const loggedIn = login && hop !== undefined ? await logInByWebSocket(context, hop) : true;
  return recording.finish(healthy.includes(true) && loggedIn);
}
