import { statSync } from 'node:fs';
import type { Logger } from 'pino';
import { ConfigError } from '../config/problems.ts';
import type { Settings } from '../config/settings.ts';
import type { Clock } from '../model/clock.ts';
import { codeOf } from '../model/error-code.ts';

/** How often the files are checked. Kubernetes itself takes up to a minute to bring a change to the node. */
const LOOK_MS = 5000;

interface ConfigWatchDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Reads the configuration again. @throws {ConfigError} */
  readonly load: () => Settings;
  /** Applies settings that are valid. */
  readonly apply: (settings: Settings) => Promise<unknown>;
  /** Called when the configuration cannot be used. */
  readonly failed: () => void;
}

/**
 * Reads the configuration again when it changes: the file itself, its secrets and certificates, or the target of a
 * symbolic link, which is how Kubernetes swaps a ConfigMap. An invalid configuration changes nothing.
 */
export class ConfigWatch {
  readonly #deps: ConfigWatchDeps;
  #files: readonly string[];
  #seen: string;
  #cancelTimer: () => void = () => undefined;

  /** @param files the files that the settings in use were read from */
  constructor(files: readonly string[], deps: ConfigWatchDeps) {
    this.#files = files;
    this.#deps = deps;
    this.#seen = signatureOf(files);
    this.#arm();
  }

  /**
   * Reads the configuration again now, as SIGHUP asks. Never rejects.
   * @returns its problems, one line each; empty when it is in use
   */
  async reload(): Promise<readonly string[]> {
    const { logger, load, apply, failed } = this.#deps;
    try {
      const settings = load();
      this.#files = settings.files;
      this.#seen = signatureOf(this.#files);
      await apply(settings);
      return [];
    } catch (error) {
      failed();
      if (error instanceof ConfigError) {
        logger.error({ problems: error.problems }, 'new configuration is invalid; keeping the previous one');
        return error.message.split('\n');
      }
      logger.error({ err: error }, 'new configuration could not be applied; keeping the previous one');
      const port = error instanceof Error && 'port' in error ? error.port : null;
      return [
        port === null ? 'cannot be applied, see the log' : `cannot listen on port ${port} (${codeOf(error)})`,
      ];
    }
  }

  close(): void {
    this.#cancelTimer();
  }

  #arm(): void {
    this.#cancelTimer = this.#deps.clock.setTimer(LOOK_MS, () => this.#look());
  }

  async #look(): Promise<void> {
    try {
      const now = signatureOf(this.#files);
      if (now === this.#seen) return;
      this.#seen = now;
      await this.reload();
    } finally {
      this.#arm();
    }
  }
}

/** Changes whenever one of the files does, or can no longer be looked at. Links are followed. Never throws. */
function signatureOf(files: readonly string[]): string {
  return files.map(signatureOfFile).join(' ');
}

function signatureOfFile(file: string): string {
  try {
    const { dev, ino, size, mtimeMs } = statSync(file);
    return `${dev}:${ino}:${size}:${mtimeMs}`;
  } catch (error) {
    return codeOf(error);
  }
}
