import type { LogRecord } from './lines.ts';

/** How far an agent has come at some place of its log. */
export interface Progress {
  /** Attempts to connect that began so far. */
  readonly attempt: number;
  /** Attempts that succeeded so far. */
  readonly connections: number;
  /** null while the log says nothing of an agent's attempts. */
  readonly connected: boolean | null;
}

/** The first message of an attempt (remoting `Engine`, `Launcher`). */
const BEGINNINGS = ['Locating server among [', 'Setting up agent: ', 'Using Remoting version: '];
/** `Engine` at the open channel; `SlaveComputer` in the node's log; the kubernetes-plugin in the build's. */
const SUCCESSES = ['Agent successfully connected and online', ' is provisioned from template '];
const CONNECTED = /^(?:INFO: |\[info\] )?Connected$/;
const TERMINATED = /^(?:INFO: |\[info\] )?Terminated$/;
/** `KubernetesSlave`: the end is wanted. */
const DISMISSALS = ['Terminating Kubernetes instance for agent ', 'Disconnected computer '];
const LEAVING = 'Disabled agent engine reconnects.';
const MAX_DISMISSED = 10_000;

/** Follows an agent's attempts through its log, and the controller's own dismissals of agents. */
export class ProgressReader {
  readonly dismissed = new Set<string>();
  #now: Progress = { attempt: 0, connections: 0, connected: null };
  /** The last beginning was not followed by a success or an end: more messages of it belong to one attempt. */
  #begun = false;
  #lastBeginning = -1;

  get now(): Progress {
    return this.#now;
  }

  read(record: LogRecord): void {
    for (const { text } of record.lines) this.#readLine(text);
  }

  #readLine(text: string): void {
    const beginning = BEGINNINGS.findIndex((each) => text.includes(each));
    if (beginning >= 0) {
      this.#begin(beginning);
    } else if (CONNECTED.test(text) || SUCCESSES.some((each) => text.includes(each))) {
      const { attempt, connections } = this.#now;
      this.#now = { attempt, connections: connections + 1, connected: true };
      this.#begun = false;
    } else if (TERMINATED.test(text)) {
      this.#now = { ...this.#now, connected: false };
    } else if (text.includes(LEAVING)) {
      this.#dismiss('');
    } else {
      for (const dismissal of DISMISSALS) {
        const at = text.indexOf(dismissal);
        if (at >= 0) this.#dismiss(text.slice(at + dismissal.length).trim());
      }
    }
  }

  /** Several messages begin one attempt, each once; the same one again begins the next. */
  #begin(beginning: number): void {
    const { attempt, connections } = this.#now;
    const next = !this.#begun || beginning === this.#lastBeginning;
    this.#now = { attempt: next ? attempt + 1 : attempt, connections, connected: false };
    this.#begun = true;
    this.#lastBeginning = beginning;
  }

  #dismiss(agent: string): void {
    if (this.dismissed.size < MAX_DISMISSED) this.dismissed.add(agent);
  }
}
