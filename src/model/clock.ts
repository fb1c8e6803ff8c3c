/** Time as the daemon sees it; tests bring their own. */
export interface Clock {
  /** The time of day for people and timestamps, epoch milliseconds. It may jump. */
  now(): number;
  /** Milliseconds since some fixed moment. It never jumps: everything is planned by it. */
  elapsed(): number;
  /** Calls `fire` once after `ms` milliseconds, unless cancelled by the function returned. It may return a promise. */
  setTimer(ms: number, fire: () => unknown): () => void;
}

/** A source of numbers in [0, 1), as `Math.random`. */
export type Random = () => number;

/** How far {@link jittered} may be off, to either side. */
const JITTER = 0.1;

/** A pause made up to a tenth longer or shorter, so that many replicas do not act in step. */
export function jittered(ms: number, random: Random): number {
  return ms * (1 - JITTER + 2 * JITTER * random());
}
