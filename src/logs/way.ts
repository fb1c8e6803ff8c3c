import type { Surroundings } from './match.ts';
import { EVERY_AGENT, HOPS, type LogHop, type Meaning } from './messages/message.ts';
import type { LogLine, LogRecord } from './records.ts';

/** A period in which an agent was connected. */
export interface Life {
  /** In milliseconds; null without times. */
  readonly lasted: number | null;
  readonly to: number | null;
  /** The attempt that opened it. */
  readonly attempt: number;
  /** The record of its end. */
  readonly line: LogLine;
  /** True if the end was intended. */
  readonly dismissed: boolean;
}

/** Messages at the start of an attempt, each once (remoting `Engine`, `Launcher`). */
const BEGINNINGS = [
  'Setting up agent: ',
  'Setting up slave: ',
  'Using Remoting version: ',
  'Locating server among [',
];
/** A pause that ends an attempt: WebSocket agents log nothing at the next start. */
const PAUSE = /^Waiting \S+(?: \S+)? before retry/;
/** Messages that prove that a hop succeeded. */
const SUCCESSES: readonly (readonly [text: string, hop: LogHop])[] = [
  ['Locating server among [', 'launch'],
  ['Agent discovery successful', 'web'],
  ['Waiting for ProtocolStack to start', 'port'],
  [' acknowledgement ', 'port'],
  ['Remote identity confirmed', 'acknowledgement'],
  ['WebSocket connection open', 'login'],
];
/** Other messages say nothing about the attempts. */
const TELLING =
  /^(?:Setting|Using|Locating|Waiting|Connect|Terminat|Trying|Agent|Remote|WebSocket|Disabled|Disconnected|Stopping Jenkins|Jenkins |Server reports|\[)| is provisioned from /;
/** `SlaveComputer` in a node's log; the kubernetes-plugin in a build's. */
const ONLINE = ['Agent successfully connected and online', ' is provisioned from template '];
/** `KubernetesSlave`: the end is intended. */
const DISMISSALS = ['Terminating Kubernetes instance for agent ', 'Disconnected computer '];
const LEAVING = 'Disabled agent engine reconnects.';
/** `Lifecycle`: the controller ends every agent. */
const STOPPING = /^(?:Stopping Jenkins|Jenkins stopped)/;
const MAX_DISMISSED = 10_000;
const MAX_LIVES = 10_000;

/** Follows the attempts of one agent in its log: how far each got, and how long its connections lasted. */
export class Way {
  readonly dismissed = new Set<string>();
  readonly lives: Life[] = [];
  attempt = 0;
  connections = 0;
  /** null until the log mentions an agent's attempt. */
  connected: boolean | null = null;
  portCheck: Meaning | null = null;
  inAgentPod = false;
  /** The index of the record of the last connection. */
  connectedOrder = 0;
  /** For each hop, the index of the last record that proved it. */
  readonly #passed = new Map<LogHop, number>();
  #order = 0;
  #seen: Surroundings['seen'] = 'nothing';
  #spoke: LogRecord | null = null;
  #triedJnlp4 = false;
  #entrypoint: Surroundings['entrypoint'] = 'web';
  #connectedBy: LogRecord | null = null;
  #leaving = false;
  /** The start messages of the current attempt. A repeated one starts the next attempt. */
  readonly #begun = new Set<number>();

  /** Reads the next record of the stream. @param ofCommand true for the output of a build's command */
  read(record: LogRecord, ofCommand = false): void {
    this.#order += 1;
    const [line] = record.lines;
    if (line === undefined) return;
    const { text } = line;
    if (ofCommand && !ONLINE.some((each) => text.includes(each))) return;
    if (!TELLING.test(text)) {
      if (this.#seen === 'nothing' && record.source !== '') this.#seen = 'attempt';
      return;
    }
    this.#follow(text, line, record);
    for (const [success, hop] of SUCCESSES) {
      if (text.includes(success)) this.#passed.set(hop, this.#order);
    }
    if (text.includes(LEAVING)) this.#leave('');
    if (STOPPING.test(text)) this.#leave(EVERY_AGENT);
    else if (text.startsWith('Jenkins is fully up')) this.dismissed.delete(EVERY_AGENT);
    for (const dismissal of DISMISSALS) {
      const at = text.indexOf(dismissal);
      if (at >= 0) this.#leave(text.slice(at + dismissal.length).trim());
    }
  }

  /** The index of the last record. */
  get order(): number {
    return this.#order;
  }

  /** Start of the current connection; null if not connected, or without times. */
  get connectedAt(): number | null {
    return this.#connectedBy?.time ?? null;
  }

  surroundings(record: LogRecord): Surroundings {
    return {
      connected: this.connected === true,
      portCheck: this.portCheck,
      dismissed: this.dismissed,
      spokenForMs: this.#spoke === null ? null : between(this.#spoke, record),
      inAgentPod: this.inAgentPod,
      entrypoint: this.#entrypoint,
      seen: this.#seen,
      whole: this.attempt > 0,
      triedJnlp4: this.#triedJnlp4,
    };
  }

  /** True if a hop, or a later one, succeeded after an index. */
  passedSince(hop: LogHop, order: number): boolean {
    return HOPS.slice(HOPS.indexOf(hop)).some((each) => (this.#passed.get(each) ?? 0) > order);
  }

  #follow(text: string, line: LogLine, record: LogRecord): void {
    const beginning = BEGINNINGS.findIndex((each) => text.startsWith(each));
    if (beginning >= 0) {
      this.#begin(beginning, line, record);
    } else if (PAUSE.test(text)) {
      this.#next();
    } else if (text === 'Connected' || ONLINE.some((each) => text.includes(each))) {
      this.#connect(record);
    } else if (text === 'Terminated') {
      this.#terminate(line, record);
    } else if (
      text.startsWith('Trying protocol: JNLP4') ||
      text.includes('protocol JNLP4-connect not supported')
    ) {
      this.#speak(record);
      this.#triedJnlp4 = true;
    } else if (text.startsWith('Agent discovery successful')) {
      this.#entrypoint = 'port';
    } else if (text.startsWith('Connecting to ') || text.startsWith('Trying protocol: ')) {
      this.#speak(record);
    } else if (this.#seen === 'nothing' && record.source !== '') {
      this.#seen = 'attempt';
    }
  }

  #speak(record: LogRecord): void {
    this.#entrypoint = 'port';
    this.#seen = 'protocol';
    this.#spoke = record;
  }

  #begin(beginning: number, line: LogLine, record: LogRecord): void {
    if (this.connected === true) this.#terminate(line, record);
    if (this.#begun.has(beginning) || this.#begun.size === 0) this.#next();
    this.#begun.add(beginning);
    this.#seen = 'attempt';
    this.connected = false;
  }

  #next(): void {
    this.attempt += 1;
    this.#begun.clear();
    this.#spoke = null;
    this.#triedJnlp4 = false;
    this.#entrypoint = 'web';
    this.portCheck = null;
  }

  #connect(record: LogRecord): void {
    this.connections += 1;
    this.connected = true;
    this.#connectedBy = record;
    this.connectedOrder = this.#order;
    this.#passed.set('login', this.#order);
    this.#begun.clear();
    this.#leaving = false;
  }

  #terminate(line: LogLine, record: LogRecord): void {
    if (this.connected === true && this.lives.length < MAX_LIVES) {
      this.lives.push({
        lasted: this.#connectedBy === null ? null : between(this.#connectedBy, record),
        to: record.time,
        attempt: this.attempt,
        line,
        dismissed: this.#leaving,
      });
    }
    this.connected = false;
    this.#connectedBy = null;
    this.#next();
  }

  #leave(agent: string): void {
    this.#leaving ||= agent === '';
    if (this.dismissed.size < MAX_DISMISSED) this.dismissed.add(agent);
  }
}

/** Milliseconds between two records; null if their times cannot be compared. */
function between(from: LogRecord, to: LogRecord): number | null {
  if (from.clock !== to.clock || from.time === null || to.time === null) return null;
  return to.time - from.time;
}
