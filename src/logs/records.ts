import { type Head, isFrame, julHeadOf, julLevelOf, oneLineHeadOf } from './head.ts';
import { LINES_TO_LEARN_FROM, learnWrappings } from './learned-wrapping.ts';
import type { LineSeverity } from './level-words.ts';
import { readLines } from './lines.ts';
import { MAX_LINE, type RawLine } from './partial-lines.ts';
import { readClock } from './timestamps.ts';
import { type Unwrapped, unwrap, WRAPPINGS, type Wrapping } from './wrapping.ts';

/** A line of a record. */
export interface LogLine {
  /** From 1, in the original log. */
  readonly number: number;
  /** The message without head and level. */
  readonly text: string;
  /** The original line without its wrappings. */
  readonly shown: string;
}

/** A message and the exceptions below it. */
export interface LogRecord {
  /** The message, then its continuation: exceptions, causes, answers of discovery. Never empty. */
  readonly lines: readonly LogLine[];
  /** The program that wrote it; empty if the log does not say. */
  readonly stream: string;
  /** Class and method of the message, `JnlpAgentEndpointResolver isPortVisible`; empty if the format has none. */
  readonly source: string;
  readonly level: LineSeverity | null;
  /** True if the stack trace contains `HostPort`, which parses the tunnel. */
  readonly inHostPort: boolean;
  /** Epoch milliseconds for distances only (the time zone may be wrong); null without times. */
  readonly time: number | null;
  /** The clock of that time: the program's, or the log transport's. The two must not be compared. */
  readonly clock: 'own' | 'carrier';
}

/** The maximum number of lines of a record. */
const MAX_RECORD_LINES = 40;
/** The maximum number of foreign lines between the two lines of a message. */
const MAX_BETWEEN = 3;
const EXCEPTION = /^(?:[a-z]\w{0,60}\.){1,12}[\w$]{0,80}(?:Exception|Error|Throwable)\b/;
const CAUSE = /^\s{0,8}(?:Caused by|Caused|Suppressed|Also): /;
const DISCOVERY = /^ {2}(?:Agent address|Agent port|Identity): /;

/** The records of a log, in order within each stream. `cut`: the start of the log was left out. */
export function readRecords(log: string): { readonly records: readonly LogRecord[]; readonly cut: boolean } {
  const { lines, cut } = readLines(log);
  const first: string[] = [];
  const assembly = new Assembly();
  let learned: readonly Wrapping[] | null = null;
  const held: RawLine[] = [];
  for (const line of lines) {
    if (learned !== null) {
      assembly.add(line.number, unwrapAll(line.text, learned));
      continue;
    }
    held.push(line);
    first.push(unwrap(line.text, WRAPPINGS).text);
    if (held.length < LINES_TO_LEARN_FROM) continue;
    learned = learnWrappings(first);
    for (const each of held) assembly.add(each.number, unwrapAll(each.text, learned));
  }
  if (learned === null) {
    learned = learnWrappings(first);
    for (const each of held) assembly.add(each.number, unwrapAll(each.text, learned));
  }
  return { records: assembly.finish(), cut };
}

/** Lines without known wrappings, and without the wrappings learned from the rest. */
function unwrapAll(raw: string, learned: readonly Wrapping[]): Unwrapped {
  const known = unwrap(raw, WRAPPINGS);
  if (learned.length === 0) return known;
  const { text, stream, stamp } = unwrap(known.text, learned);
  if (text === known.text) return known;
  const inner = unwrap(text, WRAPPINGS);
  const streams = [known.stream, stream, inner.stream].filter((each) => each !== '');
  const stamps = [inner.stamp, stamp, known.stamp].filter((each) => each !== '');
  return { text: inner.text, stream: streams.join(' '), stamp: stamps[0] ?? '' };
}

interface PendingHead extends Omit<Head, 'message'> {
  between: number;
}

/** A record while its lines are read. Its time is parsed on demand. */
class OpenRecord implements LogRecord {
  readonly lines: LogLine[];
  readonly stream: string;
  readonly source: string;
  readonly level: LineSeverity | null;
  readonly clock: 'own' | 'carrier';
  inHostPort = false;
  readonly #date: string;
  #time: number | null | undefined;

  constructor(
    line: LogLine,
    stream: string,
    { source, level, date }: Omit<Head, 'message'>,
    clock: 'own' | 'carrier',
  ) {
    this.lines = [line];
    this.stream = stream;
    this.source = source;
    this.level = level;
    this.#date = date;
    this.clock = clock;
  }

  get time(): number | null {
    if (this.#time === undefined) this.#time = this.#date === '' ? null : readClock(this.#date);
    return this.#time;
  }
}

/** Groups the lines of each stream into records. */
class Assembly {
  readonly #records: OpenRecord[] = [];
  readonly #open = new Map<string, OpenRecord>();
  readonly #heads = new Map<string, PendingHead>();

  add(number: number, { text, stream, stamp }: Unwrapped): void {
    if (!text.includes('\n')) {
      this.#add(number, text.slice(0, MAX_LINE), stream, stamp);
      return;
    }
    for (const part of text.split('\n', MAX_RECORD_LINES)) {
      this.#add(number, part.slice(0, MAX_LINE), stream, stamp);
    }
  }

  finish(): readonly LogRecord[] {
    return this.#records;
  }

  #add(number: number, text: string, stream: string, stamp: string): void {
    const open = this.#open.get(stream);
    if (isFrame(text)) {
      if (open !== undefined && text.includes('.HostPort.')) open.inHostPort = true;
      return;
    }
    const head = this.#heads.get(stream);
    if (head !== undefined && this.#completes(head, number, text, stream)) return;
    if (open !== undefined && continues(text)) {
      if (open.lines.length < MAX_RECORD_LINES) open.lines.push({ number, text, shown: text });
      return;
    }
    const jul = julHeadOf(text);
    if (jul !== null) {
      this.#heads.set(stream, { ...jul, between: 0 });
      this.#open.delete(stream);
      return;
    }
    const one = oneLineHeadOf(text) ?? bareHead(text);
    const { source, level, date, message } = one;
    const clock = stamp === '' ? 'own' : 'carrier';
    this.#begin(
      { number, text: message, shown: text },
      stream,
      { source, level, date: stamp === '' ? date : stamp },
      clock,
    );
  }

  /** The second line of a message. Lines of other programs may be in between. */
  #completes(head: PendingHead, number: number, text: string, stream: string): boolean {
    const second = head.level === null ? julLevelOf(text) : { level: head.level, message: text };
    if (second === null) {
      head.between += 1;
      if (head.between > MAX_BETWEEN) this.#heads.delete(stream);
      return false;
    }
    this.#heads.delete(stream);
    const { source, date } = head;
    const line = { number, text: second.message, shown: text };
    this.#begin(line, stream, { source, level: second.level, date }, 'own');
    return true;
  }

  #begin(line: LogLine, stream: string, head: Omit<Head, 'message'>, clock: 'own' | 'carrier'): void {
    const record = new OpenRecord(line, stream, head, clock);
    this.#records.push(record);
    this.#open.set(stream, record);
  }
}

function continues(text: string): boolean {
  return CAUSE.test(text) || DISCOVERY.test(text) || EXCEPTION.test(text);
}

/** True for a message without its first line, and for text that no logger wrote. */
function bareHead(text: string): Head {
  const level = julLevelOf(text);
  return level === null || level.level === null
    ? { source: '', level: null, date: '', message: text }
    : { source: '', ...level, date: '' };
}
