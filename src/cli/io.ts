import type { Readable } from 'node:stream';
import type { Environment } from '../config/environment.ts';

/** A stream to write to. */
interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** The width of the terminal, in characters. */
  readonly columns?: number;
}

/** The streams, environment and signal of a command. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  /** Aborts on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** A mistake in the command line: one sentence, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Returns a word of the command line in quotes. Hides a word that may be a URL with a password. */
export function quoteWord(word: string): string {
  return word.includes('@') || word.includes('://') ? 'the argument' : JSON.stringify(word.slice(0, 80));
}

/**
 * Returns the configuration file of the option, else of the environment. An empty variable counts as not set.
 * @throws {UsageError} when the option is empty, as after `--config "$UNSET"`
 */
export function configFileOf(option: string | undefined, env: Environment): string | undefined {
  if (option === '') throw new UsageError('--config must be the name of a file, not empty');
  return option ?? (env.JENKINS_AGENT_PROBE_CONFIG || undefined);
}
