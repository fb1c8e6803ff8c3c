import { timingSafeEqual } from 'node:crypto';
import type { FaultName } from './faults.ts';

/** An agent of a simulated controller. */
export interface SimulatedAgent {
  readonly secret: string;
  /** `connected`: by another process. `ssh`: not an inbound agent. Default `offline`. */
  readonly state?: 'offline' | 'connected' | 'ssh';
}

/** The refusal of an agent, with the message of a real controller. */
interface Refusal {
  readonly kind: 'unknown-name' | 'wrong-secret' | 'not-inbound' | 'already-connected';
  readonly message: string;
}

/** The agents of a controller and their online states. */
export class AgentDirectory {
  readonly #agents: ReadonlyMap<string, SimulatedAgent>;
  readonly #online = new Set<string>();

  constructor(agents: Readonly<Record<string, SimulatedAgent>>) {
    this.#agents = new Map(Object.entries(agents));
  }

  /**
   * Checks name and secret in a controller's order (`JnlpProtocol4Handler`, then `DefaultJnlpSlaveReceiver`). Returns null
   * to accept the agent. A fault of the same name overrides the check.
   */
  judge(name: string | null, secret: string | null, fault: FaultName): Refusal | null {
    const agent = this.#agents.get(name ?? '');
    if (fault === 'unknown-name' || agent === undefined) {
      return { kind: 'unknown-name', message: `Unknown client name: ${name}` };
    }
    if (fault === 'wrong-secret' || !sameText(secret ?? '', agent.secret)) {
      return { kind: 'wrong-secret', message: 'Authorization failure' };
    }
    if (fault === 'not-inbound' || agent.state === 'ssh') {
      return { kind: 'not-inbound', message: `${name} is not an inbound agent` };
    }
    if (fault === 'already-connected' || agent.state === 'connected' || this.#online.has(name ?? '')) {
      return {
        kind: 'already-connected',
        message: `${name} is already connected to this controller. Rejecting this connection.`,
      };
    }
    return null;
  }

  /** Sets a node online. */
  connect(name: string): void {
    this.#online.add(name);
  }

  /** Sets a node offline. */
  disconnect(name: string): void {
    this.#online.delete(name);
  }
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
