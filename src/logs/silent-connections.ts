import type { Code } from '../catalogue/codes.ts';
import type { Confidence } from '../catalogue/entry.ts';
import type { LogRecord } from './records.ts';

/** A summary of the log lines about silent connections. */
interface SilentConnectionFinding {
  readonly code: Code;
  readonly alternatives: readonly Code[];
  readonly confidence: Confidence;
  readonly count: number;
  /** The last such line. */
  readonly line: number;
  readonly text: string;
  readonly note: string | null;
}

interface Connection {
  readonly accepted: boolean;
  /** The number that the controller gave the connection. */
  readonly id: number;
  /** The peer's address without its port; null in controllers before 2.367. */
  readonly from: string | null;
  readonly time: number | null;
  readonly line: number;
  readonly text: string;
}

// TcpSlaveAgentListener.ConnectionHandler: `Connection #N from /ip:port failed: null`, before 2.367 without the peer.
const SILENT =
  /\bConnection #(\d{1,12})(?: from \S{0,80}?\/(\S{1,100}):\d{1,5})? failed(?:: (?:null|java\.io\.EOFException)|$)/;
/** Up to core 2.180 the exception is on the next line. Some health checks close with a reset. */
const SILENT_BELOW =
  /^java\.(?:io\.EOFException|net\.SocketException: Connection reset|io\.IOException: Connection reset)/;
const ACCEPTED = /\bAccepted JNLP\d-connect connection #(\d{1,12})(?: from \S{0,80}?\/(\S{1,100}):\d{1,5})?/;
/** An agent's port check is followed by its connection within this time. */
const PRECHECK_MS = 2000;
/** The maximum number of other connections in between. */
const PRECHECK_SPAN = 20;
const MAX_CONNECTIONS = 100_000;
/** The number of connections from one address that indicate a health check. */
const SEVERAL = 3;
const MAX_PEERS_NAMED = 5;

/**
 * Distinguishes the harmless port checks of agents from health checks that connect and close. After a port check the same
 * peer connects at once; health checks come at a fixed interval.
 */
export class SilentConnectionReader {
  readonly #connections: Connection[] = [];

  read(record: LogRecord): void {
    if (this.#connections.length >= MAX_CONNECTIONS) return;
    const [line, below] = record.lines;
    if (line === undefined || !line.text.includes('onnection #')) return;
    const { text, number } = line;
    const silent = SILENT.exec(text);
    const match = silent ?? ACCEPTED.exec(text);
    if (match === null) return;
    const bare = silent !== null && text.endsWith(' failed');
    if (bare && (below === undefined || !SILENT_BELOW.test(below.text))) return;
    this.#connections.push({
      accepted: silent === null,
      id: Number(match[1]),
      from: match[2] ?? null,
      time: record.time,
      line: number,
      text: line.shown,
    });
  }

  get findings(): readonly SilentConnectionFinding[] {
    const { looks, silent } = this.#divide();
    const byPeer = Map.groupBy(silent, ({ from }) => from ?? '');
    const checks = [...byPeer.values()].filter((each) => each.length >= SEVERAL);
    const few = [...byPeer.values()].filter((each) => each.length < SEVERAL).flat();
    return [...(checks.length > 0 ? [healthChecks(checks)] : []), ...harmless(looks, few)];
  }

  #divide(): { looks: Connection[]; silent: Connection[] } {
    const looks: Connection[] = [];
    const silent: Connection[] = [];
    const taken = new Set<Connection>();
    this.#connections.forEach((connection, index) => {
      if (connection.accepted) return;
      const after = this.#connections.slice(index + 1, index + 1 + PRECHECK_SPAN);
      const real = after.find((next) => !taken.has(next) && follows(connection, next));
      if (real !== undefined) taken.add(real);
      (real === undefined ? silent : looks).push(connection);
    });
    return { looks, silent };
  }
}

function follows(look: Connection, next: Connection): boolean {
  if (!next.accepted) return false;
  const samePeer = look.from === null ? next.id === look.id + 1 : next.from === look.from;
  const apart = look.time === null || next.time === null ? null : next.time - look.time;
  return samePeer && (apart === null ? next.id - look.id <= 3 : apart >= 0 && apart <= PRECHECK_MS);
}

