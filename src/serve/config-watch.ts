import { statSync } from 'node:fs';
import type { Logger } from 'pino';
import { ConfigError } from '../config/problems.ts';
import type { Settings } from '../config/settings.ts';
import type { Clock } from '../model/clock.ts';
import { codeOf } from '../model/error-code.ts';

/** Interval of the check of the files. Kubernetes takes up to a minute to update a mounted ConfigMap. */
const LOOK_MS = 5000;

interface ConfigWatchDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Loads the configuration. @throws {ConfigError} */
  readonly load: () => Settings;
  /** Applies valid settings. */
  readonly apply: (settings: Settings) => Promise<unknown>;
  /** Called if the configuration cannot be used. */
  readonly failed: () => void;
}

/**
 * Reloads the configuration when the file, one of its secrets or certificates, or the target of a symbolic link changes.
 * Kubernetes replaces a ConfigMap through such a link. An invalid configuration changes nothing.
 */
export class ConfigWatch {
  readonly #deps: ConfigWatchDeps;
  #files: readonly string[];
  #seen: string;
  #cancelTimer: () => void = () => undefined;

  /** @param files the files of the active settings */
  constructor(files: readonly string[], deps: ConfigWatchDeps) {
    this.#files = files;
    this.#deps = deps;
    this.#seen = signatureOf(files);
    this.#arm();
  }

  /**
   * Reloads the configuration now. Never rejects.
   * @returns its problems, one line each; empty if it is active
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
        port === null
          ? 'the configuration cannot be applied; see the log'
          : `cannot listen on port ${port} (${codeOf(error)})`,
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

/** Returns a text that changes with any of the files, or when one becomes unreadable. Follows links. Never throws. */
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
