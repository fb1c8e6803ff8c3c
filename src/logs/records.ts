import { readClock } from './clock.ts';
import { isFrame, julHeadOf, julLevelOf, oneLineHeadOf } from './head.ts';
import { learnWrappings } from './learned-wrapping.ts';
import type { Severity } from './level-words.ts';
import { type RawLine, readLines } from './lines.ts';
import { type Unwrapped, unwrap, WRAPPINGS } from './wrapping.ts';

/** A line of a record. */
export interface LogLine {
  /** From 1, in the log as it was given. */
  readonly number: number;
  /** The message without head and level. */
  readonly text: string;
  /** As it stood, without what carried it. */
  readonly shown: string;
}

/** A message and the exceptions below it. */
export interface LogRecord {
  /** The message first, then its continuation: exceptions, causes, the answers of discovery. Never empty. */
  readonly lines: readonly LogLine[];
  /** What wrote it, as far as the log tells; empty where it does not. */
  readonly stream: string;
  /** The message is logged from here: `JnlpAgentEndpointResolver isPortVisible`; empty where the format has none. */
  readonly source: string;
  readonly level: Severity | null;
  /** A stack frame of `HostPort`, which parses the tunnel, is among the frames. */
  readonly inHostPort: boolean;
  /** Epoch milliseconds, to measure distances with (the zone may be wrong); null where the log has no times. */
  readonly time: () => number | null;
}

/** Lines of one record that are kept; a record is one message with its exceptions. */
const MAX_RECORD_LINES = 40;
/** A line of another program may come between the two lines of a message; more than these do not. */
const MAX_BETWEEN = 3;
const EXCEPTION = /^(?:[a-z]\w{0,60}\.){1,12}[\w$]{0,80}(?:Exception|Error|Throwable)\b/;
const CAUSE = /^\s{0,8}(?:Caused by|Caused|Suppressed|Also): /;
const DISCOVERY = /^ {2}(?:Agent address|Agent port|Identity): /;

/** The records of a log, each stream's in order. `cut` tells that the beginning of the log was left out. */
export function readRecords(log: string): { readonly records: readonly LogRecord[]; readonly cut: boolean } {
  const { lines, cut } = readLines(log);
  const known = lines.map(({ text }) => unwrap(text, WRAPPINGS));
  const learned = learnWrappings(known.map(({ text }) => text));
  const all = [...learned, ...WRAPPINGS];
  const unwrapped =
    learned.length === 0 ? known : lines.map(({ text }, index) => again(known[index], text, all));
  const assembly = new Assembly();
  for (const [index, line] of unwrapped.entries()) assembly.add(lines[index]?.number ?? 0, line);
  return { records: assembly.finish(), cut };
}

function again(known: Unwrapped | undefined, raw: string, wrappings: typeof WRAPPINGS): Unwrapped {
  const { text, stream, stamp } = unwrap(known?.text ?? raw, wrappings);
  const streams = [known?.stream ?? '', stream].filter((each) => each !== '');
  return { text, stream: streams.join(' '), stamp: stamp === '' ? (known?.stamp ?? '') : stamp };
}

interface Open {
  readonly lines: LogLine[];
  readonly stream: string;
  readonly source: string;
  readonly date: string;
  readonly time: () => number | null;
  level: Severity | null;
  inHostPort: boolean;
}

interface PendingHead {
  readonly number: number;
  readonly source: string;
  readonly date: string;
  readonly shown: string;
  between: number;
}

/** Puts lines together to records, the lines of each stream by themselves. */
class Assembly {
  readonly #records: Open[] = [];
  readonly #open = new Map<string, Open>();
  readonly #heads = new Map<string, PendingHead>();

  add(number: number, { text, stream, stamp }: Unwrapped): void {
    for (const part of text.includes('\n') ? text.split('\n', MAX_RECORD_LINES) : [text]) {
      this.#add({ number, text: part }, stream, stamp);
    }
  }

  finish(): readonly LogRecord[] {
    return this.#records;
  }

  #add({ number, text }: RawLine, stream: string, stamp: string): void {
    const open = this.#open.get(stream);
    if (isFrame(text)) {
      if (open !== undefined && text.includes('.HostPort.')) open.inHostPort = true;
      return;
    }
    const head = this.#heads.get(stream);
    if (head !== undefined && this.#completes(head, number, text, stream, stamp)) return;
    if (open !== undefined && continues(text)) {
      if (open.lines.length < MAX_RECORD_LINES) open.lines.push({ number, text, shown: text });
      return;
    }
    const jul = julHeadOf(text);
    if (jul !== null) {
      this.#heads.set(stream, { number, ...jul, shown: text, between: 0 });
      this.#open.delete(stream);
      return;
    }
    const one = oneLineHeadOf(text) ?? bareHead(text);
    this.#begin(number, text, one.message, stream, { ...one, date: stamp === '' ? one.date : stamp });
  }

  /** The second line of a message; lines of other programs may come between. */
  #completes(head: PendingHead, number: number, text: string, stream: string, stamp: string): boolean {
    const second = julLevelOf(text);
    if (second === null) {
      head.between += 1;
      if (head.between > MAX_BETWEEN) this.#heads.delete(stream);
      return false;
    }
    this.#heads.delete(stream);
    const date = head.date === '' ? stamp : head.date;
    this.#begin(number, text, second.message, stream, { source: head.source, level: second.level, date });
    return true;
  }

  #begin(
    number: number,
    shown: string,
    text: string,
    stream: string,
    { source, level, date }: Pick<Open, 'source' | 'level' | 'date'>,
  ): void {
    const time = lazily(() => readClock(date));
    const lines = [{ number, text, shown }];
    const record: Open = { lines, stream, source, level, date, time, inHostPort: false };
    this.#records.push(record);
    this.#open.set(stream, record);
  }
}

function continues(text: string): boolean {
  return CAUSE.test(text) || DISCOVERY.test(text) || EXCEPTION.test(text);
}

/** A message that was pasted without its first line, or that is no message of a logger. */
function bareHead(text: string): { source: string; level: Severity | null; date: string; message: string } {
  const level = julLevelOf(text);
  return level === null || level.level === null
    ? { source: '', level: null, date: '', message: text }
    : { source: '', ...level, date: '' };
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
