/** The last part of a longer log is read: the latest attempt is what matters. */
export const MAX_LOG_CHARACTERS = 10 * 1024 * 1024;
/** Longer lines are cut: no known message is nearly as long. */
const MAX_LINE = 2000;

/** One line as it stands in the log. */
export interface RawLine {
  /** From 1, in the log as it was given. */
  readonly number: number;
  readonly text: string;
}

/** The lines of a log without colours and line ends, first to last. `cut` tells that the beginning was left out. */
export function readLines(log: string): { readonly lines: Iterable<RawLine>; readonly cut: boolean } {
  const cut = log.length > MAX_LOG_CHARACTERS;
  return { lines: linesFrom(log, cut ? startOfLastPart(log) : 0), cut };
}

function* linesFrom(log: string, start: number): Generator<RawLine> {
  let number = 1 + countLines(log, start);
  for (let at = start; at < log.length; number += 1) {
    const newline = log.indexOf('\n', at);
    const end = newline < 0 ? log.length : newline;
    yield { number, text: clean(log.slice(at, Math.min(end, at + MAX_LINE))) };
    at = end + 1;
  }
}

/** After the first line end of the last part; in the middle of a line that is longer than all of it. */
function startOfLastPart(log: string): number {
  const from = log.length - MAX_LOG_CHARACTERS;
  const newline = log.indexOf('\n', from);
  return newline < 0 ? from : newline + 1;
}

function countLines(log: string, end: number): number {
  let count = 0;
  for (let at = log.indexOf('\n'); at >= 0 && at < end; at = log.indexOf('\n', at + 1)) count += 1;
  return count;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one.
const ANSI = /\u001b\[[0-9;?]{0,16}[A-Za-z]/g;

function clean(text: string): string {
  const plain = text.includes('\u001b') ? text.replace(ANSI, '') : text;
  return plain.trimEnd();
}
