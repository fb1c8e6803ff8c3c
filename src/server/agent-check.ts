import type { HealthState } from '../daemon/status.ts';
import type { Reason } from '../protocol/reason.ts';
import { listen, type PortPlace, shortServer } from './tcp-gate.ts';

/** What an agent check reports: a state, and why where it is not up. */
export interface AgentCheckAnswer {
  readonly state: HealthState;
  readonly reason: Reason | null;
  /** A drain was taken back: HAProxy keeps one until it is told `ready`, whatever else is said. */
  readonly takenBack: boolean;
}

/** A port for HAProxy's `agent-check`: each connection gets one line and is ended. */
export interface AgentCheck {
  readonly port: number;
  close(): Promise<void>;
}

/** Opens the port. Rejects as Node's `listen` fails. */
export async function openAgentCheck(place: PortPlace, answer: () => AgentCheckAnswer): Promise<AgentCheck> {
  const { server, sockets } = shortServer(() => agentCheckLine(answer()));
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

/** The line in HAProxy's words: `up`, `drain`, or `down` with the reason behind a `#`. */
export function agentCheckLine({ state, reason, takenBack }: AgentCheckAnswer): string {
  if (state === 'drain') return 'drain\n';
  const ready = takenBack ? 'ready ' : '';
  return state === 'up' ? `${ready}up\n` : `${ready}down #${state === 'down' ? (reason ?? 'down') : state}\n`;
}
