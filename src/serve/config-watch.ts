import { statSync } from 'node:fs';
import type { Logger } from 'pino';
import { ConfigError } from '../config/problems.ts';
import type { Settings } from '../config/settings.ts';
import type { Clock } from '../model/clock.ts';

/** How often the files are looked at. Kubernetes itself takes up to a minute to bring a change to the node. */
const LOOK_MS = 5000;

/** What a watch of the configuration works with. */
export interface ConfigWatchDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Reads the configuration anew. @throws {ConfigError} */
  readonly load: () => Settings;
  /** Takes over settings that could be read. */
  readonly apply: (settings: Settings) => Promise<unknown>;
  /** Hears that the configuration cannot be used. */
  readonly failed: () => void;
}

/**
 * Reads the configuration anew when it changes: the file itself, its secrets and certificates, or what a symbolic link
 * on the way points at, which is how Kubernetes swaps a ConfigMap. A configuration that cannot be used changes nothing.
 */
export class ConfigWatch {
  readonly #deps: ConfigWatchDeps;
  #files: readonly string[];
  #seen: string;
  #cancelTimer: () => void = () => undefined;

  /** @param files what the settings in use were read from */
  constructor(files: readonly string[], deps: ConfigWatchDeps) {
    this.#files = files;
    this.#deps = deps;
    this.#seen = signatureOf(files);
    this.#arm();
  }

  /**
   * Reads the configuration anew now, as SIGHUP asks. Never rejects.
   * @returns what is wrong with it, one line each; empty when it was taken over
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
        logger.error(
          { problems: error.problems },
          'the new configuration cannot be used; the one before stays',
        );
        return error.message.split('\n');
      }
      logger.error({ err: error }, 'the new configuration could not be taken over');
      return ['it could not be taken over, see the log'];
    }
  }

  close(): void {
    this.#cancelTimer();
  }

  #arm(): void {
    this.#cancelTimer = this.#deps.clock.setTimer(LOOK_MS, () => void this.#look());
  }

  async #look(): Promise<void> {
    const now = signatureOf(this.#files);
    if (now !== this.#seen) {
      this.#seen = now;
      await this.reload();
    }
    this.#arm();
  }
}

/** Changes whenever one of the files does. Links are followed. */
function signatureOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat === undefined ? 'gone' : `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeMs}`;
    })
    .join(' ');
}
