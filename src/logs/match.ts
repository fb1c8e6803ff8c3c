import { meaningOfFailure } from './messages/java-words.ts';
import type { Context, Door, LogMessage, Meaning } from './messages/message.ts';
import { MESSAGES } from './messages/table.ts';
import type { LogLine, LogRecord } from './records.ts';

/** A message of the table that a record holds. */
export interface Match {
  readonly message: LogMessage;
  readonly meaning: Meaning;
  readonly line: LogLine;
}

/** What a match depends on beside the record itself. */
export type Surroundings = Pick<
  Context,
  'connected' | 'portCheck' | 'dismissed' | 'spokenForMs' | 'seen' | 'triedJnlp4'
>;

interface Compiled {
  readonly message: LogMessage;
  readonly parts: readonly string[];
}

/** Every message is found by this many characters in a row that only few messages have. */
const GRAM = 5;
const BUCKETS = 1 << 14;

const INDEX = indexOf(MESSAGES);

function indexOf(messages: readonly LogMessage[]): ReadonlyMap<number, readonly Compiled[]> {
  const index = new Map<number, Compiled[]>();
  for (const message of messages) {
    const parts = message.text.split('…');
    const longest = parts.reduce((best, part) => (part.length > best.length ? part : best), '');
    const grams = Array.from({ length: longest.length - GRAM + 1 }, (_, at) => hashAt(longest, at));
    const [rarest = 0] = grams.sort((a, b) => (index.get(a)?.length ?? 0) - (index.get(b)?.length ?? 0));
    index.set(rarest, [...(index.get(rarest) ?? []), { message, parts }]);
  }
  return index;
}

const FILLED = Uint8Array.from({ length: BUCKETS }, (_, hash) => (INDEX.has(hash) ? 1 : 0));

/** A number for the {@link GRAM} characters at a place of a text. */
function hashAt(text: string, at: number): number {
  const a = text.charCodeAt(at) | 0;
  const b = text.charCodeAt(at + 1) | 0;
  const c = text.charCodeAt(at + 2) | 0;
  const d = text.charCodeAt(at + 3) | 0;
  const e = text.charCodeAt(at + 4) | 0;
  return ((((a * 31 + b) * 31 + c) * 31 + d) * 31 + e) & (BUCKETS - 1);
}

/** The messages that a line may hold, each once. */
function candidatesIn(line: string): readonly Compiled[] {
  let found: Set<Compiled> | null = null;
  for (let at = 0; at + GRAM <= line.length; at += 1) {
    const hash = hashAt(line, at);
    if (FILLED[hash] === 0) continue;
    found ??= new Set();
    for (const each of INDEX.get(hash) ?? []) found.add(each);
  }
  return found === null ? [] : [...found];
}

/**
 * The weightiest message in a record; of equals the last one, which is the root of a chain of causes. null where none
 * is known.
 * @param fromAgent whether an agent wrote the record
 */
export function matchOf(record: LogRecord, fromAgent: boolean, state: Surroundings): Match | null {
  let best: Match | null = null;
  for (const line of record.lines) {
    for (const { message, parts } of candidatesIn(line.text)) {
      if (best !== null && message.weight < best.message.weight) continue;
      if (message.agentOnly && !fromAgent) continue;
      const gaps = gapsIn(line.text, parts);
      if (gaps === null) continue;
      const meaning = meaningOf(message, { ...state, gaps, ...contextOf(record) });
      if (meaning === null) continue;
      const better = best === null || message.weight > best.message.weight || line !== best.line;
      if (better) best = { message, meaning, line };
    }
  }
  return best === null || best.message.weight === 1 ? (tunnelMatch(record) ?? best) : best;
}

function meaningOf({ means }: LogMessage, context: Context): Meaning | null {
  return 'judge' in means ? means.judge(context) : means;
}

function contextOf(record: LogRecord): Pick<Context, 'source' | 'words' | 'failure'> {
  const words = record.lines.map(({ text }) => text).join('\n');
  return { source: record.source, words, failure: (door: Door) => meaningOfFailure(words, door) };
}

/** The texts between the parts of a message when the line has all of them in order, else null. */
function gapsIn(line: string, parts: readonly string[]): readonly string[] | null {
  const [first = ''] = parts;
  const start = line.indexOf(first);
  if (start < 0) return null;
  // A message that begins with a gap has what stands before it as its first.
  const gaps: string[] = [];
  let at = start + first.length;
  for (const part of parts.slice(1)) {
    const next = part === '' ? line.length : line.indexOf(part, at);
    if (next < 0) return null;
    gaps.push(line.slice(at, next));
    at = next + part.length;
  }
  return gaps;
}

/** `HostPort` fails on an empty tunnel, and on a port that is no number, with exceptions that do not say so. */
function tunnelMatch(record: LogRecord): Match | null {
  if (!record.inHostPort) return null;
  const message = MESSAGES.find(({ source }) => source.startsWith('HostPort'));
  if (message === undefined) return null;
  for (const line of record.lines) {
    if (/IndexOutOfBounds/.test(line.text)) return { message, meaning: ['tunnel-empty'], line };
    if (line.text.includes('NumberFormatException') || line.text.includes('Missing port.')) {
      return { message, meaning: ['tunnel-missing-port'], line };
    }
  }
  return null;
}
