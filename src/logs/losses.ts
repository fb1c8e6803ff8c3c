import type { Code } from '../catalogue/codes.ts';
import type { LogClaim, StreamReading } from './claims.ts';
import type { LogLine } from './records.ts';
import type { Life } from './way.ts';

/** A summary of the ends of an agent's connections. */
export interface Loss {
  readonly code: 'channel-lost' | 'channel-lost-repeatedly';
  /** The messages between Connected and Terminated, most frequent first. */
  readonly causes: readonly Code[];
  /** The message at the last loss that names a cause; null without one. */
  readonly cause: LogClaim | null;
  readonly count: number;
  readonly line: LogLine;
  readonly note: string;
  /** The record of the last loss. */
  readonly attempt: number;
  /** True if the last connection has lasted longer than every lost one. */
  readonly past: boolean;
}

/** A connection that lasts this long is lasting. */
const LASTING_MS = 10 * 60_000;
/** Codes of a restarting controller. The loss before it needs no other cause. */
const RESTARTING: ReadonlySet<Code> = new Set(['controller-starting', 'ingress-no-backend-503']);
const MAX_LIFETIMES_NAMED = 5;

/** The summary of the losses in one stream; null if every end was intended. */
export function lossesOf(reading: StreamReading): Loss | null {
  const { way, claims } = reading;
  const lost = way.lives.filter(({ dismissed }) => !dismissed);
  const last = lost.at(-1);
  if (last === undefined) return null;
  const unexplained = lost.length - countRestarts(lost, claims);
  if (unexplained === 0 && lost.length < 3 && way.connected === true) return null;
  const causes = claims.filter(({ connected }) => connected);
  const counts = new Map<Code, number>();
  for (const { meaning } of causes) counts.set(meaning[0], (counts.get(meaning[0]) ?? 0) + 1);
  const repeated = unexplained >= 2 || lost.length >= 3;
  return {
    code: repeated ? 'channel-lost-repeatedly' : 'channel-lost',
    causes: [...counts].sort(([, a], [, b]) => b - a).map(([code]) => code),
    cause: causes.at(-1) ?? null,
    count: lost.length,
    line: last.line,
    note: noteOf(lost, causes),
    attempt: last.attempt,
    past: outlived(reading, lost),
  };
}

/** The number of losses that a restart of the controller follows. Both lists are in the order of the log. */
function countRestarts(lost: readonly Life[], claims: readonly LogClaim[]): number {
  let next = 0;
  let count = 0;
  for (const { line } of lost) {
    while (next < claims.length && (claims[next]?.line.number ?? 0) <= line.number) next += 1;
    const claim = claims[next];
    if (claim !== undefined && !claim.connected && RESTARTING.has(claim.meaning[0])) count += 1;
  }
  return count;
}

/** True if the last connection has lasted longer than every lost one, and for some time. */
function outlived({ way, records }: StreamReading, lost: readonly Life[]): boolean {
  if (way.connected !== true || way.connectedAt === null) return false;
  const end = records.findLast(({ time }) => time !== null)?.time ?? null;
  if (end === null) return false;
  const longest = lifetimesOf(lost).reduce((a, b) => Math.max(a, b), 0);
  return end - way.connectedAt >= Math.max(LASTING_MS, longest);
}

function lifetimesOf(lives: readonly Life[]): readonly number[] {
  return lives.flatMap(({ lasted }) => (lasted === null || lasted < 0 ? [] : [lasted]));
}

function noteOf(lost: readonly Life[], causes: readonly LogClaim[]): string {
  const lifetimes = lifetimesOf(lost);
  const named = lifetimes.slice(-MAX_LIFETIMES_NAMED).map(duration);
  const ends = lost.map(({ to }) => to).filter((to) => to !== null);
  const span = (ends.at(-1) ?? 0) - (ends[0] ?? 0);
  const every = ends.length > 1 && span > 0 ? `, about every ${duration(span / (ends.length - 1))}` : '';
  const times =
    lost.length === 1
      ? 'The connection was lost once'
      : `The connection was lost ${lost.length} times${every}`;
  const lasted = named.length === 0 ? '' : `; it lasted ${named.join(', ')}`;
  const said =
    causes.length === 0
      ? 'no line between Connected and Terminated says why'
      : 'the lines before the end say why';
  return `${times}${lasted}; ${said}`;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
