import { CATALOGUE } from '../catalogue/catalogue.ts';
import type { Code } from '../catalogue/codes.ts';
import { readStream, type StreamReading } from './claims.ts';
import { FactReader, type LogFacts } from './facts.ts';
import { findingsOf, type LogFinding, type Ranked } from './findings.ts';
import { type LogKind, logKindOf } from './kind.ts';
import { quote } from './mask.ts';
import { type LogRecord, readRecords } from './records.ts';
import { SilentConnectionReader } from './silent-connections.ts';
import { streamsOf } from './streams.ts';
import { lastTrouble, tellsOfEnd, type Unexplained } from './unexplained.ts';

/** The result of reading a log. */
export interface LogReading {
  /** Current problems before past ones, later attempts before earlier ones, likeliest first. Each code once. */
  readonly findings: readonly LogFinding[];
  readonly facts: LogFacts;
  /** The program that wrote it. */
  readonly kind: LogKind;
  /** The result of the agent's last attempt; `unknown` if the log is not an agent's. */
  readonly connection: 'connected' | 'not-connected' | 'unknown';
  /** Without findings: the last message about a problem, after the connection of a connected agent; null without one. */
  readonly unexplained: Unexplained | null;
  /** True if the log was too long: only its last part was read. */
  readonly cut: boolean;
}

/**
 * Reads a log of an agent, of a controller, or of a build with messages of the kubernetes-plugin. Any format works that
 * keeps a message on one line. Takes linear time; only the last 10 MiB are read.
 */
export function readAgentLog(log: string): LogReading {
  const { records, cut } = readRecords(log);
  const facts = new FactReader();
  const silent = new SilentConnectionReader();
  for (const record of records) {
    facts.read(record);
    silent.read(record);
  }
  const streams = streamsOf(records).map(readStream);
  const connectedAt = lastConnectionOf(streams);
  const found = merge(
    streams.map((stream) => {
      const own = findingsOf(stream, facts.facts);
      return stream.way.connected === null ? own.map((each) => endedBefore(connectedAt, each)) : own;
    }),
  );
  const findings = [
    ...found,
    ...silent.findings.map(({ text, ...rest }) => ({
      ...rest,
      title: CATALOGUE[rest.code].title,
      quote: quote(text),
      past: false,
    })),
  ];
  const connection = connectionOf(streams);
  return {
    findings,
    facts: facts.facts,
    kind: logKindOf(records),
    connection,
    unexplained: findings.length > 0 ? null : unexplainedIn(records, streams, connection),
    cut,
  };
}

/** A connected agent is fine unless a SEVERE message or the end of a process follows. */
function unexplainedIn(
  records: readonly LogRecord[],
  streams: readonly StreamReading[],
  connection: LogReading['connection'],
): Unexplained | null {
  if (connection !== 'connected') return lastTrouble(records);
  const since = streams
    .filter(({ kind }) => kind === 'agent')
    .flatMap(({ way, records: own }) => own.slice(way.connectedOrder));
  const connectedAt = lastConnectionOf(streams);
  const ends = records.filter((record) => startOf(record) > connectedAt && tellsOfEnd(record));
  return lastTrouble([...since.filter(({ level }) => level === 'severe'), ...ends]);
}

/** The line of the last connection of an agent; 0 without one. */
function lastConnectionOf(streams: readonly StreamReading[]): number {
  const lines = streams.map(({ way, records }) => startOf(records[way.connectedOrder - 1]));
  return lines.reduce((a, b) => Math.max(a, b), 0);
}

function startOf(record: LogRecord | undefined): number {
  return record?.lines[0]?.number ?? 0;
}

const ENDS: ReadonlySet<Code> = new Set(['agent-process-killed', 'agent-process-failed']);

/** systemd and others report the end of an agent on separate lines. It is past if a connection follows. */
function endedBefore(connectedAt: number, { finding, ...rank }: Ranked): Ranked {
  const ended = ENDS.has(finding.code) && finding.line < connectedAt;
  return ended ? { ...rank, finding: { ...finding, past: true } } : { ...rank, finding };
}

/** One list for all streams, independent of the order of their lines. Each code once. */
function merge(streams: readonly (readonly Ranked[])[]): readonly LogFinding[] {
  const ordered = [...streams].filter((each) => each.length > 0).sort(byFirst);
  const findings = new Map<string, LogFinding>();
  const all = ordered.flat().map(({ finding }) => finding);
  for (const finding of [...all.filter(({ past }) => !past), ...all.filter(({ past }) => past)]) {
    const before = findings.get(finding.code);
    findings.set(finding.code, before === undefined ? finding : together(before, finding));
  }
  return [...findings.values()];
}

function byFirst([a]: readonly Ranked[], [b]: readonly Ranked[]): number {
  if (a === undefined || b === undefined) return 0;
  return (
    Number(a.finding.past) - Number(b.finding.past) ||
    b.weight - a.weight ||
    a.finding.code.localeCompare(b.finding.code)
  );
}

function together(before: LogFinding, other: LogFinding): LogFinding {
  const later = other.line > before.line && other.past === before.past ? other : before;
  return { ...before, line: later.line, quote: later.quote, count: before.count + other.count };
}

/** `not-connected` if one agent is not connected; `unknown` if no stream is an agent's. */
function connectionOf(streams: readonly StreamReading[]): LogReading['connection'] {
  const states = streams.map(({ way }) => way.connected).filter((connected) => connected !== null);
  if (states.length === 0) return 'unknown';
  return states.every(Boolean) ? 'connected' : 'not-connected';
}
