import { oneLine } from '../model/scrub.ts';

/** Characters with a meaning in Markdown wherever they are; an underscore has none inside a word. */
const SPECIAL = /[\\`*[\]<>|~&@]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;

/** A text as Markdown that reads the same: one line, nothing in it is a link, an image, HTML or a mention. */
export function prose(text: string): string {
  return escaped(oneLine(text, 2000), true);
}

/** The same for a text of the program with code between backticks: that becomes code spans. */
export function sentence(text: string): string {
  return oneLine(text, 2000)
    .split(/`([^`]+)`/)
    .map((part, index) => (index % 2 === 1 ? code(part) : escaped(part, index === 0)))
    .join('');
}

/** @param first at the start of a line, where a few more characters have a meaning */
function escaped(text: string, first: boolean): string {
  const inside = text.replace(SPECIAL, '\\$&');
  return first ? inside.replace(/^([#+=-])/, '\\$1').replace(/^(\d+)([.)])/, '$1\\$2') : inside;
}

/** A text as a code span, whatever backticks it holds. */
export function code(text: string): string {
  const line = oneLine(text, 500);
  if (line === '') return '';
  const fence = '`'.repeat(longestRun(line) + 1);
  // One space on each side is taken off again by the reader.
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** Lines as a code block that no line can end. */
export function codeBlock(text: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text.replace(/\n+$/, '')}\n${fence}`;
}

/** The length of the longest run of backticks. */
function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
