import type { Logger } from 'pino';
import { type FileRead, hasChanged } from '../config/file-reads.ts';
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
  /** The files that the last load has read, with the states that it has seen. */
  #files: readonly FileRead[];
  /** The message of the last failure, until a configuration is active. */
  #failure: string | null = null;
  #cancelTimer: () => void = () => undefined;

  /** @param files the files of the active settings */
  constructor(files: readonly FileRead[], deps: ConfigWatchDeps) {
    this.#files = files;
    this.#deps = deps;
    this.#arm();
  }

  /**
   * Reloads the configuration now. Never rejects.
   * @returns its problems, one line each; empty if it is active
   */
  reload(): Promise<readonly string[]> {
    this.#failure = null;
    return this.#reload();
  }

  async #reload(): Promise<readonly string[]> {
    const { load, apply, failed } = this.#deps;
    try {
      const settings = load();
      this.#files = settings.files;
      await apply(settings);
      this.#failure = null;
      return [];
    } catch (error) {
      if (error instanceof ConfigError) this.#files = error.files;
      failed();
      this.#log(error);
      if (error instanceof ConfigError) return error.message.split('\n');
      const port = error instanceof Error && 'port' in error ? error.port : null;
      return [
        port === null
          ? 'the configuration cannot be applied; see the log'
          : `cannot listen on port ${port} (${codeOf(error)})`,
      ];
    }
  }

  /** Logs a failure, unless it is the same as the last one. */
  #log(error: unknown): void {
    const { logger } = this.#deps;
    const message = error instanceof Error ? error.message : String(error);
    if (message === this.#failure) return;
    this.#failure = message;
    if (error instanceof ConfigError) {
      logger.error({ problems: error.problems }, 'new configuration is invalid; keeping the previous one');
    } else {
      logger.error({ err: error }, 'new configuration could not be applied; keeping the previous one');
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
      if (this.#files.some(hasChanged)) await this.#reload();
    } finally {
      this.#arm();
    }
  }
}
