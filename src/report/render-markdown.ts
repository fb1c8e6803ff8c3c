import type { Diagnosis } from '../catalogue/diagnosis.ts';
import { groupNotChecked } from './group-not-checked.ts';
import { code, codeBlock, prose } from './markdown.ts';
import { renderLog } from './render-log.ts';
import { describeOrigin, describeTarget } from './render-origin.ts';
import { formatMs, renderCluster, renderSteps } from './render-report.ts';
import type { Report } from './report.ts';
import { isCopied } from './wrap.ts';

/** Facts about a report that are not in it. */
interface TicketContext {
  /** When the state began, ISO 8601; null where nobody watched. */
  readonly since?: string | null;
  /** Where the report can be read again, an absolute URL. */
  readonly link?: string | null;
}

/**
 * A report as Markdown for a ticket: verdict and causes first, then the steps and what was not checked. It is CommonMark
 * and reads well unrendered. What peers said is in code spans and code blocks, so nothing of it becomes a link or HTML.
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
    `**Cause:** ${prose(cause)}`,
    ...renderRemedy(remedy),
    ...labelled('Evidence', evidence.map(code)),
    ...labelled('Look next', next.map(prose)),
    `**More:** ${docs === null ? code(`jenkins-agent-probe explain ${name}`) : `<${docs}>`}`,
  ];
  return [head, points.join('\n\n')].join('\n\n');
}

/** Sentences as such; YAML and commands as blocks that can be copied. */
function renderRemedy(remedy: string): readonly string[] {
  const lines = remedy.split('\n');
  const blocks: string[] = [];
  let copied: string[] = [];
  const flush = () => {
    if (copied.length > 0) blocks.push(codeBlock(copied.join('\n'), ''));
    copied = [];
  };
  for (const line of lines) {
    if (isCopied(line)) {
      copied.push(line);
      continue;
    }
    flush();
    if (line.trim() !== '') blocks.push(prose(line));
  }
  flush();
  const [first = ''] = blocks;
  return first.startsWith('```') ? ['**Remedy:**', ...blocks] : [`**Remedy:** ${first}`, ...blocks.slice(1)];
}

function labelled(label: string, sentences: readonly string[]): readonly string[] {
  return sentences.length === 0 ? [] : [`**${label}:**\n\n${list(sentences)}`];
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

function foot({ startedAt, durationMs, target, origin }: Report): string {
  const way = target === null ? '' : `: ${describeTarget(target)}`;
  const from = origin === null ? '' : `, from ${describeOrigin(origin)}`;
  return prose(`Diagnosed ${startedAt} in ${formatMs(durationMs)}${way}${from}`);
}
