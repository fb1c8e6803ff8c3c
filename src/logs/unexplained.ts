import { quote } from './mask.ts';
import type { LogRecord } from './records.ts';

/** The last message about a problem that no known message explains. */
export interface Unexplained {
  readonly line: number;
  readonly quote: string;
  /** The exceptions below it, outermost first. */
  readonly causes: readonly string[];
}

/** The end of a process, in the messages of any program. Stopping one (SIGTERM, SIGINT) is not a problem. */
const ENDED =
  /\bKilled\b|OOM[- ]?[Kk]ill|oom-kill|code=(?:killed|dumped)(?!, status=(?:15\/TERM|2\/INT))|core dumped|Exception in thread "|OutOfMemoryError|exit(?:ed with)? code (?!0\b|130\b|143\b)\d/;
const TROUBLE =
  /\b(?:SEVERE|ERROR|FATAL|[Ff]ail(?:ed|ure)|[Rr]efused|[Dd]enied|[Ff]orbidden|[Rr]ejected|[Tt]imed out|[Ee]victed|[Bb]ack-off|[Uu]nable to|[Cc]ould not|[Cc]annot)\b|\[(?:error|crit|alert|emerg)\]|(?:Exception|Error)\b/;
/** Messages of Java at every start. */
const HARMLESS = /^(?:System::|A terminally deprecated|An illegal reflective|Please consider reporting)/;
const MAX_CAUSES = 8;

/** The last SEVERE message, or else the last WARNING or exception, with its causes; null without one. */
export function lastTrouble(records: readonly LogRecord[]): Unexplained | null {
  const last =
    records.findLast(({ level }) => level === 'severe') ?? records.findLast((record) => isTrouble(record));
  const [first, ...causes] = last?.lines ?? [];
  if (first === undefined) return null;
  return {
    line: first.number,
    quote: quote(first.shown),
    causes: causes.slice(0, MAX_CAUSES).map(({ text }) => quote(text.trim())),
  };
}

/** True if a record reports an unintended end of a process. */
export function tellsOfEnd({ lines }: LogRecord): boolean {
  return lines.some(({ text }) => ENDED.test(text));
}

function isTrouble({ level, lines }: LogRecord): boolean {
  if (lines.some(({ text }) => HARMLESS.test(text))) return false;
  return level === 'warning' || lines.some(({ text }) => TROUBLE.test(text) || ENDED.test(text));
}
