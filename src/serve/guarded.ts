import type { Logger } from 'pino';
import type { Clock } from '../model/clock.ts';

/** Logs an exception of something that nobody waits for. It is a bug, but one that ends nothing else. */
export function backgroundFailed(logger: Logger, err: unknown): void {
  logger.error({ err }, 'background task failed');
}

/** The clock, with timers whose exceptions and rejections are logged instead of ending the process. */
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
