import { isOfAgent, type LogKind, logKindOf } from './kind.ts';
import { type Match, matchOf, type Writer } from './match.ts';
import { PluginFrames } from './plugin-frames.ts';
import { PodContext } from './pod-context.ts';
import type { LogRecord } from './records.ts';
import { Way } from './way.ts';

/** One message of the table, where it stood on the agent's way. */
export interface LogClaim extends Match {
  readonly time: number | null;
  /** Attempts before it, in its stream. */
  readonly attempt: number;
  /** Its place among the records of its stream. */
  readonly order: number;
  /** Connections before it, in its stream. */
  readonly connections: number;
  /** The agent was connected when it was written. */
  readonly connected: boolean;
}

/** What one program wrote: its way, and the one message that counts of each attempt. */
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

/** What begins with a cause has lost the message that it belongs to: only what the peer sent tells enough. */
function lostItsMessage(record: LogRecord): boolean {
  return LOST_HEAD.test(record.lines[0]?.text ?? '');
}

/** The first record of a log that was cut inside a message: it has a level or an exception, and no head as the rest. */
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

/** The look at the port warns with the words of Java; other formats do not name the method. */
function isLookAtPort({ source, level }: LogRecord): boolean {
  return (
    source.includes('isPortVisible') || (level === 'warning' && source.includes('JnlpAgentEndpointResolver'))
  );
}

/** For a name that does not resolve the look at the port logs just the name. */
function nameAlone(record: LogRecord): Match['meaning'] | null {
  const text = record.lines[0]?.text ?? '';
  return /^[\w.-]{1,253}$/.test(text) ? ['dns-not-resolving', 'dns-split-horizon'] : null;
}

/** Of each attempt, and of each connection, the weightiest claim; of equals the last. What is no step is left in. */
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
