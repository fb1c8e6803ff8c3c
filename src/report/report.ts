import type { Diagnosis } from '../catalogue/diagnosis.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import { type ProbeResult, STEPS, type StepResult } from '../model/result.ts';
import type { Survey } from '../model/survey.ts';
import type { ClusterReport } from './cluster-section.ts';
import { describeCheck, type NotChecked, notCheckedOf, type ReportedCheck } from './coverage.ts';
import type { LogReport } from './log-section.ts';

/** The answer of `diagnose`: the body of `POST /diagnose`, and what `--json` prints. */
export interface Report {
  readonly controller: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** `degraded`: agents get through, but not always or not on every way; `unknown`: from a log that does not tell. */
  readonly verdict: 'reachable' | 'degraded' | 'unreachable' | 'unknown';
  /** Most likely first; empty when healthy. */
  readonly diagnoses: readonly Diagnosis[];
  /** In the order in which an agent would take them. */
  readonly steps: readonly StepResult[];
  /** What was looked at beyond the steps, and what it cost. */
  readonly extra: readonly ReportedCheck[];
  /** What was not looked at, and why: a clean report says nothing about it. */
  readonly notChecked: readonly NotChecked[];
  /** What a log that was given says; with probes, whether both agree. */
  readonly log?: LogReport;
  /** What the objects of Kubernetes namespaces say, where they were inspected. */
  readonly clusters?: readonly ClusterReport[];
}

/** Turns what was seen into an answer. Pure. */
export function buildReport(controller: string, survey: Survey): Report {
  const diagnoses = diagnose(survey);
  return {
    controller,
    startedAt: new Date(survey.startedAt).toISOString(),
    durationMs: survey.durationMs,
    verdict: verdictOf(survey, diagnoses),
    diagnoses,
    steps: survey.results
      .flatMap(({ steps }) => steps)
      .sort((a, b) => STEPS.indexOf(a.step) - STEPS.indexOf(b.step)),
    extra: survey.checks.map(describeCheck),
    notChecked: notCheckedOf(survey),
  };
}

function verdictOf(survey: Survey, diagnoses: readonly Diagnosis[]): Report['verdict'] {
  const at = (endpoint: ProbeResult['endpoint']) =>
    survey.results.find((result) => result.endpoint === endpoint);
  const web = at('web');
  const discovered = survey.direct || web === undefined || web.success;
  const ways = [
    ...[at('agent-port')].filter((way) => way !== undefined).map((way) => way.success && discovered),
    ...[at('websocket')].filter((way) => way !== undefined).map((way) => way.success),
  ];
  if (!ways.includes(true)) return 'unreachable';
  const flawed =
    ways.includes(false) ||
    web?.success === false ||
    diagnoses.some(({ severity, confidence }) => severity !== 'info' && confidence !== 'possible');
  return flawed ? 'degraded' : 'reachable';
}
