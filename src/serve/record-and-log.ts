import type { Logger } from 'pino';
import type { News } from '../daemon/root-causes.ts';
import type { MetricsRecorder } from '../metrics/recorder.ts';
import { firstFailure, type OwnFault, type ProbeResult, type StepResult } from '../model/result.ts';
import type { DaemonObserver } from './observers.ts';

/**
 * Returns an observer that writes metrics and log lines. The log has one line for each change of a verdict and each root
 * cause. Single results are debug lines, so that a controller that is down for a day is one line, not thousands.
 */
export function recordAndLog(recorder: MetricsRecorder, logger: Logger): Omit<DaemonObserver, 'diagnosed'> {
  /** The controllers whose latest probe was inconclusive, so that only the first one is logged. */
  const inconclusive = new Map<string, OwnFault>();
  return {
    begun(_controller, lagMs) {
      recorder.lag(lagMs);
    },
    ended(controller, result) {
      inconclusive.delete(controller);
      recorder.result(controller, result);
      if (!logger.isLevelEnabled('debug')) return;
      const { depth, success, durationMs } = result;
      logger.debug({ controller, depth, success, durationMs, ...causeOf(result) }, 'probed');
    },
    inconclusive(controller, fault, result) {
      recorder.inconclusive(controller, fault, result);
      if (inconclusive.get(controller) === fault) return;
      inconclusive.set(controller, fault);
      const detail = result.steps.find(({ outcome }) => outcome === 'skipped')?.detail ?? null;
      logger.warn({ controller, depth: result.depth, fault, detail }, 'probe inconclusive');
    },
    surveyed(controller, result) {
      recorder.connections(controller, result);
    },
    verdictChanged({ controller, entrypoint, from, to, result }) {
      recorder.verdict(controller, entrypoint, to);
      const line = { controller, entrypoint, from, to, ...causeOf(result) };
      logger[to === 'down' ? 'warn' : 'info'](line, 'verdict changed');
    },
    backedOff(controller, extraMs) {
      recorder.backoff(controller, extraMs);
    },
    broke(controller, depth, err) {
      logger.error({ controller, depth, err }, 'probe threw an exception');
    },
    rootCauseFound(news) {
      logRootCause(logger, news);
    },
  };
}

/** Logs a root cause with its fix. */
function logRootCause(logger: Logger, { controller, diagnosis, from }: News): void {
  const { code, severity, title, evidence, remedy } = diagnosis;
  const line = { controller, code, title, from, evidence: evidence[0] ?? null, remedy };
  logger[severity === 'info' ? 'info' : 'warn'](line, 'root cause found');
}

function causeOf(result: ProbeResult): Record<'step' | 'reason' | 'detail', string | null> {
  const failure: StepResult | null = result.success ? null : firstFailure(result);
  return {
    step: failure?.step ?? null,
    reason: failure?.reason ?? null,
    detail: failure?.detail ?? null,
  };
}
