import { CATALOGUE } from '../catalogue/catalogue.ts';
import { areSiblings, worksHere } from '../catalogue/compare.ts';
import { confirmed, type Diagnosis, diagnosisOf } from '../catalogue/diagnosis.ts';
import { describeStep } from '../diagnosis/rule.ts';
import { type LogFinding, type LogReading, readAgentLog } from '../logs/agent-log.ts';
import type { WeighedFinding } from './log-section.ts';
import { type Report, unprobedReport, withSummary } from './report.ts';

/** A log that was read: a report of its own, or an addition to the report of a probe. */
export interface GivenLog {
  /** The report on the log alone. @param now epoch milliseconds */
  alone(now: number): Report;
  /** The report with the log added; see {@link withLog}. */
  beside(report: Report): Report;
}

/** Reads a log of an agent or a controller; see {@link readAgentLog} for formats and limits. */
export function givenLog(text: string): GivenLog {
  const reading = readAgentLog(text);
  return {
    alone: (now) => reportOfLog(reading, now),
    beside: (report) => withLog(report, reading),
  };
}

/** The report on a log alone. @param now epoch milliseconds @param name what to call the controller */
export function reportOfLog(reading: LogReading, now: number, name = nameOf(reading)): Report {
  const findings = reading.findings.map((finding) => ({ ...finding, agrees: null, comment: null }));
  const diagnoses = current(findings).map(diagnosisOfFinding);
  return withSummary({
    ...unprobedReport(name, now, 'only a log was given'),
    verdict: verdictOf(reading, diagnoses),
    diagnoses,
    log: { ...reading, findings, agrees: null },
  });
}

/**
 * Lays a log beside what the probes saw. What both say is surer than either; what the log says of a hop that works from
 * here is told in words and is no diagnosis; what no probe can see is a diagnosis of the log's own.
 */
export function withLog(report: Report, reading: LogReading): Report {
  const findings = reading.findings.map((finding) => weigh(finding, report));
  const now = current(findings);
  const known = report.diagnoses.map((diagnosis) => confirm(diagnosis, now));
  const added = now
    .filter(({ agrees, code }) => agrees === null && !report.diagnoses.some((each) => each.code === code))
    .map(diagnosisOfFinding);
  const agrees = now.some((each) => each.agrees === true)
    ? true
    : now.some((each) => each.agrees === false)
      ? false
      : null;
  const flawed = added.some(({ severity }) => severity !== 'info');
  return withSummary({
    ...report,
    verdict: report.verdict === 'reachable' && flawed ? 'degraded' : report.verdict,
    diagnoses: [...known, ...added],
    log: { ...reading, findings, agrees },
  });
}

function current(findings: readonly WeighedFinding[]): readonly WeighedFinding[] {
  return findings.filter(({ past }) => !past);
}

function weigh(finding: LogFinding, report: Report): WeighedFinding {
  if (finding.past) return { ...finding, agrees: null, comment: 'the agent connected after that' };
  const seen = report.diagnoses.find((diagnosis) => tellsOf(finding, diagnosis));
  if (seen !== undefined) {
    return { ...finding, agrees: true, comment: `the probes from here say the same: ${seen.title}` };
  }
  const works = worksHere(finding.code, report.steps);
  if (works === null) return { ...finding, agrees: null, comment: null };
  const comment = `the log says: ${finding.title}; but from here that hop works: ${describeStep(works)}`;
  return { ...finding, agrees: false, comment };
}

function tellsOf(finding: LogFinding, { code }: Diagnosis): boolean {
  return [finding.code, ...finding.alternatives].includes(code) || areSiblings(finding.code, code);
}

function confirm(diagnosis: Diagnosis, findings: readonly WeighedFinding[]): Diagnosis {
  const same = findings.filter((finding) => finding.agrees === true && tellsOf(finding, diagnosis));
  return same.length === 0 ? diagnosis : confirmed(diagnosis, same.map(evidenceOf));
}

function diagnosisOfFinding(finding: LogFinding): Diagnosis {
  const { code, alternatives, note, confidence } = finding;
  const others = alternatives.map((each) => `${CATALOGUE[each].title} [${each}]`);
  const evidence = [
    evidenceOf(finding),
    ...(note === null ? [] : [note]),
    ...(others.length === 0 ? [] : [`the same line is written for: ${others.join('; ')}`]),
  ];
  return diagnosisOf(code, evidence, { confidence });
}

function evidenceOf({ line, quote, count }: LogFinding): string {
  return `log line ${line}${count > 1 ? ` (the last of ${count})` : ''}: ${quote}`;
}

function verdictOf({ connection }: LogReading, diagnoses: readonly Diagnosis[]): Report['verdict'] {
  const severities = diagnoses.map(({ severity }) => severity);
  if (connection === 'connected')
    return severities.some((each) => each !== 'info') ? 'degraded' : 'reachable';
  if (severities.includes('error')) return 'unreachable';
  return severities.includes('warning') ? 'degraded' : 'unknown';
}

function nameOf({ facts }: LogReading): string {
  const [url] = facts.urls;
  return (url !== undefined && URL.canParse(url) ? new URL(url).hostname : null) ?? 'log';
}
