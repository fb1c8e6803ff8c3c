import type { Random } from '../model/clock.ts';

/** The first round of any number of controllers begins within this time. */
const MAX_SPREAD_MS = 10_000;
/** Two controllers' first rounds begin about this far apart, where the number of controllers allows it. */
const SLOT_MS = 250;

/**
 * When the first round of a controller begins, in milliseconds after the start. Each controller has a slot of its own
 * and a random place in it: a single one starts at once, hundreds are spread over ten seconds.
 * @param index which of the `count` controllers, from 0
 */
export function firstDelayMs(index: number, count: number, random: Random): number {
  const spread = Math.min(MAX_SPREAD_MS, SLOT_MS * count);
  return ((index + random()) / count) * spread;
}

/**
 * When a probe is due again. The pause runs from start to start, so that a slow answer does not stretch the cadence;
 * but at least half of it is left as quiet after the end, so that a controller which hangs is not held on to for ever.
 * All in milliseconds of the same clock.
 */
export function nextDue(startedAt: number, endedAt: number, pauseMs: number): number {
  return Math.max(startedAt + pauseMs, endedAt + pauseMs / 2);
}
