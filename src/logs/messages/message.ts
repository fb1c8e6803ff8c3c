import type { Code } from '../../catalogue/codes.ts';

/** The meaning of a message: the likeliest code, then other codes with the same line. */
export type Meaning = readonly [Code, ...Code[]];

/** The target of an agent's connection when Java's network code failed. */
export type LogEntrypoint = 'web' | 'port';

/** The hops of an agent's attempt, in order. */
export const HOPS = ['launch', 'web', 'port', 'acknowledgement', 'login', 'channel'] as const;
export type LogHop = (typeof HOPS)[number];

/** Entry of the dismissed agents that covers all of them: the controller itself stops. */
export const EVERY_AGENT = '*';

/** The writers of messages. */
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

/** The context that a message's meaning may depend on. */
export interface Context {
  /** The texts at the `…` of the message, in order, the last one to the line's end. */
  readonly gaps: readonly string[];
  /** The class that logged it, if the log names it. */
  readonly source: string;
  /** The whole record: the message and the exceptions below it. */
  readonly words: string;
  /** The meaning of Java's message in the record, as a failure at an entrypoint; null if unknown. */
  readonly failure: (entrypoint: LogEntrypoint) => Meaning | null;
  /** True if the agent was connected at this message. */
  readonly connected: boolean;
  /** The result of the agent's port check just before; null without one. */
  readonly portCheck: Meaning | null;
  /** Agents that the controller ended, or that announced that they would not return. */
  readonly dismissed: ReadonlySet<string>;
  /** Milliseconds since the attempt started its protocol at the agent port; null without times or without that line. */
  readonly spokenForMs: number | null;
  /** The target of the attempt: the agent port after discovery has answered. */
  readonly entrypoint: LogEntrypoint;
  /** True if the lines before it show that it is about an agent's pod. */
  readonly inAgentPod: boolean;
  /** The visible part of the attempt: its line `Trying protocol`, another line of the attempt, or nothing. */
  readonly seen: 'protocol' | 'attempt' | 'nothing';
  /** True if the log contains the start of the attempt, so missing lines were never written. */
  readonly whole: boolean;
  /** True if this attempt tried JNLP4, or logged that it skips it. */
  readonly triedJnlp4: boolean;
}

/** A meaning that depends on more than the message. */
export interface Rule {
  /** The facts it depends on, for the reference page. */
  readonly by: string;
  /** null: the message is not a problem in this context. */
  readonly judge: (context: Context) => Meaning | null;
}

/** A message to recognise. */
export interface LogMessage {
  /** Parts of the line in order, with `…` for any text between. Matched in linear time. */
  readonly text: string;
  readonly component: Component;
  /** The class or the program that writes it. */
  readonly source: string;
  /** The versions that write it, or `all`. */
  readonly versions: string;
  /** null: the message is not about a step of the attempt. */
  readonly hop: LogHop | null;
  readonly means: Meaning | Rule;
  /**
   * 4: bytes from the peer; 3: the cause itself; 2: a message that names the problem; 1: a symptom. The highest weight in
   * an attempt counts.
   */
  readonly weight: 1 | 2 | 3 | 4;
  /** Only in records of an agent: elsewhere the same text has other causes. */
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
