import { CATALOGUE } from '../catalogue/catalogue.ts';
import type { Code } from '../catalogue/codes.ts';
import type { Confidence } from '../catalogue/entry.ts';
import { AGENT_PATTERNS } from './agent-patterns.ts';
import { ConnectionReader } from './connections.ts';
import { CONTROLLER_PATTERNS } from './controller-patterns.ts';
import { FactReader, type LogFacts } from './facts.ts';
import { meaningOfFailure } from './failures.ts';
import { type LogLine, type LogRecord, readRecords } from './lines.ts';
import { quote } from './mask.ts';
import { type CompiledPattern, type Context, type Door, gapsOf, type Meaning } from './pattern.ts';
import { type Progress, ProgressReader } from './progress.ts';

/** One trouble that a log tells of, however often it tells it. */
export interface LogFinding {
  readonly code: Code;
  readonly title: string;
  readonly confidence: Confidence;
  /** Codes that write the same line, likeliest first. */
  readonly alternatives: readonly Code[];
  /** The last line that says so, from 1, and its text with secrets masked. */
  readonly line: number;
  readonly quote: string;
  /** How often the log says so. */
  readonly count: number;
  /** The agent connected after that: it is over. */
  readonly past: boolean;
  /** What else was worked out, as who connects how often; null where there is nothing. */
  readonly note: string | null;
}

/** What a log says. */
export interface LogReading {
  /** What holds now before what is past, the last attempt before earlier ones, the likeliest first. No code twice. */
  readonly findings: readonly LogFinding[];
  readonly facts: LogFacts;
  /** How the agent's last attempt went; `unknown` where the log is not an agent's. */
  readonly connection: 'connected' | 'not-connected' | 'unknown';
  /** The log was too long: only its last part was read. */
  readonly cut: boolean;
}

const PATTERNS: readonly CompiledPattern[] = [...AGENT_PATTERNS, ...CONTROLLER_PATTERNS];
/** An old connection is noticed within this; refusals that go on longer are of a second agent. */
const STALE_MS = 10 * 60_000;

interface Match {
  readonly meaning: Meaning;
  readonly weight: number;
  readonly line: LogLine;
}

interface Trouble {
  readonly meaning: Meaning;
  readonly weight: number;
  readonly line: LogLine;
  readonly count: number;
  readonly at: Progress;
  readonly firstTime: number | null;
  readonly lastTime: number | null;
}

/**
 * Reads a log of an agent, of a controller or of a build with messages of the kubernetes-plugin, in the formats of
 * java.util.logging, the controller and container runtimes. Takes time linear in the length; of a log over 10 MiB the
 * last part is read.
 */
export function readAgentLog(log: string): LogReading {
  const { records, cut } = readRecords(log);
  const facts = new FactReader();
  const connections = new ConnectionReader();
  const progress = new ProgressReader();
  const troubles = new Map<Code, Trouble>();
  let portCheck: Meaning | null = null;
  for (const record of records) {
    progress.read(record);
    facts.read(record);
    connections.read(record);
    const match = matchOf(record, {
      connected: progress.now.connected === true,
      portCheck,
      dismissed: progress.dismissed,
    });
    if (record.source.includes('isPortVisible')) portCheck = match?.meaning ?? portCheckOf(record);
    else if (match !== null) portCheck = null;
    if (match !== null) note(troubles, match, record, progress.now);
  }
  const end = progress.now;
  const found = [...troubles.values()].sort(
    (a, b) => rank(b, end) - rank(a, end) || b.line.number - a.line.number,
  );
  return {
    findings: [
      ...found.map((trouble) => findingOf(trouble, end, facts.facts)),
      ...connections.findings.map(({ text, ...rest }) => ({
        ...rest,
        title: CATALOGUE[rest.code].title,
        quote: quote(text),
        past: false,
      })),
    ],
    facts: facts.facts,
    connection: end.connected === null ? 'unknown' : end.connected ? 'connected' : 'not-connected',
    cut,
  };
}

