import type { Diagnosis } from '../catalogue/diagnosis.ts';
import { groupNotChecked } from './group-not-checked.ts';
import { code, codeBlock, prose, sentence } from './markdown.ts';
import { type RemedyPart, remedyParts } from './remedy-parts.ts';
import { renderLog } from './render-log.ts';
import { describeOrigin, describeSchedule, describeTarget } from './render-origin.ts';
import { formatMs, renderCluster, renderSteps } from './render-report.ts';
import type { Report } from './report.ts';

/** Facts about a report that it does not contain. */
interface TicketContext {
  /** Start of the state, ISO 8601; null if the state was not watched. */
  readonly since?: string | null;
  /** Absolute URL of the report. */
  readonly link?: string | null;
}

/**
 * A report as Markdown for a ticket: verdict and causes first, then the steps and what was not checked. It is CommonMark
 * and reads well unrendered. Text from peers is in code spans and code blocks, so it never becomes a link or HTML.
 */
export function renderMarkdown(report: Report, { since = null, link = null }: TicketContext = {}): string {
  const { summary, brokenStep, diagnoses, notChecked, log, clusters } = report;
  const sections = [
    `**${prose(summary)}**`,
    list([
      ...(brokenStep === null ? [] : [`**Broken hop:** ${describeHop(brokenStep)}`]),
      ...(since === null ? [] : [`**Since:** ${prose(since)}`]),
    ]),
    ...diagnoses.map(renderCause),
    ...(report.steps.length + report.extra.length === 0
      ? []
      : ['### Steps', codeBlock(renderSteps(report).join('\n'), 'text')]),
    ...(clusters ?? []).map((cluster) => codeBlock(renderCluster(cluster), 'text')),
    ...(log === undefined ? [] : ['### Log', codeBlock(renderLog(log).trim(), 'text')]),
    ...(notChecked.length === 0
      ? []
      : [
          '### Not checked',
          list(groupNotChecked(notChecked).map(({ what, why }) => prose(`${what} (${why})`))),
        ]),
    foot(report),
    ...(link === null ? [] : [`<${link}>`]),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function describeHop({ step, address }: NonNullable<Report['brokenStep']>): string {
  return address === null ? code(step) : `${code(step)} at ${code(address)}`;
}

function renderCause({ title, code: name, confidence, ...diagnosis }: Diagnosis): string {
  const { cause, remedy, evidence, next, docs } = diagnosis;
  const head = `### ${prose(title)} (${code(name)}, ${confidence})`;
  const points = [
    `**Cause:** ${sentence(cause)}`,
    renderRemedy(remedy),
    ...labelled('Evidence', evidence.map(code)),
    ...labelled('Look next', next.map(sentence)),
    `**More:** ${docs === null ? code(`jenkins-agent-probe explain ${name}`) : `<${docs}>`}`,
  ];
  return [head, points.join('\n\n')].join('\n\n');
}

/** A remedy as Markdown: steps as a list, YAML and commands as code blocks. */
function renderRemedy(remedy: string): string {
  const blocks = remedyParts(remedy).flatMap(blocksOfPart).join('\n\n');
  const tight = blocks.replaceAll(/^(\d+\. .*)\n\n(?=\d+\. )/gm, '$1\n');
  return `**Remedy:**${/^(?:`{3}|\d+\. )/.test(tight) ? '\n\n' : ' '}${tight}`;
}

function blocksOfPart({ number, text, copied }: RemedyPart): readonly string[] {
  const head = number === null ? '' : `${number}. `;
  const block = codeBlock(copied.join('\n'), '').replaceAll(/^/gm, ' '.repeat(head.length));
  return [...(text === '' ? [] : [`${head}${sentence(text)}`]), ...(copied.length === 0 ? [] : [block])];
}

function labelled(label: string, sentences: readonly string[]): readonly string[] {
  return sentences.length === 0 ? [] : [`**${label}:**\n\n${list(sentences)}`];
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

function foot({ startedAt, durationMs, scheduled, target, origin }: Report): string {
  const when = scheduled
    ? describeSchedule(startedAt)
    : `Diagnosed ${startedAt}${target === null ? '' : ` in ${formatMs(durationMs)}`}`;
  const way = target === null ? '' : `: ${describeTarget(target)}`;
  const from = origin === null ? '' : `, from ${describeOrigin(origin)}`;
  return prose(`${when}${way}${from}`);
}
