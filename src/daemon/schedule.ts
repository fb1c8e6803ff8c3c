import { type Clock, jittered, type Random } from '../model/clock.ts';
import type { PlannedDepth } from '../model/plan.ts';
import type { Depth, Entrypoint } from '../model/result.ts';
import { nextDue } from './cadence.ts';

/** A depth in the schedule. */
export interface Turn extends PlannedDepth {
  /** By {@link Clock.elapsed}. */
  readonly dueAt: number;
  /** True for the lightest depth of its entrypoint. The verdict depends on it, so it may be slowed but never postponed. */
  readonly lightest: boolean;
}

interface OwnTurn extends Turn {
  dueAt: number;
  /** The pause before `dueAt`, without jitter. */
  pauseMs: number;
  done: boolean;
}

/** The current interval of a depth and its next probe. */
export interface Pause extends PlannedDepth {
  /** Longer than the cadence after failures, shorter while a verdict is unsettled. */
  readonly pauseMs: number;
  /** 0: due now. */
  readonly dueInMs: number;
}

/** The schedule of the depths of one controller. */
export class Schedule {
  readonly #turns: readonly OwnTurn[];
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(plan: readonly PlannedDepth[], clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
    this.#turns = plan.map((planned) => ({
      ...planned,
      lightest: plan.find(({ entrypoint }) => entrypoint === planned.entrypoint) === planned,
      dueAt: 0,
      pauseMs: planned.cadenceMs,
      done: false,
    }));
  }

  /** Makes every depth due in `delayMs`. */
  begin(delayMs: number): void {
    const dueAt = this.#clock.elapsed() + delayMs;
    for (const turn of this.#turns) turn.dueAt = dueAt;
  }

  /** The turn that is due first; of several, the first in the plan. Null if the plan is empty. */
  get next(): Turn | null {
    const [first, ...others] = this.#turns;
    if (first === undefined) return null;
    return others.reduce((soonest, other) => (other.dueAt < soonest.dueAt ? other : soonest), first);
  }

  /** True if every depth has had its first turn. */
  get firstRoundDone(): boolean {
    return this.#turns.every(({ done }) => done);
  }

  /** The longest pause beyond the cadence of its depth, in milliseconds. */
  get slowedByMs(): number {
    return Math.max(...this.#turns.map(({ pauseMs, cadenceMs }) => pauseMs - cadenceMs), 0);
  }

  /** Every depth, in the order of the plan. */
  get pauses(): readonly Pause[] {
    const now = this.#clock.elapsed();
    return this.#turns.map(({ depth, entrypoint, cadenceMs, pauseMs, dueAt }) => {
      return { depth, entrypoint, cadenceMs, pauseMs, dueInMs: Math.max(0, dueAt - now) };
    });
  }

  has(depth: Depth): boolean {
    return this.#turns.some((turn) => turn.depth === depth);
  }

  /** Ends a turn that began at `startedAt`. It is due again after the pause, with jitter. */
  ended({ depth }: Turn, startedAt: number, pauseMs: number): void {
    const turn = this.#turnOf(depth);
    turn.done = true;
    turn.pauseMs = pauseMs;
    turn.dueAt = nextDue(startedAt, this.#clock.elapsed(), jittered(pauseMs, this.#random));
  }

  /** Makes the depths of an entrypoint due now. */
  hasten(entrypoint: Entrypoint): void {
    const now = this.#clock.elapsed();
    for (const turn of this.#turns) {
      if (turn.entrypoint === entrypoint) turn.dueAt = Math.min(turn.dueAt, now);
    }
  }

  /** Postpones all depths that are due within `delayMs`. */
  putOff(delayMs: number): void {
    const from = this.#clock.elapsed() + delayMs;
    for (const turn of this.#turns) turn.dueAt = Math.max(turn.dueAt, from);
  }

  /** Marks depths as probed by another replica. @param agesMs the age of each probe in milliseconds */
  takenElsewhere(agesMs: Readonly<Partial<Record<Depth, number>>>): void {
    const now = this.#clock.elapsed();
    for (const turn of this.#turns) {
      const ageMs = agesMs[turn.depth];
      turn.done = true;
      if (ageMs !== undefined) turn.dueAt = Math.max(turn.dueAt, now - ageMs + turn.cadenceMs);
    }
  }

  #turnOf(depth: Depth): OwnTurn {
    const turn = this.#turns.find((each) => each.depth === depth);
    if (turn === undefined) throw new Error(`${depth} is not scheduled`);
    return turn;
  }
}