/** The weightiest match among the lines of a record; of equals the last, which is the root of a chain of causes. */
function matchOf(
  record: LogRecord,
  state: Pick<Context, 'connected' | 'portCheck' | 'dismissed'>,
): Match | null {
  const known = new Map<Door, Meaning | null>();
  const failure = (door: Door): Meaning | null => {
    const meaning =
      known.get(door) ?? meaningOfFailure(record.lines.map(({ text }) => text).join('\n'), door);
    known.set(door, meaning);
    return meaning;
  };
  let best: Match | null = null;
  for (const line of record.lines) {
    for (const pattern of PATTERNS) {
      if (best !== null && pattern.weight < best.weight) continue;
      const gaps = gapsOf(pattern, line.text);
      if (gaps === null) continue;
      const { means, weight } = pattern;
      const meaning = typeof means === 'function' ? means({ ...state, gaps, failure }) : means;
      if (meaning !== null && (best === null || weight > best.weight || line !== best.line)) {
        best = { meaning, weight, line };
      }
    }
  }
  return best ?? tunnelMatch(record);
}

/** `HostPort` fails on an empty tunnel, and on a port that is no number, with exceptions that do not say so. */
function tunnelMatch(record: LogRecord): Match | null {
  if (!record.inHostPort) return null;
  for (const line of record.lines) {
    if (/StringIndexOutOfBounds|IndexOutOfBounds/.test(line.text))
      return { meaning: ['tunnel-empty'], weight: 3, line };
    if (line.text.includes('NumberFormatException') || line.text.includes('Missing port.')) {
      return { meaning: ['tunnel-missing-port'], weight: 3, line };
    }
  }
  return null;
}

/** The look at the port logs the words of Java alone, and for a name that does not resolve just the name. */
function portCheckOf(record: LogRecord): Meaning | null {
  const words = record.lines[0]?.text.replace(/^WARNING: /, '') ?? '';
  return /^[\w.-]{1,253}$/.test(words) ? ['dns-not-resolving', 'dns-split-horizon'] : null;
}

function note(troubles: Map<Code, Trouble>, match: Match, record: LogRecord, at: Progress): void {
  const [code] = match.meaning;
  const before = troubles.get(code);
  troubles.set(code, {
    ...match,
    weight: Math.max(match.weight, before?.weight ?? 0),
    count: (before?.count ?? 0) + 1,
    at,
    firstTime: before?.firstTime ?? record.time,
    lastTime: record.time ?? before?.lastTime ?? null,
  });
}

function isPast({ at }: Trouble, end: Progress): boolean {
  return at.connections < end.connections;
}

function rank(trouble: Trouble, end: Progress): number {
  const { at, weight } = trouble;
  return (isPast(trouble, end) ? 0 : 100) + (at.attempt === end.attempt ? 10 : 0) + weight;
}

function findingOf(trouble: Trouble, end: Progress, facts: LogFacts): LogFinding {
  const [code, ...alternatives] = weigh(trouble, facts);
  const { line, count } = trouble;
  return {
    code,
    title: CATALOGUE[code].title,
    confidence: confidenceOf(code, trouble.weight, alternatives.length > 0),
    alternatives,
    line: line.number,
    quote: quote(line.text),
    count,
    past: isPast(trouble, end),
    note: null,
  };
}

/** Puts the meanings of an ambiguous line in order by what the rest of the log tells. */
function weigh({ meaning, at, firstTime, lastTime }: Trouble, facts: LogFacts): Meaning {
  if (meaning[0] === 'identity-mismatch' && facts.direct !== null)
    return ['identity-stale-direct', 'identity-mismatch'];
  if (meaning[0] !== 'already-connected') return meaning;
  const lasted = firstTime === null || lastTime === null ? 0 : lastTime - firstTime;
  if (lasted > STALE_MS)
    return ['already-connected', 'already-connected-duplicate', 'already-connected-stale'];
  return at.connections > 0
    ? ['already-connected', 'already-connected-stale', 'already-connected-duplicate']
    : meaning;
}

function confidenceOf(code: Code, weight: number, ambiguous: boolean): Confidence {
  if (weight === 1) return 'possible';
  const { observedAlone } = CATALOGUE[code];
  return observedAlone === 'certain' && (ambiguous || weight < 3) ? 'likely' : observedAlone;
}
