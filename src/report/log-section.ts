import type { LogReading } from '../logs/agent-log.ts';
import type { LogFacts } from '../logs/facts.ts';
import type { LogFinding } from '../logs/findings.ts';

/** A problem in a log, and whether the probes agree. */
export interface WeighedFinding extends LogFinding {
  /** True if the probes saw it too, false if they contradict it; null if no probe can tell, or if it is past. */
  readonly agrees: boolean | null;
  /** The agreement or contradiction as a sentence; null without one. */
  readonly comment: string | null;
}

/** The part of a report that a log adds. */
export interface LogReport {
  /** True if log and probes agree on the current problem; null if they cannot be compared. */
  readonly agrees: boolean | null;
  readonly connection: LogReading['connection'];
  readonly kind: LogReading['kind'];
  readonly unexplained: LogReading['unexplained'];
  /** Differences between the agent and the probes, if only one of them fails. One sentence each. */
  readonly differences: readonly string[];
  readonly findings: readonly WeighedFinding[];
  readonly facts: LogFacts;
  readonly cut: boolean;
}
