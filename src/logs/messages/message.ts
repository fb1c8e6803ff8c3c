import type { Code } from '../../catalogue/codes.ts';

/** What a message means: the likeliest code first, then those that write the same line. */
export type Meaning = readonly [Code, ...Code[]];

/** Where an agent was connecting to when Java's network code failed. */
export type LogEntrypoint = 'web' | 'port';

/** How far an agent has come when it writes a message, in the order of the way. */
export const HOPS = ['launch', 'web', 'port', 'acknowledgement', 'login', 'channel'] as const;
export type LogHop = (typeof HOPS)[number];

/** Stands among the dismissed for all agents: the controller itself stops. */
export const EVERY_AGENT = '*';

/** Who writes a message. */
type Component =
  | 'remoting'
  | 'Jenkins core'
  | 'kubernetes-plugin'
  | 'other plugins'
  | 'Java'
  | 'the agent image'
  | 'the operating system'
  | 'Kubernetes'
  | 'ingress-nginx';

/** What a message's meaning may depend on. */
export interface Context {
  /** The texts at the `…` of the message, in order, the last one to the line's end. */
  readonly gaps: readonly string[];
  /** The class that logged it, where the log tells. */
  readonly source: string;
  /** The whole record: the message and the exceptions below it. */
  readonly words: string;
  /** What the words of Java in the whole record mean, as a failure at an entrypoint; null where none is known. */
  readonly failure: (entrypoint: LogEntrypoint) => Meaning | null;
  /** The agent was connected when this was logged. */
  readonly connected: boolean;
  /** What the agent's look at the agent port just before gave; null where there was none. */
  readonly portCheck: Meaning | null;
  /** Agents that the controller itself has ended, or that said they would not come back. */
  readonly dismissed: ReadonlySet<string>;
  /** Milliseconds since the attempt began to speak at the agent port; null without times or without that line. */
  readonly spokenForMs: number | null;
  /** Where the attempt was connecting to: the agent port once discovery has answered. */
  readonly entrypoint: LogEntrypoint;
  /** The lines before it say that it speaks of an agent's pod. */
  readonly inAgentPod: boolean;
  /** How much of the attempt was seen: its line `Trying protocol`, some other line of an agent's way, or neither. */
  readonly seen: 'protocol' | 'attempt' | 'nothing';
  /** The attempt was seen from its beginning: what is not there was not written. */
  readonly whole: boolean;
  /** This attempt tried JNLP4, or wrote that it skips it. */
  readonly triedJnlp4: boolean;
}

/** A meaning that depends on more than the message. */
export interface Rule {
  /** In the table of the reference: on what it depends. */
  readonly by: string;
  /** null: on a closer look this is no sign of trouble. */
  readonly judge: (context: Context) => Meaning | null;
}

/** A message to recognise. */
export interface LogMessage {
  /** Parts of the line in their order, `…` standing for whatever is between: matched in linear time. */
  readonly text: string;
  readonly component: Component;
  /** The class or the program that writes it. */
  readonly source: string;
  /** The versions that write it, or `all`. */
  readonly versions: string;
  /** null: what the message tells is not a step of the agent's way. */
  readonly hop: LogHop | null;
  readonly means: Meaning | Rule;
  /**
   * 4: what the peer sent; 3: the cause itself; 2: a message that names the trouble; 1: a mere symptom. The highest in
   * an attempt counts.
   */
  readonly weight: 1 | 2 | 3 | 4;
  /** Only in what an agent wrote: the same words have other causes elsewhere. */
  readonly agentOnly: boolean;
}

type Row = readonly [
  text: string,
  versions: string,
  weight: LogMessage['weight'],
  means: Meaning | Rule,
  scope?: 'agent only',
];

/** The messages of one class or program. */
export function messagesOf(
  component: Component,
  source: string,
  hop: LogHop | null,
  rows: readonly Row[],
): readonly LogMessage[] {
  return rows.map(([text, versions, weight, means, scope]) => ({
    text,
    component,
    source,
    versions,
    hop,
    means,
    weight,
    agentOnly: scope !== undefined,
  }));
}
