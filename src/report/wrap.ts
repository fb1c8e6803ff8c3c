import { stripVTControlCharacters } from 'node:util';
import { WIDTH } from './style.ts';

/** In place of a space inside a code span, while a text is split into words. */
const JOINED = '\u0000';

/**
 * Breaks a text between words, so that each line and an indentation of `indent` columns fit into `width`. A code span
 * counts as one word. A word that is longer than a line gets its own line: readers copy paths and commands.
 */
export function wrap(text: string, indent: number, width = WIDTH): readonly string[] {
  if (isCopied(text)) return [text];
  const room = Math.max(20, width - indent);
  const lines: string[] = [];
  let line = '';
  const joined = text.replaceAll(/`[^`]+`/g, (span) => span.replaceAll(' ', JOINED));
  for (const each of joined.split(' ')) {
    const word = each.replaceAll(JOINED, ' ');
    if (line !== '' && columns(line) + 1 + columns(word) > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** True if a line is a command or YAML (or a comment in it) that readers copy as it is. */
export function isCopied(line: string): boolean {
  return /^(?: |#|kubectl |---$|(?:apiVersion|kind): |[a-z][A-Za-z]*:(?:$| [{["]))/.test(line);
}

/** A text after a head, with its further lines indented to the first. */
export function hang(head: string, text: string, width = WIDTH): string {
  const [first = '', ...rest] = wrap(text, head.length, width);
  return [`${head}${first}`, ...rest.map((line) => `${' '.repeat(head.length)}${line}`)].join('\n');
}

/** The width of a text in columns, without colours. */
function columns(text: string): number {
  return stripVTControlCharacters(text).length;
}
