import type { HealthState } from '../daemon/status.ts';
import type { Reason } from '../protocol/reason.ts';
import type { ConnectionLimit } from './connection-limit.ts';
import { listen, type PortPlace, shortServer } from './tcp-gate.ts';

/** The report of an agent check: a state, and the reason if it is not up. */
export interface AgentCheckAnswer {
  readonly state: HealthState;
  readonly reason: Reason | null;
  /** True if a drain was ended. HAProxy keeps a server in drain until it receives `ready`. */
  readonly takenBack: boolean;
}

/** A port for HAProxy's `agent-check`: each connection receives one line and is closed. */
export interface AgentCheck {
  readonly port: number;
  close(): Promise<void>;
}

/** Opens the port. Rejects with the error of Node's `listen`. @param limit of the connections, shared with other ports */
export async function openAgentCheck(
  place: PortPlace,
  answer: () => AgentCheckAnswer,
  limit: ConnectionLimit,
): Promise<AgentCheck> {
  const { server, sockets } = shortServer(() => agentCheckLine(answer()), limit);
  const port = await listen(server, place);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Returns the line for HAProxy: `up`, `drain`, or `down` with the reason after a `#`. */
export function agentCheckLine({ state, reason, takenBack }: AgentCheckAnswer): string {
  if (state === 'drain') return 'drain\n';
  const ready = takenBack ? 'ready ' : '';
  return state === 'up' ? `${ready}up\n` : `${ready}down #${state === 'down' ? (reason ?? 'down') : state}\n`;
}