function healthChecks(byPeer: readonly (readonly Connection[])[]): SilentConnectionFinding {
  const all = byPeer.flat().sort((a, b) => a.line - b.line);
  const rhythms = byPeer.map(rhythmOf);
  const named = byPeer.slice(0, MAX_PEERS_NAMED).map((connections, index) => {
    const rhythm = rhythms[index] ?? null;
    const peer = connections[0]?.from ?? 'an address that this version does not log';
    if (rhythm === null) return `${peer} ${connections.length} times`;
    const checkers = rhythm.checkers === 1 ? '' : ` (${rhythm.checkers} checkers)`;
    return `${peer} every ${Math.round(rhythm.periodMs / 1000)} s${checkers}`;
  });
  const more = byPeer.length > MAX_PEERS_NAMED ? ` and ${byPeer.length - MAX_PEERS_NAMED} more` : '';
  return {
    code: 'tcp-healthcheck-log-spam',
    // TLS and HTTP checks, and agents behind a proxy that adds a PROXY header, cause the same lines.
    alternatives: ['healthcheck-wrong-type-hangs', 'proxy-protocol-injected'],
    confidence: 'likely',
    count: all.length,
    ...lastOf(all),
    note: `${named.join(', ')}${more}`,
  };
}

function harmless(looks: readonly Connection[], few: readonly Connection[]): SilentConnectionFinding[] {
  const all = [...looks, ...few].sort((a, b) => a.line - b.line);
  if (all.length === 0) return [];
  return [
    {
      code: 'agent-precheck-eof-benign',
      alternatives: few.length > 0 ? ['tcp-healthcheck-log-spam'] : [],
      confidence: few.length > 0 ? 'possible' : 'certain',
      count: all.length,
      ...lastOf(all),
      note: looks.length > 0 ? `${looks.length} followed immediately by the same agent's connection` : null,
    },
  ];
}

function lastOf(all: readonly Connection[]): { line: number; text: string } {
  const last = all.at(-1);
  return { line: last?.line ?? 0, text: last?.text ?? '' };
}

/** An interval, and the number of checkers with that interval. */
interface Rhythm {
  readonly periodMs: number;
  readonly checkers: number;
}

/** The maximum number of checkers that share an address, or whose address an old controller does not log. */
const MAX_CHECKERS = 12;
const MAX_TIMES = 2000;
/** Log times are whole seconds, and load delays them. */
const TOLERANCE_MS = 1000;
/** The minimum share of connections with a next one an interval later. */
const REGULAR = 0.6;
/** Of intervals that fit about equally well, the shortest counts: ten seconds, not twenty. */
const AS_GOOD = 0.05;

/**
 * The shortest interval, at least a second, after which another connection follows most of them; null without one. The
 * number of connections per interval gives the number of checkers.
 */
function rhythmOf(connections: readonly Connection[]): Rhythm | null {
  const times = connections
    .flatMap(({ time }) => (time === null ? [] : [time]))
    .sort((a, b) => a - b)
    .slice(-MAX_TIMES);
  if (times.length < SEVERAL) return null;
  const all = candidates(times).map((periodMs) => ({ periodMs, kept: shareKept(times, periodMs) }));
  const most = all.reduce((best, { kept }) => Math.max(best, kept), REGULAR);
  const found = all.find(({ kept }) => kept >= most - AS_GOOD);
  if (found === undefined || found.kept < REGULAR) return null;
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const checkers = Math.max(1, Math.round(times.length / (span / found.periodMs + 1)));
  return { periodMs: found.periodMs, checkers };
}

/** The share of connections with a next one an interval later. */
function shareKept(times: readonly number[], periodMs: number): number {
  const tolerance = Math.min(TOLERANCE_MS, periodMs / 8);
  const due = times.filter((time) => time <= (times.at(-1) ?? 0) - periodMs + tolerance);
  if (due.length < SEVERAL - 1) return 0;
  return due.filter((time) => hasNear(times, time + periodMs, tolerance)).length / due.length;
}

/** Frequent distances between neighbouring connections, in whole seconds, shortest first. */
function candidates(times: readonly number[]): readonly number[] {
  const counts = new Map<number, number>();
  times.forEach((time, index) => {
    for (const next of times.slice(index + 1, index + 1 + MAX_CHECKERS)) {
      const seconds = Math.round((next - time) / 1000);
      if (seconds >= 1) counts.set(seconds, (counts.get(seconds) ?? 0) + 1);
    }
  });
  return [...counts]
    .filter(([, count]) => count >= Math.max(SEVERAL - 1, (times.length / MAX_CHECKERS) * REGULAR))
    .map(([seconds]) => seconds * 1000)
    .sort((a, b) => a - b);
}

function hasNear(times: readonly number[], wanted: number, tolerance: number): boolean {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < wanted - tolerance) low = middle + 1;
    else high = middle;
  }
  return (times[low] ?? Number.POSITIVE_INFINITY) <= wanted + tolerance;
}
