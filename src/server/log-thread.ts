import { parentPort, workerData } from 'node:worker_threads';
import { givenLog } from '../report/log-report.ts';
import type { LogTask } from './log-reader.ts';

// The entry of a thread: reads one log and ends.
const { log, report, now }: LogTask = workerData;
const given = givenLog(log);
parentPort?.postMessage(report === null ? given.alone(now) : given.beside(report));
