import type { Diagnosis } from '../catalogue/diagnosis.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import { INTERRUPTED, type ProbeResult, STEPS, type StepResult } from '../model/result.ts';
import type { Survey } from '../model/survey.ts';
import type { ClusterReport } from './cluster-section.ts';
import { describeCheck, type NotChecked, notCheckedOf, type ReportedCheck } from './coverage.ts';
import type { LogReport } from './log-section.ts';
import { mergedSteps } from './merged-steps.ts';
import { type Origin, type ReportTarget, reportTargetOf } from './origin.ts';
import { type BrokenStep, brokenStepOf, summaryOf } from './summary.ts';

/** Incremented when a field changes its meaning or is removed, not when one is added. */
export const REPORT_SCHEMA_VERSION = 1;

/** The answer of `diagnose`: the body of `POST /diagnose`, and what `--json` prints. */
export interface Report {
  readonly schemaVersion: typeof REPORT_SCHEMA_VERSION;
  readonly controller: string;
  /** One line: verdict, broken hop and most likely cause. */
  readonly summary: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** Set if the report is on the latest results of the scheduled probes; `startedAt` is then the start of the newest one. */
  readonly scheduled?: true;
  /** `degraded`: agents connect, but not always or not in every mode; `unknown`: the log does not show it. */
  readonly verdict: 'reachable' | 'degraded' | 'unreachable' | 'unknown';
  /** The first hop that stops agents; null if no step failed. */
  readonly brokenStep: BrokenStep | null;
  /** The target; null for a report on a log or on objects alone. */
  readonly target: ReportTarget | null;
  /** The program and place that made the report; null if unknown. */
  readonly origin: Origin | null;
  /** Most likely first; empty when healthy. */
  readonly diagnoses: readonly Diagnosis[];
  /** In an agent's order. */
  readonly steps: readonly StepResult[];
  /** The extra checks, and their cost. */
  readonly extra: readonly ReportedCheck[];
  /** Checks that were not made, and why: a clean report says nothing about them. */
  readonly notChecked: readonly NotChecked[];
  /** The findings of a log; with probes, also whether both agree. */
  readonly log?: LogReport;
  /** The findings in Kubernetes namespaces, if they were inspected. */
  readonly clusters?: readonly ClusterReport[];
}

/** The report on a survey. Pure. @param origin the program and place that make the report */
export function buildReport(controller: string, survey: Survey, origin: Origin | null = null): Report {
  const diagnoses = diagnose(survey);
  const { scheduled, results } = survey;
  // Each depth of the schedule repeats the steps of the depths before it.
  const taken = scheduled ? mergedSteps(results) : results.flatMap((result) => result.steps);
  const steps = [...taken].sort((a, b) => STEPS.indexOf(a.step) - STEPS.indexOf(b.step));
  return withSummary({
    controller,
    startedAt: new Date(survey.startedAt).toISOString(),
    durationMs: survey.durationMs,
    ...(scheduled && { scheduled }),
    verdict: verdictOf(survey, diagnoses),
    brokenStep: brokenStepOf(steps, survey.direct),
    target: reportTargetOf(survey.asked),
    origin,
    diagnoses,
    steps,
    extra: survey.checks.map(describeCheck),
    notChecked: notCheckedOf(survey, steps),
  });
}

/** A report without probes. @param now epoch milliseconds @param why what was read instead */
export function unprobedReport(controller: string, now: number, why: string): Report {
  return withSummary({
    controller,
    startedAt: new Date(now).toISOString(),
    durationMs: 0,
    verdict: 'unknown',
    brokenStep: null,
    target: null,
    origin: null,
    diagnoses: [],
    steps: [],
    extra: [],
    notChecked: [{ what: 'every step', why }],
  });
}

/** The report with its summary updated. */
export function withSummary(report: Omit<Report, 'summary' | 'schemaVersion'>): Report {
  const head = {
    schemaVersion: REPORT_SCHEMA_VERSION,
    controller: report.controller,
    summary: summaryOf(report),
  } as const;
  // The first one sets the order of the fields, the second one replaces an old summary.
  return { ...head, ...report, ...head };
}

function verdictOf(survey: Survey, diagnoses: readonly Diagnosis[]): Report['verdict'] {
  const at = (entrypoint: ProbeResult['entrypoint']) =>
    survey.results.find((result) => result.entrypoint === entrypoint);
  const web = at('web');
  const discovered = survey.direct || web === undefined || web.success;
  const ways = [
    ...[at('agent-port')].filter((way) => way !== undefined).map((way) => way.success && discovered),
    ...[at('websocket')].filter((way) => way !== undefined).map((way) => way.success),
  ];
  const untold = survey.results.some(
    ({ steps, inconclusive }) => inconclusive !== null || steps.some(({ detail }) => detail === INTERRUPTED),
  );
  if (!ways.includes(true)) return untold ? 'unknown' : 'unreachable';
  const flawed =
    ways.includes(false) ||
    web?.success === false ||
    diagnoses.some(({ severity, confidence }) => severity !== 'info' && confidence !== 'possible');
  return flawed ? 'degraded' : 'reachable';
}
