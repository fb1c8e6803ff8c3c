import { type Report, unprobedReport, withSummary } from '../../src/report/report.ts';

/** A report of a controller called main that took a millisecond, with these parts. */
export function reportWith(parts: Partial<Report>): Report {
  const blank = unprobedReport('main', Date.parse('2026-01-02T00:00:00.000Z'), 'a test');
  return withSummary({ ...blank, durationMs: 1, verdict: 'reachable', notChecked: [], ...parts });
}
