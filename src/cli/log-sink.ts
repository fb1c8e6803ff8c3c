import { write } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { codeOf } from '../model/error-code.ts';

/** Limit of the queue, in characters: a few thousand lines. */
const MAX_WAITING = 1024 * 1024;
/** Characters in one write. */
const MAX_BATCH = 64 * 1024;
/** Time between two writes to a full non-blocking pipe. */
const RETRY_MS = 100;

/**
 * Writes lines to a file descriptor; it never blocks and never throws. One write runs at a time, on a thread of the pool.
 * Lines that cannot be written, or that do not fit into the queue, are lost and counted.
 */
export class LogSink {
  readonly #descriptor: number;
  #lines: string[] = [];
  #waiting = 0;
  #lost = 0;
  #writing: Promise<void> | null = null;
  #tell: (lines: number) => void = () => undefined;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Queues a line, its end included. */
  write(line: string): void {
    if (this.#waiting + line.length > MAX_WAITING) {
      this.#lose(1);
      return;
    }
    this.#lines.push(line);
    this.#waiting += line.length;
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = null;
    });
  }

  /** Calls `tell` with the number of lines lost so far, then with each further number. */
  onLost(tell: (lines: number) => void): void {
    this.#tell = tell;
    tell(this.#lost);
  }

  /** Resolves when all lines are written, or after `ms`. */
  async flush(ms: number): Promise<void> {
    const late = new AbortController();
    const limit = pause(ms, undefined, late).catch(() => undefined);
    await Promise.race([this.#writing, limit]);
    late.abort();
  }

  async #drain(): Promise<void> {
    while (this.#lines.length > 0) await this.#writeBatch(this.#takeBatch());
  }

  #takeBatch(): readonly string[] {
    let length = 0;
    let count = 0;
    for (const line of this.#lines) {
      if (count > 0 && length + line.length > MAX_BATCH) break;
      length += line.length;
      count += 1;
    }
    this.#waiting -= length;
    return this.#lines.splice(0, count);
  }

  async #writeBatch(lines: readonly string[]): Promise<void> {
    let rest = Buffer.from(lines.join(''));
    while (rest.length > 0) {
      try {
        rest = rest.subarray(await this.#writeSome(rest));
      } catch (error) {
        if (codeOf(error) === 'EAGAIN') await pause(RETRY_MS, undefined, { ref: false });
        else {
          this.#lose(rest.toString().split('\n').length - 1);
          return;
        }
      }
    }
  }

  #writeSome(bytes: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      write(this.#descriptor, bytes, (error, written) => (error === null ? resolve(written) : reject(error)));
    });
  }

  #lose(lines: number): void {
    this.#lost += lines;
    this.#tell(lines);
  }
}
