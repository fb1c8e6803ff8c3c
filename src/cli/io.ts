import type { Readable } from 'node:stream';
import type { Environment } from '../config/environment.ts';

/** A stream to write to, and whether a person is watching it. */
interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** The width of the terminal, in characters. */
  readonly columns?: number;
}

/** What a command sees of its surroundings. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  /** Aborts when the user or the system wants the command to end. */
  readonly signal: AbortSignal;
}

/** A mistake in how a command was called: one sentence, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A word of the command line for a message, but not what may be a URL with a password, with its scheme or without. */
export function quoteWord(word: string): string {
  return word.includes('@') || word.includes('://') ? 'the argument' : JSON.stringify(word.slice(0, 80));
}

/**
 * The configuration file that the option or else the environment names. An empty variable is one that is not set.
 * @throws {UsageError} when the option is empty, as after `--config "$UNSET"`
 */
export function configFileOf(option: string | undefined, env: Environment): string | undefined {
  if (option === '') throw new UsageError('--config needs the name of a file');
  return option ?? (env.JENKINS_AGENT_PROBE_CONFIG || undefined);
}
