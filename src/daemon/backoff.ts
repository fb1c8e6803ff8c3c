import type { Depth } from '../model/result.ts';

/** The longest pause, as a multiple of the cadence. */
const MAX_FACTOR = 8;
/** The longest pause of depths that leave a trace on the controller (a log line, a WebSocket). */
const MAX_PAUSE_MS = 5 * 60_000;
/** The longest pause of `web` and `ping`: the controller logs nothing for them, and they detect its recovery. */
const MAX_LIGHT_PAUSE_MS = 60_000;
/** The pause after a failure that no shallower depth can confirm, until the verdict is settled. */
const CONFIRM_MS = 30_000;

/** The longest pause while a verdict is unsettled. */
const SETTLING_MS = 15_000;

/** The inputs of a pause. */
export interface Pace {
  readonly depth: Depth;
  readonly cadenceMs: number;
  /** Failures in a row that count for this depth. */
  readonly failures: number;
  /** Failures in a row after which the verdict is `down`. */
  readonly fall: number;
  /** The latest result failed at a step that no shallower depth takes, and the verdict is not `down` yet. */
  readonly unconfirmed: boolean;
  /** The verdict is unknown or about to change, and this is the cheapest depth that settles it. */
  readonly settling: boolean;
}

/**
 * Returns the pause until a depth's next probe, in milliseconds, before jitter. The pause is the cadence until the verdict
 * is `down`, and again from the first success on. While the verdict is down, the pause doubles with every failure. Its
 * limit is eight times the cadence, and also a minute for `web` and `ping` and five minutes for the others, but never less
 * than the cadence. While the verdict is unsettled, the lightest depth of an entrypoint is probed at least every 15 s, for
 * at most `rise` or `fall` probes.
 */
export function pauseMs({ depth, cadenceMs, failures, fall, unconfirmed, settling }: Pace): number {
  if (settling) return Math.min(cadenceMs, SETTLING_MS);
  if (unconfirmed) return Math.min(cadenceMs, CONFIRM_MS);
  const doublings = Math.max(0, failures - fall + 1);
  return Math.min(cadenceMs * 2 ** doublings, slowestPauseMs(depth, cadenceMs));
}

/** Returns the longest pause with back-off. */
export function slowestPauseMs(depth: Depth, cadenceMs: number): number {
  const limit = depth === 'web' || depth === 'ping' ? MAX_LIGHT_PAUSE_MS : MAX_PAUSE_MS;
  return Math.max(cadenceMs, Math.min(MAX_FACTOR * cadenceMs, limit));
}
