import { isPartial, joinPartial, MAX_LINE, type RawLine } from './partial-lines.ts';

/** Only the last part of a longer log is read: the latest attempt matters. */
export const MAX_LOG_CHARACTERS = 10 * 1024 * 1024;
/** Very short lines would create too many records: only this many last lines are read. */
export const MAX_LOG_LINES = 300_000;
/** A JSON object around a line has more fields than the message. */
const MAX_ENVELOPE = 256 * 1024;

/**
 * The lines of a log without colours and line ends, in order; consecutive empty lines become one. `cut`: the start of the
 * log was left out.
 */
export function readLines(log: string): { readonly lines: Iterable<RawLine>; readonly cut: boolean } {
  const start = startOfLastLines(log, log.length > MAX_LOG_CHARACTERS ? startOfLastPart(log) : 0);
  return { lines: joinPartial(linesFrom(log, start)), cut: start > 0 };
}

function* linesFrom(log: string, start: number): Generator<RawLine> {
  let number = 1 + countLines(log, start);
  let wasEmpty = false;
  for (let at = start; at < log.length; number += 1) {
    const newline = log.indexOf('\n', at);
    const end = newline < 0 ? log.length : newline;
    const empty = isEmpty(log, at, end);
    const most = log.charCodeAt(at) === BRACE ? MAX_ENVELOPE : MAX_LINE;
    if (!empty || !wasEmpty) yield { number, text: clean(log.slice(at, Math.min(end, at + most))) };
    wasEmpty = empty;
    at = end + 1;
  }
}

/** The position after the first line end of the last part; inside the line if it is longer than that part. */
function startOfLastPart(log: string): number {
  const from = log.length - MAX_LOG_CHARACTERS;
  const newline = log.indexOf('\n', from);
  return newline < 0 ? from : newline + 1;
}

/** The start of the last non-empty lines that are read, not before a position. */
function startOfLastLines(log: string, from: number): number {
  let end = log.endsWith('\n') ? log.length - 1 : log.length;
  for (let count = 0; end > from; ) {
    const newline = log.lastIndexOf('\n', end - 1);
    if (newline < from) return from;
    if (!isEmpty(log, newline + 1, end)) count += 1;
    if (count === MAX_LOG_LINES) return newline + 1;
    end = newline;
  }
  return from;
}

function isEmpty(log: string, start: number, end: number): boolean {
  return end === start || (end === start + 1 && log.charCodeAt(start) === RETURN);
}

function countLines(log: string, end: number): number {
  let count = 0;
  for (let at = log.indexOf('\n'); at >= 0 && at < end; at = log.indexOf('\n', at + 1)) count += 1;
  return count;
}

const RETURN = 13;
const BRACE = 123;

// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence starts with one.
const ANSI = /\u001b\[[0-9;?]{0,16}[A-Za-z]/g;

function clean(text: string): string {
  const plain = text.includes('\u001b') ? text.replace(ANSI, '') : text;
  return isPartial(plain) ? plain : plain.trimEnd();
}
