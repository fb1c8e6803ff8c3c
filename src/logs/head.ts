import { type LineSeverity, severityOf } from './level-words.ts';

/** The part of a line before its message. */
export interface Head {
  /** `Class method`, as far as the format names them; empty otherwise. */
  readonly source: string;
  readonly level: LineSeverity | null;
  /** The date as text; empty without one. */
  readonly date: string;
  readonly message: string;
}

const CLASS = /^(?:[a-z_][\w]{0,60}\.){1,12}[A-Z_$][\w$]{0,200}$/;
const METHOD = /^(?:[a-z_$][\w$]{0,100}|<init>|<clinit>)$/;
const FRAME = /^\s{1,8}(?:at |\.\.\. \d{1,6} (?:more|common frames omitted))/;
const BARE_FRAME = /^at (?:[\w$.@/]{1,300})\.[\w$<>]{1,100}\(/;

/** True if a line is a frame of a stack trace. */
export function isFrame(text: string): boolean {
  return FRAME.test(text) || BARE_FRAME.test(text);
}

/**
 * The head in the first of the two lines of a java.util.logging message, in any language: date, time, class and method;
 * null for any other line. Some formatters put the level there too; then the second line is only the message.
 */
export function julHeadOf(text: string): Omit<Head, 'message'> | null {
  const beforeMethod = text.lastIndexOf(' ');
  if (beforeMethod < 8 || text.length > 500) return null;
  const beforeClass = text.lastIndexOf(' ', beforeMethod - 1);
  if (beforeClass < 6) return null;
  const type = text.slice(beforeClass + 1, beforeMethod);
  if (!type.includes('.') || !CLASS.test(type)) return null;
  if (!METHOD.test(text.slice(beforeMethod + 1))) return null;
  const date = text.slice(0, beforeClass);
  if (!/\d[:.h]\d\d/.test(date) && !/\p{Nd}[:.]\p{Nd}\p{Nd}/u.test(date)) return null;
  const level = severityOf(date.slice(date.lastIndexOf(' ') + 1));
  return { source: text.slice(beforeClass + 1), level, date };
}

/** Level and message in the second line: a word in any language, a colon, the message; null for any other line. */
export function julLevelOf(text: string): Pick<Head, 'level' | 'message'> | null {
  const match = /^([\p{L}\p{M}]{1,24}(?: [\p{L}\p{M}]{1,12}){0,2}) ?[:：](?: |$)/u.exec(text);
  if (match === null) return null;
  return { level: severityOf(match[1] ?? ''), message: text.slice(match[0].length) };
}

// `[id=42]	INFO	h.TcpSlaveAgentListener$ConnectionHandler#run: message`
const CONTROLLER = /^\[id=\d{1,12}\]\s{1,12}([A-Z]{1,10})\s{1,12}(\S{1,300}?): ?/;
// A class of the agent, the controller or its plugins (packages may be shortened to letters), before its message.
const LOGGER =
  /(?:^|[\s[(])((?:hudson|jenkins|org\.jenkinsci|org\.csanchez|h|j|o)\.(?:[a-z]\w{0,40}\.){0,8}[A-Z][\w$]{0,100}(?:#[\w$<>]{1,60})?)(?=[\s\])\]:,-]|$)/;
/** The logger is within this many characters; after that it is part of the message. */
const HEAD_LENGTH = 200;
/** With more words before it, a class is part of a message. */
const MAX_HEAD_WORDS = 4;
const BEHIND_LOGGER = /^[\])]?(?:\s?[[(][^\])]{0,80}[\])])?(?:\s{0,4}(?:-{1,3}|:|=>|\|)\s{1,4}|:$|\s+)/;

/** The head of a one-line message; null without a known head. */
export function oneLineHeadOf(text: string): Head | null {
  const controller = CONTROLLER.exec(text);
  if (controller !== null) {
    const [whole, level = '', source = ''] = controller;
    return { source, level: severityOf(level), date: '', message: text.slice(whole.length) };
  }
  return loggerHeadOf(text);
}

function loggerHeadOf(text: string): Head | null {
  const match = LOGGER.exec(text.length > HEAD_LENGTH ? text.slice(0, HEAD_LENGTH) : text);
  if (match === null) return null;
  const [whole, type = ''] = match;
  const before = text.slice(0, match.index);
  if (wordsIn(before) > MAX_HEAD_WORDS) return null;
  const level = levelAmong(before);
  const end = match.index + whole.length;
  const gap = BEHIND_LOGGER.exec(text.slice(end))?.[0];
  // Without a level or a time before it, the class is part of the message.
  if (gap === undefined || (level === null && !/\d:\d\d/.test(before))) return null;
  const rest = text.slice(end + gap.length);
  const method = gap.trim() === '' ? (/^([a-z<][\w$<>]{1,60}):? /.exec(rest)?.[1] ?? '') : '';
  const message = method === '' ? rest : rest.slice(method.length).replace(/^:? /, '');
  return {
    source: method === '' ? type.replace('#', ' ') : `${type} ${method}`,
    level: level ?? levelAmong(message.slice(0, 20)),
    date: before,
    message: julLevelOf(message)?.level === undefined ? message : withoutLevel(message),
  };
}

/** The number of words outside brackets. A head has few (month, AM/PM, level, thread); a sentence has more. */
function wordsIn(text: string): number {
  return text.replace(/[[(][^\])]{0,120}[\])]/g, '').match(/\p{L}{2,}/gu)?.length ?? 0;
}

function withoutLevel(message: string): string {
  const level = julLevelOf(message);
  return level !== null && level.level !== null ? level.message : message;
}

function levelAmong(text: string): LineSeverity | null {
  for (const [word] of text.matchAll(/[\p{L}\p{M}]{2,20}/gu)) {
    const level = severityOf(word);
    if (level !== null) return level;
  }
  return null;
}
