import { type Logger, pino, stdTimeFunctions } from 'pino';
import { LogSink } from './log-sink.ts';

/** A logger and the sink of its lines. */
export interface Log {
  readonly logger: Logger;
  readonly sink: LogSink;
}

/** Returns a logger that writes one JSON object a line. @param descriptor 1 for standard output, 2 for standard error */
export function createLog(level: string, descriptor: 1 | 2): Log {
  const formatters = { level: (label: string) => ({ level: label }) };
  const sink = new LogSink(descriptor);
  return { logger: pino({ level, base: null, timestamp: stdTimeFunctions.isoTime, formatters }, sink), sink };
}
