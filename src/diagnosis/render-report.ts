import type { Outcome, StepResult } from '../probe/result.ts';
import { oneLine } from '../probe/scrub.ts';
import type { Diagnosis, Report } from './report.ts';

/** How a kind of text is set off; plain where the output is no terminal. */
export interface Style {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
}

const same = (text: string) => text;
export const PLAIN: Style = { good: same, bad: same, warn: same, faint: same, strong: same };

const ansi = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;
export const COLOR: Style = {
  good: ansi(32),
  bad: ansi(31),
  warn: ansi(33),
  faint: ansi(2),
  strong: ansi(1),
};

const MARKS: Readonly<Record<Outcome, string>> = { ok: '✓', warning: '!', failed: '✗', skipped: '–' };
const STYLES: Readonly<Record<Outcome, keyof Style>> = {
  ok: 'good',
  warning: 'warn',
  failed: 'bad',
  skipped: 'faint',
};

/** A report as text: the steps as a checklist, the verdict, then each diagnosis with cause and remedy. */
export function renderReport(report: Report, style: Style = PLAIN): string {
  const steps = report.steps.map((step) => renderStep(step, style));
  return [...steps, '', renderConclusion(report, style)].join('\n');
}

/** One step as a line of the checklist. */
export function renderStep(step: StepResult, style: Style = PLAIN): string {
  const { outcome, reason, durationMs } = step;
  const mark = style[STYLES[outcome]](MARKS[outcome]);
  const time = outcome === 'skipped' ? '' : formatMs(durationMs);
  const where = step.address === null ? '' : `${clean(step.address)}  `;
  const what =
    reason === null ? clean(step.detail) : `${style[STYLES[outcome]](reason)}: ${clean(step.detail)}`;
  return `  ${mark} ${step.step.padEnd(13)} ${time.padStart(9)}  ${where}${what}`;
}

/** The verdict and the diagnoses: what is left to say when the steps have been shown already. */
export function renderConclusion(report: Report, style: Style = PLAIN): string {
  const { verdict, diagnoses, durationMs } = report;
  const kind = verdict === 'reachable' ? 'good' : verdict === 'degraded' ? 'warn' : 'bad';
  const line = `${style.strong(clean(report.controller))} is ${style[kind](verdict)} (${formatMs(durationMs)})`;
  return [
    line,
    ...diagnoses.map((diagnosis, index) => renderDiagnosis(diagnosis, index + 1, style)),
    '',
  ].join('\n');
}

function renderDiagnosis(diagnosis: Diagnosis, number: number, style: Style): string {
  const { code, title, cause, remedy, evidence, docs } = diagnosis;
  return [
    '',
    `${number}. ${style.strong(title)} [${code}]`,
    `   Cause:    ${cause}`,
    `   Remedy:   ${remedy}`,
    ...evidence.map((line, index) => `   ${index === 0 ? 'Evidence:' : '         '} ${clean(line)}`),
    `   More:     ${docs}`,
  ].join('\n');
}

/** Milliseconds for people. */
export function formatMs(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** A peer's words are made harmless where they are recorded; a report that came from elsewhere is not trusted either. */
function clean(text: string): string {
  return oneLine(text, 500);
}
