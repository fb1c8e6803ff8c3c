import { isFrame, julHeadOf, julLevelOf } from './head.ts';
import type { Wrapping } from './wrapping.ts';

/** The number of lines that show how the rest is wrapped. */
export const LINES_TO_LEARN_FROM = 4000;
/** The number of lines that must agree. */
const AGREEING = 2;
const MAX_PREFIX = 400;
/** The distance to the second line of a message: lines of other containers may be in between. */
const NEAR = 8;
const MOST_FORMS = 5;
const FRAME_IN_LINE = /\s(?:\tat|\s{3,7}at) (?:[\w$.@/]{1,200})\.[\w$<>]{1,100}\(/;

/**
 * The wrappings of a log in an unknown form, learned from the log itself: the common start of the two lines of a
 * java.util.logging message, and the text before stack frames.
 */
export function learnWrappings(lines: readonly string[]): readonly Wrapping[] {
  const counts = new Map<string, number>();
  lines.forEach((line, index) => {
    const prefix = prefixOf(line, lines.slice(index + 1, index + 1 + NEAR));
    if (prefix === null) return;
    const form = formOf(prefix);
    counts.set(form, (counts.get(form) ?? 0) + 1);
  });
  return [...counts]
    .filter(([, count]) => count >= AGREEING)
    .sort(([a, first], [b, second]) => second - first || b.length - a.length)
    .slice(0, MOST_FORMS)
    .map(([form]) => ({ name: 'learned', starts: null, form: new RegExp(`^${form}`, 'u') }));
}

function prefixOf(line: string, next: readonly string[]): string | null {
  const frame = isFrame(line) ? null : FRAME_IN_LINE.exec(line.slice(0, MAX_PREFIX));
  if (frame !== null) return usable(line.slice(0, frame.index + 1));
  if (julHeadOf(line) === null) return null;
  for (const other of next) {
    const prefix = commonPrefix(line, other);
    if (julLevelOf(other.slice(prefix.length)) !== null) return usable(prefix);
  }
  return null;
}

/** The common start of two lines up to the end of a word, with all digits treated as equal. */
function commonPrefix(a: string, b: string): string {
  const most = Math.min(a.length, b.length, MAX_PREFIX);
  let length = 0;
  while (length < most && sameKind(a.charCodeAt(length), b.charCodeAt(length))) length += 1;
  while (length > 0 && a[length - 1] !== ' ' && a[length - 1] !== '\t') length -= 1;
  return a.slice(0, length);
}

function sameKind(a: number, b: number): boolean {
  return a === b || (isDigit(a) && isDigit(b));
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function usable(prefix: string): string | null {
  return prefix.trim() === '' ? null : prefix;
}

/** An expression for prefixes of the same shape: words with digits or paths vary, others do not. */
function formOf(prefix: string): string {
  const words = prefix.trimEnd().split(/\s+/);
  const shapes = words.map((word) => (/[\d/]/.test(word) ? shapeOf(word) : literal(word)));
  const stream = shapes.filter((_, index) => !/^\W?\d[\d:.TZ,+-]*\W?$/.test(words[index] ?? ''));
  return stream.length === 0
    ? `${shapes.join('\\s{1,8}')}(?:\\s|$)`
    : `(?<stream>${shapes.join('\\s{1,8}')})(?:\\s|$)`;
}

/** Brackets at the ends of a word are fixed, the rest may vary. */
function shapeOf(word: string): string {
  const [, before = '', after = ''] = /^(\W{0,2})[\s\S]*?(\W{0,2})$/.exec(word) ?? [];
  return `${literal(before)}\\S{0,300}?${literal(after)}`;
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
