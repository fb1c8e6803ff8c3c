import { CATALOGUE } from '../catalogue/catalogue.ts';
import { areSiblings, worksHere } from '../catalogue/compare.ts';
import { confirmed, type Diagnosis, diagnosisOf } from '../catalogue/diagnosis.ts';
import { describeStep } from '../diagnosis/diagnosis-rule.ts';
import { type LogReading, readAgentLog } from '../logs/agent-log.ts';
import type { LogFinding } from '../logs/findings.ts';
import type { WeighedFinding } from './log-section.ts';
import { type Report, unprobedReport, withSummary } from './report.ts';

/** A log that was read: a report alone, or added to the report of a probe. */
interface GivenLog {
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

/** The report on a log alone. @param now epoch milliseconds */
export function reportOfLog(reading: LogReading, now: number): Report {
  const findings = reading.findings.map((finding) => ({ ...finding, agrees: null, comment: null }));
  const diagnoses = current(findings).map(diagnosisOfFinding);
  return withSummary({
    ...unprobedReport(nameOf(reading), now, 'only a log was read'),
    verdict: verdictOf(reading, diagnoses),
    diagnoses,
    log: { ...reading, findings, agrees: null, differences: [] },
  });
}

/**
 * Compares a log with the results of the probes. A problem that both show is more certain. A problem at a hop that works
 * from here is a possible diagnosis if nothing else fails, and the report says how the two differ. A problem that no probe
 * can see is a diagnosis of the log alone. An agent that fails at the end of its log is never `reachable`.
 */
export function withLog(report: Report, reading: LogReading): Report {
  const findings = reading.findings.map((finding) => weigh(finding, report));
  const now = current(findings);
  const known = report.diagnoses.map((diagnosis) => confirm(diagnosis, now));
  const added = now
    .filter(({ agrees, code }) => agrees !== true && !report.diagnoses.some((each) => each.code === code))
    .filter(({ agrees }) => agrees === null || report.verdict === 'reachable')
    .map((finding) => (finding.agrees === false ? doubted(finding) : diagnosisOfFinding(finding)));
  const agrees = now.some((each) => each.agrees === true)
    ? true
    : now.some((each) => each.agrees === false)
      ? false
      : null;
  const flawed = added.some(({ severity }) => severity !== 'info') || failsAtTheEnd(reading);
  const degraded = report.verdict === 'reachable' && flawed;
  const differs = degraded && (agrees === false || failsAtTheEnd(reading));
  return withSummary({
    ...report,
    verdict: degraded ? 'degraded' : report.verdict,
    diagnoses: [...known, ...added],
    log: { ...reading, findings, agrees, differences: differs ? differencesOf(reading, report) : [] },
  });
}

/** True if the last attempt of the agent failed, with or without a known message. */
function failsAtTheEnd({ connection, unexplained, findings }: LogReading): boolean {
  return connection === 'not-connected' && (unexplained !== null || findings.some(({ past }) => !past));
}

/** A diagnosis with a successful step from here as evidence against it: the agent may use another path, or it is over. */
function doubted(finding: WeighedFinding): Diagnosis {
  const { evidence, ...rest } = diagnosisOfFinding(finding);
  return {
    ...rest,
    confidence: 'possible',
    evidence: finding.comment === null ? evidence : [...evidence, finding.comment],
  };
}

/** Differences that may explain why an agent fails and the probes do not, facts first. */
function differencesOf({ facts, connection }: LogReading, { steps }: Report): readonly string[] {
  const connected = steps.find(({ step, outcome }) => step === 'port-connect' && outcome === 'ok');
  const port = Number(connected?.address?.split(':').at(-1));
  const { agentHost, agentPort, tunnel, webSocket } = facts;
  return [
    connection === 'not-connected'
      ? 'The agent fails at the end of its log, but the same connection works from here.'
      : 'The log shows a problem that the probes do not see from here.',
    ...(agentPort !== null && Number.isInteger(port) && port !== agentPort
      ? [`The agent uses ${agentHost ?? 'port'}:${agentPort}; the probes used port ${port}.`]
      : []),
    ...(tunnel === null ? [] : [`The agent uses a tunnel (${tunnel}): add --tunnel to probe the same.`]),
    ...(webSocket ? ['The agent uses WebSocket: add --websocket to probe the same.'] : []),
    'Run the probe where the agent runs: other namespaces have other NetworkPolicies, proxies and name servers.',
    'Compare the times: the log may be older than the fix.',
  ];
}

function current(findings: readonly WeighedFinding[]): readonly WeighedFinding[] {
  return findings.filter(({ past }) => !past);
}

function weigh(finding: LogFinding, report: Report): WeighedFinding {
  if (finding.past) return { ...finding, agrees: null, comment: 'the agent connected after that' };
  const seen = report.diagnoses.find((diagnosis) => tellsOf(finding, diagnosis));
  if (seen !== undefined) {
    return { ...finding, agrees: true, comment: `the probes from here found the same: ${seen.title}` };
  }
  const works = worksHere(finding.code, report.steps);
  if (works === null) return { ...finding, agrees: null, comment: null };
  const comment = `the log shows: ${finding.title}; from here that hop works: ${describeStep(works)}`;
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
    ...(others.length === 0 ? [] : [`other causes of the same line: ${others.join('; ')}`]),
  ];
  return diagnosisOf(code, evidence, { confidence });
}

function evidenceOf({ line, quote, count }: LogFinding): string {
  return `log line ${line}${count > 1 ? ` (the last of ${count})` : ''}: ${quote}`;
}

/** `reachable` only if the log shows a lasting connection and no evidence against it. */
function verdictOf(
  { connection, unexplained }: LogReading,
  diagnoses: readonly Diagnosis[],
): Report['verdict'] {
  const severities = diagnoses.map(({ severity }) => severity);
  if (connection === 'connected') {
    if (severities.some((each) => each !== 'info')) return 'degraded';
    return unexplained === null ? 'reachable' : 'unknown';
  }
  if (severities.includes('error')) return 'unreachable';
  return severities.includes('warning') ? 'degraded' : 'unknown';
}

function nameOf({ facts }: LogReading): string {
  const [url] = facts.urls;
  return (url !== undefined && URL.canParse(url) ? new URL(url).hostname : null) ?? 'log';
}
