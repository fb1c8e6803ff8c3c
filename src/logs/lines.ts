/** The last part of a longer log is read: the latest attempt is what matters. */
export const MAX_LOG_CHARACTERS = 10 * 1024 * 1024;
/** No message that is looked for comes near this; what is longer is cut. */
const MAX_LINE = 2000;
/** Lines of one record that are looked at; a record is one message with its exceptions. */
const MAX_RECORD_LINES = 40;

/** A line of a log without what was put before its message: container prefixes, times, colours. */
export interface LogLine {
  /** From 1, in the log as it was given. */
  readonly number: number;
  readonly text: string;
}

/** A message and the exceptions below it. */
export interface LogRecord {
  readonly lines: readonly LogLine[];
  /** Epoch milliseconds, to tell distances by (the zone may be wrong); null where the log has no times. */
  readonly time: number | null;
  /** The message is logged from here: `JnlpAgentEndpointResolver isPortVisible`; empty where the format has none. */
  readonly source: string;
  /** A stack frame of `HostPort`, which parses the tunnel, is among the frames. */
  readonly inHostPort: boolean;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one.
const ANSI = /\u001b\[[0-9;?]{0,16}[A-Za-z]/g;
// Before a message may stand: compose's `agent-1  | `, the journal's `Jun 01 12:00:00 host java[1]: `.
const COMPOSE = /^[\w.-]{1,80} {1,20}\| /;
const JOURNAL = /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]{1,80} [\w.-]{1,40}\[\d{1,10}\]: /;
// kubectl --timestamps, the build log's Timestamper, the controller's own format.
const ISO_TIME = /^\[?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?\]?\s{0,4}/;
// java.util.logging's own: `Jun 01, 2026 9:59:26 AM org.jenkinsci… isPortVisible`, its message on the next line.
const JUL_HEAD = /^([A-Z][a-z]{2} \d{1,2}, \d{4},? \d{1,2}:\d\d:\d\d[ \u202f][AP]M) (\S{1,300} \S{1,100})$/;
// The controller: `[id=42]	INFO	h.TcpSlaveAgentListener$ConnectionHandler#run: message`.
const CONTROLLER = /^\[id=\d{1,12}\]\s{1,4}([A-Z]{1,10})\s{1,4}(\S{1,300}): /;
const EXCEPTION = /^(?:[a-z]\w{0,60}\.){1,12}[\w$]{0,80}(?:Exception|Error)\b/;
const FRAME = /^\s{1,8}(?:at |\.\.\. \d{1,6} (?:more|common frames omitted))/;
const CAUSE = /^\s{0,8}(?:Caused by|Suppressed): /;
const LEVEL = /^(?:SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST): /;
const DISCOVERY = /^ {2}(?:Agent address|Agent port|Identity): /;

/** The records of a log, first to last, at a cost linear in its length. `cut` says that its beginning was left out. */
export function readRecords(log: string): { records: Iterable<LogRecord>; cut: boolean } {
  const from = log.length > MAX_LOG_CHARACTERS ? log.indexOf('\n', log.length - MAX_LOG_CHARACTERS) + 1 : 0;
  const cut = log.length > MAX_LOG_CHARACTERS;
  // One single line of more than the limit: its last part.
  const start = cut && from === 0 ? log.length - MAX_LOG_CHARACTERS : from;
  return { records: recordsOf(log, start), cut };
}

interface OpenRecord {
  readonly lines: LogLine[];
  readonly time: number | null;
  readonly source: string;
  inHostPort: boolean;
  /** The head of java.util.logging was read; its message is still to come. */
  headOnly: boolean;
}

function* recordsOf(log: string, start: number): Generator<LogRecord> {
  let open: OpenRecord | null = null;
  for (const { number, raw } of linesOf(log, start)) {
    const { text, time } = strip(raw);
    if (FRAME.test(text)) {
      if (open !== null && text.includes('.HostPort.')) open.inHostPort = true;
      continue;
    }
    const line = { number, text };
    if (open !== null && continues(open, text)) {
      if (open.lines.length < MAX_RECORD_LINES) open.lines.push(line);
      open.headOnly = false;
      continue;
    }
    if (open !== null) yield open;
    open = begin(line, time);
  }
  if (open !== null) yield open;
}

function continues(open: OpenRecord, text: string): boolean {
  if (open.headOnly) return LEVEL.test(text);
  return CAUSE.test(text) || DISCOVERY.test(text) || (EXCEPTION.test(text) && open.lines.length > 0);
}

function begin(line: LogLine, time: number | null): OpenRecord {
  const head = JUL_HEAD.exec(line.text);
  if (head !== null) {
    const parsed = Date.parse(`${(head[1] ?? '').replace('\u202f', ' ')} UTC`);
    const at = Number.isNaN(parsed) ? time : parsed;
    return { lines: [], time: at, source: head[2] ?? '', inHostPort: false, headOnly: true };
  }
  const controller = CONTROLLER.exec(line.text);
  if (controller !== null) {
    const text = `${controller[1]}: ${line.text.slice(controller[0].length)}`;
    const lines = [{ number: line.number, text }];
    return { lines, time, source: controller[2] ?? '', inHostPort: false, headOnly: false };
  }
  return { lines: [line], time, source: '', inHostPort: false, headOnly: false };
}

function* linesOf(log: string, start: number): Generator<{ number: number; raw: string }> {
  let number = 1 + countLines(log, start);
  for (let at = start; at < log.length; number += 1) {
    const newline = log.indexOf('\n', at);
    const end = newline < 0 ? log.length : newline;
    yield { number, raw: log.slice(at, Math.min(end, at + MAX_LINE)) };
    at = end + 1;
  }
}

function countLines(log: string, end: number): number {
  let count = 0;
  for (let at = log.indexOf('\n'); at >= 0 && at < end; at = log.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** Takes off what runtimes and viewers put before a line. Every expression here is anchored and bounded. */
function strip(raw: string): { text: string; time: number | null } {
  let text = dockerMessage(raw.replace(ANSI, '')).trimEnd();
  text = text.replace(COMPOSE, '').replace(JOURNAL, '');
  let time: number | null = null;
  // A controller's log read with timestamps has two: the last one is the log's own.
  for (let round = 0; round < 2; round += 1) {
    const iso = ISO_TIME.exec(text);
    if (iso === null) break;
    const [whole, day, clock, fraction = '0', zone = 'Z'] = iso;
    const parsed = Date.parse(`${day}T${clock}.${fraction.slice(0, 3).padEnd(3, '0')}${zone}`);
    if (!Number.isNaN(parsed)) time = parsed;
    // The indentation of a stack frame is a part of the line.
    text = text.slice(whole.trimEnd().length).replace(/^ /, '');
    text = text.trimStart().startsWith('[id=') ? text.trimStart() : text;
  }
  return { text, time };
}

/** The line inside Docker's `json-file` format; anything else as it is. */
function dockerMessage(raw: string): string {
  if (!raw.startsWith('{"log":"')) return raw;
  try {
    const parsed: unknown = JSON.parse(raw);
    return parsed !== null && typeof parsed === 'object' && 'log' in parsed && typeof parsed.log === 'string'
      ? parsed.log
      : raw;
  } catch {
    return raw;
  }
}
