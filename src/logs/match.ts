import { meaningOfFailure } from './messages/java-words.ts';
import type { Context, LogEntrypoint, LogMessage, Meaning } from './messages/message.ts';
import { MESSAGES } from './messages/message-table.ts';
import { isOwnOfBuild } from './plugin-frames.ts';
import type { LogLine, LogRecord } from './records.ts';

/** A known message in a record. */
export interface Match {
  readonly message: LogMessage;
  readonly meaning: Meaning;
  readonly line: LogLine;
}

/** The context of a match besides the record itself. */
export type Surroundings = Pick<
  Context,
  | 'connected'
  | 'portCheck'
  | 'dismissed'
  | 'spokenForMs'
  | 'entrypoint'
  | 'inAgentPod'
  | 'seen'
  | 'whole'
  | 'triedJnlp4'
>;

/** The possible writers of a record. Output of a build's commands is not a message of an agent. */
export type Writer = 'agent' | 'any' | 'a command of a build';

interface Compiled {
  readonly message: LogMessage;
  readonly parts: readonly string[];
}

/** Every message is found by this many consecutive characters, the rarest ones in logs. */
const GRAM = 5;
const BUCKETS = 1 << 14;
/** Frequent texts of agents and controllers: characters from here do not identify a message. */
const COMMON =
  'INFO: WARNING: hudson.remoting.Launcher$CuiListener status Setting up agent: Using Remoting version: ' +
  'Locating server among [https://jenkins.example.com/] Remoting server accepts the following protocols: ' +
  'Agent discovery successful Agent address: Agent port: 50000 Identity: Handshaking Trying protocol: JNLP4-connect ' +
  'Connecting to Remote identity confirmed: Connected Terminated Waiting for ProtocolStack to start. java.io.IOException ' +
  'org.jenkinsci.remoting.engine.JnlpAgentEndpointResolver resolve [JNLP4-connect connection to jenkins.example.com] ' +
  'Connection failed: null Accepted JNLP4-connect connection from Could not locate server among waiting seconds before retry ' +
  'java.util.concurrent.ExecutionException: org.jenkinsci.remoting.protocol.impl The server rejected the connection: ';

/** The next value of a rolling hash over {@link GRAM} characters: three bits each, in fourteen. */
function roll(hash: number, code: number): number {
  return ((hash << 3) ^ code) & (BUCKETS - 1);
}

function hashesOf(text: string): readonly number[] {
  const hashes: number[] = [];
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) {
    hash = roll(hash, text.charCodeAt(at));
    if (at >= GRAM - 1) hashes.push(hash);
  }
  return hashes;
}

const INDEX = indexOf(MESSAGES);

function indexOf(messages: readonly LogMessage[]): ReadonlyMap<number, readonly Compiled[]> {
  const used = new Map<number, number>();
  for (const hash of hashesOf(COMMON)) used.set(hash, (used.get(hash) ?? 0) + 100);
  const index = new Map<number, Compiled[]>();
  for (const message of messages) {
    const parts = message.text.split('…');
    const hashes = parts.flatMap(hashesOf).sort((a, b) => (used.get(a) ?? 0) - (used.get(b) ?? 0));
    const [rarest = 0] = hashes;
    used.set(rarest, (used.get(rarest) ?? 0) + 1);
    index.set(rarest, [...(index.get(rarest) ?? []), { message, parts }]);
  }
  return index;
}

const FILLED = Uint8Array.from({ length: BUCKETS }, (_, hash) => (INDEX.has(hash) ? 1 : 0));
const NONE: readonly Compiled[] = [];

/** The messages that a line may contain, each once. */
function candidatesIn(line: string): Iterable<Compiled> {
  let found: Set<Compiled> | null = null;
  let hash = 0;
  for (let at = 0; at < line.length; at += 1) {
    hash = roll(hash, line.charCodeAt(at));
    if (FILLED[hash] === 0) continue;
    found ??= new Set();
    for (const each of INDEX.get(hash) ?? NONE) found.add(each);
  }
  return found ?? NONE;
}

/**
 * The known message with the highest weight in a record. Of equals the last one, which is the root of a chain of causes;
 * null without one.
 * @param writer who wrote the record
 */
export function matchOf(record: LogRecord, writer: Writer, state: Surroundings): Match | null {
  let best: Match | null = null;
  let words: ReturnType<typeof wordsOf> | null = null;
  for (const line of record.lines) {
    for (const { message, parts } of candidatesIn(line.text)) {
      if (best !== null && message.weight < best.message.weight) continue;
      if (message.agentOnly && writer !== 'agent') continue;
      if (writer === 'a command of a build' && !isOwnOfBuild(message)) continue;
      const gaps = gapsIn(line.text, parts);
      if (gaps === null) continue;
      words ??= wordsOf(record);
      const meaning = meaningOf(message, { ...state, gaps, ...words });
      if (meaning === null) continue;
      const better = best === null || message.weight > best.message.weight || line !== best.line;
      if (better) best = { message, meaning, line };
    }
  }
  return best === null || best.message.weight < 3 ? (tunnelMatch(record) ?? best) : best;
}

function meaningOf({ means }: LogMessage, context: Context): Meaning | null {
  return 'judge' in means ? means.judge(context) : means;
}

function wordsOf(record: LogRecord): Pick<Context, 'source' | 'words' | 'failure'> {
  const words = record.lines.map(({ text }) => text).join('\n');
  const known = new Map<LogEntrypoint, Meaning | null>();
  const failure = (entrypoint: LogEntrypoint) => {
    const meaning = known.has(entrypoint)
      ? (known.get(entrypoint) ?? null)
      : meaningOfFailure(words, entrypoint);
    known.set(entrypoint, meaning);
    return meaning;
  };
  return { source: record.source, words, failure };
}

/** The texts between the parts of a message if the line has all parts in order; null otherwise. */
function gapsIn(line: string, parts: readonly string[]): readonly string[] | null {
  const [first = ''] = parts;
  const start = line.indexOf(first);
  if (start < 0) return null;
  // The first gap of a message that starts with one is the text before it.
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

/** `HostPort` fails on an empty tunnel and on a non-numeric port, with exceptions that do not name the problem. */
function tunnelMatch(record: LogRecord): Match | null {
  if (!record.inHostPort) return null;
  const message = MESSAGES.find(({ source }) => source.startsWith('HostPort'));
  if (message === undefined) return null;
  for (const line of record.lines) {
    if (/IndexOutOfBounds/.test(line.text)) return { message, meaning: ['tunnel-empty'], line };
    if (line.text.includes('string: "//')) return { message, meaning: ['tunnel-has-scheme'], line };
    if (line.text.includes('NumberFormatException') || line.text.includes('Missing port.')) {
      return { message, meaning: ['tunnel-missing-port'], line };
    }
  }
  return null;
}
