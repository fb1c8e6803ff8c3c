import type { Diagnosis } from '../catalogue/diagnosis.ts';
import type { Outcome, StepResult } from '../model/result.ts';
import { oneLine } from '../model/scrub.ts';
import type { ClusterReport } from './cluster-section.ts';
import type { ReportedCheck } from './coverage.ts';
import { groupNotChecked } from './group-not-checked.ts';
import { splitNumber } from './remedy-parts.ts';
import { renderLog } from './render-log.ts';
import { describeOrigin, describeSchedule, describeTarget } from './render-origin.ts';
import type { Report } from './report.ts';
import { type Paint, PLAIN, type Style } from './style.ts';
import { hang, wrap } from './wrap.ts';

const PAINTS: Readonly<Record<Outcome, Paint>> = {
  ok: 'good',
  warning: 'warn',
  failed: 'bad',
  skipped: 'faint',
};
/** Width of mark, step and time. Further lines of the detail are indented by it. */
const STEP_INDENT = 29;
/** On a narrower terminal the detail is below the step. */
const NARROW = 72;
const NARROW_INDENT = 6;
const LABEL_WIDTH = 13;

/** A report as text: the verdict, each diagnosis with cause and remedy, then the steps as a checklist. */
export function renderReport(report: Report, style: Style = PLAIN): string {
  return [renderConclusion(report, style), ...renderSteps(report, style), ''].join('\n');
}

/** The steps as a checklist with the first broken hop marked, then the extra checks. One item each. */
export function renderSteps({ brokenStep, steps, extra }: Report, style: Style = PLAIN): readonly string[] {
  const isBroken = ({ step, address, outcome }: StepResult) =>
    outcome === 'failed' && step === brokenStep?.step && address === brokenStep.address;
  const broken = steps.find(isBroken);
  return [
    ...steps.flatMap((step) => [
      renderStep(step, style),
      ...(step === broken ? [renderFirstBroken(style)] : []),
    ]),
    ...extra.map((check) => renderCheck(check, style)),
  ];
}

/** One step of the checklist, on several lines if it is too long. */
export function renderStep(step: StepResult, style: Style = PLAIN): string {
  const { outcome, reason, durationMs } = step;
  const paint = style[PAINTS[outcome]];
  const time = outcome === 'skipped' ? '' : formatMs(durationMs);
  const where = step.address === null ? '' : `${clean(step.address)}  `;
  const what = `${where}${reason === null ? '' : `${reason}: `}${clean(step.detail)}`;
  const colored = reason === null ? what : what.replace(reason, paint(reason));
  return beside(
    `  ${paint(style.marks[outcome])} ${step.step.padEnd(13)} ${time.padStart(9)}`,
    colored,
    style,
  );
}

/** The detail beside the head of its line, or below it on a narrow terminal. */
function beside(head: string, text: string, { width }: Style): string {
  const indent = width < NARROW ? NARROW_INDENT : STEP_INDENT;
  const lines = wrap(text, indent, width).map((line) => `${' '.repeat(indent)}${line}`);
  if (width < NARROW) return [head.trimEnd(), ...lines].join('\n');
  const [first = '', ...rest] = lines;
  return [`${head}  ${first.slice(indent)}`, ...rest].join('\n');
}

/** The mark below the first failed step. */
export function renderFirstBroken(style: Style = PLAIN): string {
  return `    ${style.bad('^ the first broken hop')}`;
}

/** One extra check: its reason, result and cost. */
export function renderCheck({ look, why, cost, result }: ReportedCheck, style: Style = PLAIN): string {
  const head = `  ${style.faint('+')} ${look.padEnd(STEP_INDENT - 6)}`;
  return beside(head, `${clean(why)}: ${clean(result)} (${cost})`, style);
}

