import type { LogRecord } from './records.ts';

/** The programs that write logs, as far as the lines show. */
const LOG_KINDS = ['agent', 'controller', 'build', 'kubernetes', 'ingress-nginx', 'unknown'] as const;
export type LogKind = (typeof LOG_KINDS)[number];

interface Sign {
  readonly kind: Exclude<LogKind, 'unknown'>;
  readonly text: RegExp;
}

const AGENT_SOURCE =
  /(?:^|\.)(?:remoting|r|jnlp)\.|jnlp\.Main|ChannelPinger|SlaveDisconnector|plugins\.swarm|^h\.r\./;
const SIGNS: readonly Sign[] = [
  {
    kind: 'build',
    text: /^\[Pipeline\]|^Started by |^Finished: |^Running on | is provisioned from template /,
  },
  { kind: 'controller', text: /^Jenkins is fully up|^Jenkins home directory|^Accepted JNLP|^Connection #\d/ },
  {
    kind: 'agent',
    text: /^Setting up (?:agent|slave): |^Locating server among |^Jenkins agent is running|^Using Remoting version: |tcpSlaveAgentListener|^Trying protocol: JNLP|^WebSocket connection open|\/login is not ready|^Agent discovery successful|remoting work directory|\bhudson[./]remoting[./](?:jnlp[./])?(?:Main|Launcher|Engine)\b|agent\.jar|slave\.jar|Failing to obtain http|^(?:Connected|Terminated|Handshaking)$/,
  },
  { kind: 'kubernetes', text: /^(?:Warning|Normal) {1,8}[A-Z]\w+ {1,8}|io\.fabric8|^Events:$/ },
  { kind: 'ingress-nginx', text: /nginx|while reading PROXY protocol|TCP port/ },
];
/** The number of records that decide the kind of a log. */
const RECORDS_LOOKED_AT = 5000;

/** True if an agent's class logged a record; null if the log names no class. */
export function isOfAgent(record: LogRecord): boolean | null {
  return record.source === '' ? null : AGENT_SOURCE.test(record.source);
}

/** The kind of most records. A build that quotes an agent is a build. */
export function logKindOf(records: readonly LogRecord[]): LogKind {
  const votes = new Map<LogKind, number>();
  for (const record of records.slice(0, RECORDS_LOOKED_AT)) {
    const kind = signOf(record);
    if (kind !== null) votes.set(kind, (votes.get(kind) ?? 0) + 1);
  }
  if (votes.has('build')) return 'build';
  const [first] = [...votes].sort(([, a], [, b]) => b - a);
  return first?.[0] ?? 'unknown';
}

function signOf(record: LogRecord): LogKind | null {
  const ofAgent = isOfAgent(record);
  if (ofAgent === true) return 'agent';
  if (ofAgent === false) return /^(?:hudson|jenkins|h|j|o|org)\./.test(record.source) ? 'controller' : null;
  const [message] = record.lines;
  return SIGNS.find(({ text }) => text.test(message?.text ?? ''))?.kind ?? null;
}
