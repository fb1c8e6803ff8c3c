import type { Logger } from 'pino';
import type { WatchObserver } from '../daemon/observer.ts';
import type { News } from '../daemon/root-causes.ts';
import type { MetricsRecorder } from '../metrics/recorder.ts';
import { firstFailure, type ProbeResult, type StepResult } from '../model/result.ts';

/**
 * Brings what the watches find out to the metrics and to the log. The log gets one line for each verdict that
 * changes; single results are for debugging only: a controller that is down for a day is one line, not thousands.
 */
export function recordAndLog(recorder: MetricsRecorder, logger: Logger): Omit<WatchObserver, 'diagnosed'> {
  return {
    begun(_controller, lagMs) {
      recorder.lag(lagMs);
    },
    ended(controller, result) {
      recorder.result(controller, result);
      const { depth, success, durationMs } = result;
      logger.debug({ controller, depth, success, durationMs, ...causeOf(result) }, 'probed');
    },
    surveyed(controller, result) {
      recorder.connections(controller, result);
    },
    verdictChanged({ controller, endpoint, from, to, result }) {
      recorder.verdict(controller, endpoint, to);
      const line = { controller, endpoint, from, to, ...causeOf(result) };
      logger[to === 'down' ? 'warn' : 'info'](line, 'verdict changed');
    },
    backedOff(controller, extraMs) {
      recorder.backoff(controller, extraMs);
    },
    broke(controller, depth, err) {
      logger.error({ controller, depth, err }, 'a probe threw an exception');
    },
  };
}

/** One line for each root cause that has come to stay, with what mends it. */
export function logNews(logger: Logger, { controller, diagnosis, from }: News): void {
  const { code, severity, title, evidence, remedy } = diagnosis;
  const line = { controller, code, from, evidence: evidence[0] ?? null, remedy };
  logger[severity === 'info' ? 'info' : 'warn'](line, `root cause: ${title}`);
}

function causeOf(result: ProbeResult): Record<'step' | 'reason' | 'detail', string | null> {
  const failure: StepResult | null = result.success ? null : firstFailure(result);
  return {
    step: failure?.step ?? null,
    reason: failure?.reason ?? null,
    detail: failure?.detail ?? null,
  };
}