/** The report without its steps: verdict, diagnoses, and what was not checked. */
export function renderConclusion(report: Report, style: Style = PLAIN): string {
  const { diagnoses, notChecked } = report;
  const gaps = groupNotChecked(notChecked).map(({ what, why }) => `${what} (${why})`);
  return [
    ...renderHead(report, style),
    '',
    ...diagnoses.map((diagnosis, index) => renderDiagnosis(diagnosis, index + 1, style)),
    ...(report.clusters ?? []).map((cluster) => renderCluster(cluster, style)),
    ...(gaps.length === 0
      ? []
      : [style.faint('Not checked:'), ...gaps.map((gap) => hang('  - ', gap, style.width)), '']),
    ...(report.log === undefined ? [] : [renderLog(report.log, style)]),
  ].join('\n');
}

/** The summary, the target and the place. */
function renderHead(
  { summary, verdict, target, origin, startedAt, durationMs, scheduled }: Report,
  style: Style,
): readonly string[] {
  const kind = verdict === 'reachable' ? 'good' : verdict === 'unreachable' ? 'bad' : 'warn';
  const lines = wrap(clean(summary), 0, style.width).map((line) => style.strong(line));
  const head = lines.join('\n').replace(` is ${verdict}`, ` is ${style[kind](verdict)}`);
  const took = scheduled ? [] : [`in ${formatMs(durationMs)}`];
  const way = target === null ? [] : [`Probed: ${[describeTarget(target), ...took].join(', ')}`];
  const when = scheduled ? [describeSchedule(startedAt)] : [];
  const from = origin === null ? [] : [`From: ${describeOrigin(origin)}`];
  return [
    head,
    ...[...way, ...when, ...from].flatMap((each) =>
      wrap(clean(each), 0, style.width).map((line) => style.faint(line)),
    ),
  ];
}

/** The checks of a cluster's objects as a checklist; skipped ones are counted, as "Not checked" lists them by reason. */
export function renderCluster({ role, namespace, checks }: ClusterReport, style: Style = PLAIN): string {
  const line = (outcome: Outcome, step: string, text: string) =>
    beside(
      `  ${style[PAINTS[outcome]](style.marks[outcome])} ${step.padEnd(STEP_INDENT - 6)}`,
      clean(text),
      style,
    );
  const taken = checks.filter(({ outcome }) => outcome !== 'skipped');
  const skipped = checks.length - taken.length;
  return [
    `Objects of namespace ${clean(namespace)}, read as ${role}:`,
    ...taken.map(({ step, outcome, detail }) => line(outcome, step, detail)),
    ...(skipped === 0
      ? []
      : [line('skipped', 'skipped', `${skipped} ${skipped === 1 ? 'check' : 'checks'}, see Not checked`)]),
    '',
  ].join('\n');
}

function renderDiagnosis(diagnosis: Diagnosis, number: number, style: Style): string {
  const { code, title, cause, remedy, evidence, docs, confidence, next } = diagnosis;
  const labelled = (label: string, sentences: readonly string[]) => renderLabelled(label, sentences, style);
  return [
    hang(`${number}. `, `${style.strong(title)} [${code}, ${confidence}]`, style.width),
    labelled('Cause:', [cause]),
    labelled('Remedy:', remedy.split('\n')),
    labelled('Evidence:', evidence.map(clean)),
    ...(next.length === 0 ? [] : [labelled('Look next:', next)]),
    labelled('More:', [docs ?? `jenkins-agent-probe explain ${code}`]),
    '',
  ].join('\n');
}

/** Sentences below each other, the label before the first. Further lines of a numbered step are indented to its text. */
export function renderLabelled(label: string, sentences: readonly string[], { width }: Style): string {
  return sentences
    .map((sentence, index) => {
      const [head, , text] = splitNumber(sentence);
      return hang(`${`   ${index === 0 ? label : ''}`.padEnd(LABEL_WIDTH + 1)}${head}`, text, width);
    })
    .join('\n');
}

/** Milliseconds as text with a unit. */
export function formatMs(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** One safe line. Texts of peers are already cleaned when they are recorded; reports from elsewhere are not trusted. */
function clean(text: string): string {
  return oneLine(text, 500);
}
