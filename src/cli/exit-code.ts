import type { Report } from '../report/report.ts';

/** The exit codes of every command. */
export const EXIT = {
  /** Healthy. */
  ok: 0,
  /** A problem was found. */
  problem: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
  /** Could not tell: interrupted, or something broke on our side. */
  unknown: 3,
} as const;

/** What a report means for the exit code. */
export function exitCodeOf(report: Report): number {
  if (report.verdict === 'reachable') return EXIT.ok;
  const somethingFailed = report.steps.some(({ outcome }) => outcome === 'failed' || outcome === 'warning');
  return somethingFailed || report.diagnoses.length > 0 ? EXIT.problem : EXIT.unknown;
}
