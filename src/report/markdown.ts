import { oneLine } from '../model/scrub.ts';

/** Characters with a meaning in Markdown. An underscore has no meaning inside a word. */
const SPECIAL = /[\\`*[\]<>|~&@]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;

/** A text escaped for Markdown, on one line: no links, images, HTML or mentions. */
export function prose(text: string): string {
  return escaped(oneLine(text, 2000), true);
}

/** The same, but text between backticks becomes a code span. */
export function sentence(text: string): string {
  return oneLine(text, 2000)
    .split(/`([^`]+)`/)
    .map((part, index) => (index % 2 === 1 ? code(part) : escaped(part, index === 0)))
    .join('');
}

/** @param first at the start of a line, where more characters have a meaning */
function escaped(text: string, first: boolean): string {
  const inside = text.replace(SPECIAL, '\\$&');
  return first ? inside.replace(/^([#+=-])/, '\\$1').replace(/^(\d+)([.)])/, '$1\\$2') : inside;
}

/** A text as a code span, also if it contains backticks. */
export function code(text: string): string {
  const line = oneLine(text, 500);
  if (line === '') return '';
  const fence = '`'.repeat(longestRun(line) + 1);
  // CommonMark removes one space on each side.
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** Lines as a code block. Its fence is longer than any run of backticks inside. */
export function codeBlock(text: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text.replace(/\n+$/, '')}\n${fence}`;
}

/** The length of the longest run of backticks. */
function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
