import { extname } from 'node:path';
import { getAsset, isSea } from 'node:sea';
import { Worker } from 'node:worker_threads';
import type { Report } from '../report/report.ts';
import { ApiError, tooManyRequests } from './errors.ts';

/** The input of the thread. */
export interface LogTask {
  readonly log: string;
  /** The report to add the log to; null: the log alone. */
  readonly report: Report | null;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The limit of queued logs. Reading one takes at most a second, unless the log is hostile. */
const MAX_WAITING = 4;
const LIMIT_MS = 10_000;
const MAX_MEMORY_MB = 128;
/** Retry-After, in seconds. */
const BUSY_SECONDS = 5;

/** Reads logs on a separate thread, one at a time, so that a log cannot delay health checks. */
export class LogReader {
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** Returns the report on a log. Throws {@link ApiError} 429 if too many are queued; rejects with 503 after a timeout. */
  read(task: LogTask): Promise<Report> {
    if (this.#waiting >= MAX_WAITING) throw tooManyRequests('too many logs are queued', BUSY_SECONDS);
    this.#waiting += 1;
    const reading = this.#last
      .then(() => onThread(task))
      .finally(() => {
        this.#waiting -= 1;
      });
    this.#last = reading.catch(() => undefined);
    return reading;
  }
}

async function onThread(task: LogTask): Promise<Report> {
  const thread = startThread(task);
  const slow = new ApiError(503, 'log-too-slow', 'reading the log took too long; send only its last part');
  const outcome = Promise.withResolvers<Report>();
  const timer = setTimeout(() => outcome.reject(slow), LIMIT_MS);
  thread.once('message', outcome.resolve).once('error', (error: NodeJS.ErrnoException) => {
    outcome.reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? slow : error);
  });
  try {
    return await outcome.promise;
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}

function startThread(task: LogTask): Worker {
  const limits = { maxOldGenerationSizeMb: MAX_MEMORY_MB };
  const options = { workerData: task, resourceLimits: limits, execArgv: [] };
  // The single executable contains the file as an asset.
  if (isSea()) return new Worker(getAsset('log-thread.cjs', 'utf8'), { ...options, eval: true });
  return new Worker(new URL(`./log-thread${extname(import.meta.url)}`, import.meta.url), options);
}
