import { isOfAgent, type LogKind, logKindOf } from './kind.ts';
import { type Match, matchOf, type Writer } from './match.ts';
import { PluginFrames } from './plugin-frames.ts';
import { PodContext } from './pod-context.ts';
import type { LogRecord } from './records.ts';
import { Way } from './way.ts';

/** One known message, with its position in the agent's attempts. */
export interface LogClaim extends Match {
  readonly time: number | null;
  /** Attempts before it, in its stream. */
  readonly attempt: number;
  /** Its index in the records of its stream. */
  readonly order: number;
  /** Connections before it, in its stream. */
  readonly connections: number;
  /** True if the agent was connected at this message. */
  readonly connected: boolean;
}

/** The records of one program: its attempts, and the one message that counts in each. */
export interface StreamReading {
  readonly kind: LogKind;
  readonly way: Way;
  readonly claims: readonly LogClaim[];
  readonly records: readonly LogRecord[];
}

/** Reads the records of one stream, first to last. */
export function readStream(records: readonly LogRecord[]): StreamReading {
  const kind = logKindOf(records);
  const way = new Way();
  const claims: LogClaim[] = [];
  const torn = isTorn(records);
  const pods = kind === 'kubernetes' || kind === 'unknown' ? new PodContext() : null;
  const frames = kind === 'build' ? new PluginFrames() : null;
  for (const [index, record] of records.entries()) {
    const cut = torn && index === 0;
    const quoted = frames === null || frames.quotes(record);
    if (!cut) way.read(record, !quoted);
    way.inAgentPod = pods?.read(record) ?? false;
    const ofAgent = isOfAgent(record) ?? kind === 'agent';
    const claim = claimOf(record, quoted ? (ofAgent ? 'agent' : 'any') : 'a command of a build', way);
    const partial = cut || lostItsMessage(record);
    if (claim !== null && (!partial || claim.message.weight === 4)) claims.push(claim);
  }
  return { kind, way, claims: kind === 'agent' ? oneForEachAttempt(claims) : claims, records };
}

const LOST_HEAD = /^\s{0,8}(?:Caused by|Suppressed): /;

/** A record that starts with a cause has lost its message: only bytes from the peer are clear enough. */
function lostItsMessage(record: LogRecord): boolean {
  return LOST_HEAD.test(record.lines[0]?.text ?? '');
}

/** True for the first record of a log that was cut inside a message: a level or an exception, but no head like the rest. */
function isTorn([first, ...rest]: readonly LogRecord[]): boolean {
  if (first === undefined || first.source !== '') return false;
  const torn =
    first.level !== null ||
    /^(?:[a-z]\w{0,60}\.){2,12}\w+(?:Exception|Error)\b/.test(first.lines[0]?.text ?? '');
  return torn && rest.some(({ source, clock }) => source.includes(' ') && clock === 'own');
}

function claimOf(record: LogRecord, writer: Writer, way: Way): LogClaim | null {
  const match = matchOf(record, writer, way.surroundings(record));
  if (isLookAtPort(record)) {
    way.portCheck = match?.meaning ?? nameAlone(record);
  }
  if (match === null) return null;
  return {
    ...match,
    time: record.time,
    attempt: way.attempt,
    order: way.order,
    connections: way.connections,
    connected: way.connected === true,
  };
}

/** The agent's port check logs a warning with Java's message. Some formats do not name the method. */
function isLookAtPort({ source, level }: LogRecord): boolean {
  return (
    source.includes('isPortVisible') || (level === 'warning' && source.includes('JnlpAgentEndpointResolver'))
  );
}

/** For a name that does not resolve, the port check logs only the name. */
function nameAlone(record: LogRecord): Match['meaning'] | null {
  const text = record.lines[0]?.text ?? '';
  return /^[\w.-]{1,253}$/.test(text) ? ['dns-not-resolving', 'dns-split-horizon'] : null;
}

/** The claim with the highest weight in each attempt and connection, the last one of equals. Claims without a step stay. */
function oneForEachAttempt(claims: readonly LogClaim[]): readonly LogClaim[] {
  const best = new Map<string, LogClaim>();
  for (const claim of claims) {
    if (claim.message.hop === null) {
      best.set(`${claim.order}`, claim);
      continue;
    }
    const key = `${claim.attempt} ${claim.connected}`;
    const before = best.get(key);
    if (before === undefined || claim.message.weight >= before.message.weight) best.set(key, claim);
  }
  return [...best.values()].sort((a, b) => a.order - b.order);
}
