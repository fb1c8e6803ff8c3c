import type { LogReading } from '../logs/agent-log.ts';
import type { LogFacts } from '../logs/facts.ts';
import type { LogFinding } from '../logs/findings.ts';

/** A trouble in a log, and what the probes say to it. */
export interface WeighedFinding extends LogFinding {
  /** Whether the probes saw it too; null where they looked at nothing that could tell, or it is past. */
  readonly agrees: boolean | null;
  /** The agreement or the contradiction in words; null where there is neither. */
  readonly comment: string | null;
}

/** What a log adds to a report. */
export interface LogReport {
  /** Whether log and probes agree on what is wrong now; null where they cannot be compared. */
  readonly agrees: boolean | null;
  readonly connection: LogReading['connection'];
  readonly kind: LogReading['kind'];
  readonly unexplained: LogReading['unexplained'];
  /** How the agent of the log and the probes differ, where one fails and the others do not. One sentence each. */
  readonly differences: readonly string[];
  readonly findings: readonly WeighedFinding[];
  readonly facts: LogFacts;
  readonly cut: boolean;
}
