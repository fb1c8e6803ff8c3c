import type { Logger } from 'pino';
import type { Clock } from '../model/clock.ts';

/** Logs an exception of a background task. It is a bug, but the daemon continues. */
export function backgroundFailed(logger: Logger, err: unknown): void {
  logger.error({ err }, 'background task failed');
}

/** Returns a clock that logs exceptions and rejections of timers instead of ending the process. */
export function guardedClock(clock: Clock, logger: Logger): Clock {
  return {
    now: () => clock.now(),
    elapsed: () => clock.elapsed(),
    setTimer: (ms, fire) =>
      clock.setTimer(ms, async () => {
        try {
          await fire();
        } catch (error) {
          backgroundFailed(logger, error);
        }
      }),
  };
}
