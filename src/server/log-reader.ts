import { extname } from 'node:path';
import { getAsset, isSea } from 'node:sea';
import { Worker } from 'node:worker_threads';
import type { Report } from '../report/report.ts';
import { ApiError, tooManyRequests } from './errors.ts';

/** What the thread is given. */
export interface LogTask {
  readonly log: string;
  /** The report to add the log to; null: the log alone. */
  readonly report: Report | null;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Logs that wait; each is read for a second at most, unless somebody made it to be slow. */
const MAX_WAITING = 4;
const LIMIT_MS = 10_000;
const MAX_MEMORY_MB = 128;
/** When to ask again, in seconds. */
const BUSY_SECONDS = 5;

/** Reads logs on a thread of their own, one at a time: what a client sends must not stop health checks. */
export class LogReader {
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** The report on a log. Rejects with {@link ApiError}: 429 when too many wait, 503 when it takes too long. */
  read(task: LogTask): Promise<Report> {
    if (this.#waiting >= MAX_WAITING) throw tooManyRequests('too many logs are being read', BUSY_SECONDS);
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
  const slow = new ApiError(503, 'log-too-slow', 'the log could not be read in time; send its last part');
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
  // The single executable has no files beside it.
  if (isSea()) return new Worker(getAsset('log-thread.cjs', 'utf8'), { ...options, eval: true });
  return new Worker(new URL(`./log-thread${extname(import.meta.url)}`, import.meta.url), options);
}
