import type { Code } from '../catalogue/codes.ts';
import type { Confidence } from '../catalogue/entry.ts';
import type { LogRecord } from './lines.ts';

/** What the lines about connections that said nothing add up to. */
interface ConnectionFinding {
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
  /** The controller's number of the connection. */
  readonly id: number;
  /** The peer's address without its port; null in controllers before 2.367. */
  readonly from: string | null;
  readonly time: number | null;
  readonly line: number;
  readonly text: string;
}

// TcpSlaveAgentListener.ConnectionHandler: `Connection #N from /ip:port failed: null`, before 2.367 without the peer.
const SILENT =
  /\bConnection #(\d{1,12})(?: from \S{0,80}?\/(\S{1,100}):\d{1,5})? failed: (?:null|java\.io\.EOFException)/;
const ACCEPTED = /\bAccepted JNLP\d-connect connection #(\d{1,12})(?: from \S{0,80}?\/(\S{1,100}):\d{1,5})?/;
/** The agent's own look at the port is followed by its connection within this. */
const PRECHECK_MS = 2000;
/** Connections of others that may come between the two. */
const PRECHECK_SPAN = 20;
const MAX_CONNECTIONS = 100_000;
/** So many from one address make a health check; fewer may be anything. */
const SEVERAL = 3;
const MAX_PEERS_NAMED = 5;

/**
 * Tells agents' own looks at the agent port, which are harmless, from health checks that connect and close: the former
 * are followed by an accepted connection of the same peer at once, the latter come at a fixed period.
 */
export class ConnectionReader {
  readonly #connections: Connection[] = [];

  read(record: LogRecord): void {
    if (this.#connections.length >= MAX_CONNECTIONS) return;
    for (const { text, number } of record.lines) {
      if (!text.includes('onnection #')) continue;
      const silent = SILENT.exec(text);
      const match = silent ?? ACCEPTED.exec(text);
      if (match === null) continue;
      this.#connections.push({
        accepted: silent === null,
        id: Number(match[1]),
        from: match[2] ?? null,
        time: record.time,
        line: number,
        text,
      });
    }
  }

  get findings(): readonly ConnectionFinding[] {
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

function healthChecks(byPeer: readonly (readonly Connection[])[]): ConnectionFinding {
  const all = byPeer.flat().sort((a, b) => a.line - b.line);
  const periods = byPeer.map(periodOf);
  const named = byPeer.slice(0, MAX_PEERS_NAMED).map((connections, index) => {
    const period = periods[index];
    const every = period == null ? `${connections.length} times` : `every ${Math.round(period / 1000)} s`;
    return `${connections[0]?.from ?? 'an address that this version does not log'} ${every}`;
  });
  const more = byPeer.length > MAX_PEERS_NAMED ? ` and ${byPeer.length - MAX_PEERS_NAMED} more` : '';
  return {
    code: 'tcp-healthcheck-log-spam',
    alternatives: [],
    confidence: periods.some((period) => period !== null) ? 'certain' : 'likely',
    count: all.length,
    ...lastOf(all),
    note: `${named.join(', ')}${more}`,
  };
}

function harmless(looks: readonly Connection[], few: readonly Connection[]): ConnectionFinding[] {
  const all = [...looks, ...few].sort((a, b) => a.line - b.line);
  if (all.length === 0) return [];
  return [
    {
      code: 'agent-precheck-eof-benign',
      alternatives: few.length > 0 ? ['tcp-healthcheck-log-spam'] : [],
      confidence: few.length > 0 ? 'possible' : 'certain',
      count: all.length,
      ...lastOf(all),
      note: looks.length > 0 ? `${looks.length} followed at once by the same agent's connection` : null,
    },
  ];
}

function lastOf(all: readonly Connection[]): { line: number; text: string } {
  const last = all.at(-1);
  return { line: last?.line ?? 0, text: last?.text ?? '' };
}

/** The period in ms when most distances are about the same, else null. Checks may miss a beat. */
function periodOf(connections: readonly Connection[]): number | null {
  const times = connections.map(({ time }) => time).filter((time) => time !== null);
  const distances = times.slice(1).map((time, index) => time - (times[index] ?? time));
  if (distances.length < SEVERAL - 1) return null;
  const median = [...distances].sort((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 0;
  if (median <= 0) return null;
  const near = distances.filter((distance) => Math.abs(distance - median) <= Math.max(1500, median / 4));
  return near.length >= distances.length * 0.6 ? median : null;
}
