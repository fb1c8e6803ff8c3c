import { probeAgentPort } from '../probe/agent-port.ts';
import { survey } from '../probe/survey.ts';
import { probeWeb } from '../probe/web.ts';
import { probeWebSocket } from '../probe/websocket.ts';

/** The probes as the daemon calls them; tests bring their own. */
export interface Probes {
  readonly web: typeof probeWeb;
  readonly agentPort: typeof probeAgentPort;
  readonly websocket: typeof probeWebSocket;
  readonly survey: typeof survey;
}

/** The probes over real sockets. */
export const realProbes: Probes = {
  web: probeWeb,
  agentPort: probeAgentPort,
  websocket: probeWebSocket,
  survey,
};
