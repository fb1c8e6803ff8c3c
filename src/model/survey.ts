import type { HostPort } from '../protocol/host-port.ts';
import type { Look, LookResult } from './look.ts';
import type { AgentPortDepth, ProbeResult } from './result.ts';
import type { WebSocketMode } from './target.ts';

/** What was asked for, as far as a diagnosis weighs it. None of it is secret. */
export interface Asked {
  readonly depth: AgentPortDepth;
  readonly websocket: WebSocketMode;
  /** How agents find the agent port. */
  readonly way: 'discovery' | 'tunnel' | 'direct';
  /** Where the agent port was looked for; null where nothing told. */
  readonly agentPort: HostPort | null;
  /** Host and port of the Jenkins URL. */
  readonly web: HostPort | null;
  /** Whether a name and a secret were there to log in with. */
  readonly hasAgent: boolean;
  /** Why the proxy of the environment, or a part of it, is not used; null where it is, or where there is none. */
  readonly proxyIgnored: string | null;
  /** The remoting version of the agents here; null: not known. */
  readonly agentVersion: string | null;
  /** Agent ports that this controller announced in the past. */
  readonly earlierPorts: readonly number[];
}

/** Everything that was looked at for one diagnosis. */
export interface Survey {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly results: readonly ProbeResult[];
  /** Agents connect directly: the Jenkins URL, where there is one, is looked at but not needed. */
  readonly direct: boolean;
  readonly asked: Asked;
  /** What was looked at beyond the steps; empty for a plain survey. */
  readonly looks: readonly LookResult[];
}

/** Plans the extra checks that are worth their cost, from what is known so far. Pure; called again after each round. */
export type LookPlanner = (survey: Survey) => readonly Look[];
