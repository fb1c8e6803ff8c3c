import type { Random } from '../model/clock.ts';

/** The first rounds of all controllers start within this time. */
const MAX_SPREAD_MS = 10_000;
/** Time between the first rounds of two controllers, if their number allows it. */
const SLOT_MS = 250;

/**
 * Returns the start of the first round of a controller, in milliseconds after the start. Each controller has a slot and
 * a random offset in it: a single one starts at once, hundreds are spread over ten seconds.
 * @param index which of the `count` controllers, from 0
 */
export function firstDelayMs(index: number, count: number, random: Random): number {
  const spread = Math.min(MAX_SPREAD_MS, SLOT_MS * count);
  return ((index + random()) / count) * spread;
}

/**
 * Returns the time of the next probe. The pause is measured from start to start, so that a slow answer does not lengthen
 * the cadence. At least half of it follows the end, so that a controller that hangs is not probed all the time. All times
 * are milliseconds of the same clock.
 */
export function nextDue(startedAt: number, endedAt: number, pauseMs: number): number {
  return Math.max(startedAt + pauseMs, endedAt + pauseMs / 2);
}
