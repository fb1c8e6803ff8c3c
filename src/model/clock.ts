/** The clock of the daemon. Tests replace it. */
export interface Clock {
  /** The wall clock for timestamps, epoch milliseconds. It may jump. */
  now(): number;
  /** The monotonic clock in milliseconds. Everything is scheduled by it. */
  elapsed(): number;
  /** Calls `fire` once after `ms` milliseconds. The returned function cancels it. `fire` may return a promise. */
  setTimer(ms: number, fire: () => unknown): () => void;
}

/** A source of numbers in [0, 1), like `Math.random`. */
export type Random = () => number;

/** The maximum deviation of {@link jittered}. */
const JITTER = 0.1;

/** A pause made up to a tenth longer or shorter, so that replicas do not act at the same time. */
export function jittered(ms: number, random: Random): number {
  return ms * (1 - JITTER + 2 * JITTER * random());
}
