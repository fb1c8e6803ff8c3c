import { randomBytes } from 'node:crypto';
import type { AgentDirectory } from './agent-directory.ts';
import { newTally } from './counts.ts';
import type { FaultName } from './faults.ts';

/** The capability of a current controller: bits 1 to 8 (measured on remoting 3355). */
export const CAPABILITY_MASK = 0x1fen;

/** The constant facts of a controller. */
interface SimulatedFacts {
  readonly version: string;
  readonly minimumRemotingVersion: string;
  /** base64 of the DER key that the listener page publishes. */
  readonly identity: string;
  readonly contextPath: string;
  readonly agents: AgentDirectory;
  readonly publishOnlyListener: boolean;
  /** `X-Jenkins-JNLP-Host`; null: the header is not sent, as usual. */
  readonly advertisedHost: string | null;
  /** `X-Jenkins-JNLP-Port`; null: the agent port's own. */
  readonly advertisedPort: number | null;
  /** The delay of the acknowledgement of a JNLP4 connection. */
  readonly ackDelayMs: number;
  /** The offset of `Date`. */
  readonly clockOffsetMs: number;
}

/** The state that both entrypoints of a controller share. */
export class ControllerState {
  readonly facts: SimulatedFacts;
  readonly tally = newTally();
  fault: FaultName = 'none';
  agentPort = 0;
  /** Scheme, host and port of the configured Jenkins URL. */
  origin = '';
  #session = newSession();
  readonly #otherSession = newSession();

  constructor(facts: SimulatedFacts) {
    this.facts = facts;
  }

  /** `X-Jenkins-Session`: eight hex digits, new at every start. */
  get session(): string {
    return this.#session;
  }

  /** The session of the next hello. With two controllers behind the port, every second one is the other's. */
  get helloSession(): string {
    const other = this.fault === 'two-sessions' && this.tally.hellos % 2 === 1;
    return other ? this.#otherSession : this.#session;
  }

  /** `X-Jenkins-Agent-Protocols`. */
  get protocols(): string {
    return this.fault === 'jnlp4-not-offered' ? 'Ping' : 'JNLP4-connect, Ping';
  }

  /** Changes the session, like a restart. */
  restart(): void {
    this.#session = newSession();
  }
}

function newSession(): string {
  return randomBytes(4).toString('hex');
}
