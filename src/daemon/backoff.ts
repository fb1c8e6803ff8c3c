import type { Depth } from '../model/result.ts';

/** No depth is slowed to more than this many times its cadence. */
const MAX_FACTOR = 8;
/** Depths that leave a trace on the controller (a log line, a WebSocket) may be slowed to this pause. */
const MAX_PAUSE_MS = 5 * 60_000;
/** `web` and `ping` are silent on the controller and see it come back: they are slowed to a minute at most. */
const MAX_LIGHT_PAUSE_MS = 60_000;
/** A deep probe whose failure no shallower one can confirm is repeated after this pause until the verdict is settled. */
const CONFIRM_MS = 30_000;

/** While a verdict is unsettled its entrypoint is looked at this often, where the cadence would be slower. */
const SETTLING_MS = 15_000;

/** What a pause depends on. */
export interface Pace {
  readonly depth: Depth;
  readonly cadenceMs: number;
  /** Failures in a row that count for this depth. */
  readonly failures: number;
  /** So many failures in a row make the verdict `down`. */
  readonly fall: number;
  /** The latest result failed where no shallower depth looks, and the verdict is not `down` yet. */
  readonly unconfirmed: boolean;
  /** The verdict is not reached yet or about to change, and this is the depth that settles it at the least cost. */
  readonly settling: boolean;
}

/**
 * The pause until a depth's next probe, in milliseconds, before jitter. The cadence holds until the verdict is `down`
 * (so it is reached in time) and again from the first success on (so is the recovery). While it is down the pause
 * doubles with every failure: to eight times the cadence, but no more than a minute for `web` and `ping` and
 * five minutes for the rest, and never to less than the cadence. A cadence slower than a quarter of a minute is quickened
 * while the verdict is unsettled, for the lightest depth of an entrypoint: at most `rise` or `fall` probes long.
 */
export function pauseMs({ depth, cadenceMs, failures, fall, unconfirmed, settling }: Pace): number {
  if (settling) return Math.min(cadenceMs, SETTLING_MS);
  if (unconfirmed) return Math.min(cadenceMs, CONFIRM_MS);
  const doublings = Math.max(0, failures - fall + 1);
  return Math.min(cadenceMs * 2 ** doublings, slowestPauseMs(depth, cadenceMs));
}

/** The longest pause that back-off can lead to. */
export function slowestPauseMs(depth: Depth, cadenceMs: number): number {
  const limit = depth === 'web' || depth === 'ping' ? MAX_LIGHT_PAUSE_MS : MAX_PAUSE_MS;
  return Math.max(cadenceMs, Math.min(MAX_FACTOR * cadenceMs, limit));
}
