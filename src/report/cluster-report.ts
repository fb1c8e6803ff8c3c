import type { Code } from '../catalogue/codes.ts';
import { confirmed, type Diagnosis, diagnosisOf } from '../catalogue/diagnosis.ts';
import { describeFinding, type RuleResult } from '../inspection/apply-rules.ts';
import type { Finding } from '../inspection/finding.ts';
import type { ClusterSide } from './cluster-section.ts';
import { type Report, unprobedReport, withSummary } from './report.ts';

/** The results of the rules in one namespace. */
export interface Inspection {
  readonly role: ClusterSide;
  readonly namespace: string;
  readonly results: readonly RuleResult[];
}

/**
 * The report with the findings of a cluster added. A wrong object that explains a failed probe makes that diagnosis surer
 * and gives it the exact fix. A wrong object alone is a diagnosis of its own. An object that is right in many set-ups
 * counts only if a probe saw it fail.
 */
export function withInspection(report: Report, { role, namespace, results }: Inspection): Report {
  const seen = new Set<Code>(report.diagnoses.map(({ code }) => code));
  const counts = ({ code, confidence }: Finding) => confidence !== 'possible' || seen.has(code);
  const findings = results.flatMap((result) => result.findings);
  const byCode = Map.groupBy(findings.filter(counts), ({ code }) => code);
  const known = report.diagnoses.map((diagnosis) => confirm(diagnosis, byCode.get(diagnosis.code) ?? []));
  const added = [...byCode].flatMap(([code, found]) =>
    seen.has(code) ? [] : [diagnosisOfFindings(code, found)],
  );
  const flawed = added.some(({ severity }) => severity !== 'info');
  const skipped = results.filter(({ outcome }) => outcome === 'skipped');
  return withSummary({
    ...report,
    verdict: report.verdict === 'reachable' && flawed ? 'degraded' : report.verdict,
    diagnoses: [...known, ...added],
    notChecked: [
      ...report.notChecked,
      ...skipped.map(({ rule, detail }) => ({ what: `${rule} in the cluster`, why: detail })),
    ],
    clusters: [
      ...(report.clusters ?? []),
      {
        role,
        namespace,
        checks: results.map(({ step, rule, outcome, findings: found, detail }) => ({
          step,
          rule,
          outcome: outcome === 'failed' && !found.some(counts) ? ('warning' as const) : outcome,
          detail,
        })),
        findings,
      },
    ],
  });
}

/** The diagnoses that objects prove without any probe. */
export function diagnosesOfInspections(inspections: readonly Inspection[]): readonly Diagnosis[] {
  const findings = inspections.flatMap(({ results }) => results).flatMap((result) => result.findings);
  const proving = findings.filter(({ confidence }) => confidence !== 'possible');
  return [...Map.groupBy(proving, ({ code }) => code)].map(([code, found]) =>
    diagnosisOfFindings(code, found),
  );
}

/** The report on objects alone. @param now epoch milliseconds */
export function reportOfInspections(inspections: readonly Inspection[], now: number): Report {
  const report = inspections.reduce(
    withInspection,
    unprobedReport(
      inspections.map(({ namespace }) => namespace).join(', '),
      now,
      'only objects of the cluster were checked',
    ),
  );
  const flawed = report.diagnoses.some(({ severity }) => severity !== 'info');
  return flawed ? withSummary({ ...report, verdict: 'degraded' }) : report;
}

function confirm(diagnosis: Diagnosis, found: readonly Finding[]): Diagnosis {
  if (found.length === 0) return diagnosis;
  return { ...confirmed(diagnosis, found.map(describeFinding)), remedy: fixesOf(found) };
}

function diagnosisOfFindings(code: Code, found: readonly Finding[]): Diagnosis {
  const confidence = found.some((each) => each.confidence === 'certain') ? 'certain' : 'likely';
  return { ...diagnosisOf(code, found.map(describeFinding), { confidence }), remedy: fixesOf(found) };
}

/** The exact fixes, each once, without control characters: objects are hostile input. */
function fixesOf(found: readonly Finding[]): string {
  return [...new Set(found.map(({ fix }) => fix))].join('\n').replaceAll(/[^\P{Cc}\n]/gu, '');
}
