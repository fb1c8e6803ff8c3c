import type { HostPort } from '../protocol/host-port.ts';
import type { CheckResult, ExtraCheck } from './extra-check.ts';
import type { AgentPortDepth, ProbeResult } from './result.ts';
import type { WebSocketMode } from './target.ts';

/** The request of a survey, as far as a diagnosis needs it. It contains no secrets. */
export interface Asked {
  readonly depth: AgentPortDepth;
  readonly websocket: WebSocketMode;
  /** The way agents find the agent port: announced, by a tunnel, or directly. */
  readonly way: 'discovery' | 'tunnel' | 'direct';
  /** Host and port of the agent port; null if unknown. */
  readonly agentPort: HostPort | null;
  /** Host and port of the Jenkins URL. */
  readonly web: HostPort | null;
  /** True if a name and secret were given for the login. */
  readonly hasAgent: boolean;
  /** The reason the proxy of the environment, or a part of it, is not used; null if it is used, or without one. */
  readonly proxyIgnored: string | null;
  /** The remoting version of the agents here; null if unknown. */
  readonly agentVersion: string | null;
  /** Agent ports that this controller announced before. */
  readonly earlierPorts: readonly number[];
}

/** All results for one diagnosis. */
export interface Survey {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly results: readonly ProbeResult[];
  /** True if agents connect directly: a Jenkins URL is probed but not needed. */
  readonly direct: boolean;
  /** Set if these are the latest results of the scheduled probes. `startedAt` is then the start of the newest one. */
  readonly scheduled?: true;
  readonly asked: Asked;
  /** The extra checks; empty for a plain survey. */
  readonly checks: readonly CheckResult[];
}

/** Plans the useful extra checks from the results so far. Pure; called again after each round. */
export type ExtraCheckPlanner = (survey: Survey) => readonly ExtraCheck[];
