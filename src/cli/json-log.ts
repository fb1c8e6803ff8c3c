import { destination, type Logger, pino, stdTimeFunctions } from 'pino';

/** Structured logs, one JSON object a line. @param descriptor 1 for standard output, 2 for standard error */
export function createLogger(level: string, descriptor: 1 | 2): Logger {
  const formatters = { level: (label: string) => ({ level: label }) };
  return pino(
    { level, base: null, timestamp: stdTimeFunctions.isoTime, formatters },
    destination({ fd: descriptor, sync: true }),
  );
}
