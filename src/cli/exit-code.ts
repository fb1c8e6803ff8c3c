import type { Report } from '../report/report.ts';

/** The exit codes of every command. */
export const EXIT = {
  /** Healthy. */
  ok: 0,
  /** A problem was found. */
  problem: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
  /** Unknown: interrupted, or an internal error. */
  unknown: 3,
} as const;

/** Returns the exit code of a report. */
export function exitCodeOf(report: Report): number {
  if (report.verdict === 'reachable') return EXIT.ok;
  const somethingFailed = report.steps.some(({ outcome }) => outcome === 'failed' || outcome === 'warning');
  return somethingFailed || report.diagnoses.length > 0 ? EXIT.problem : EXIT.unknown;
}
