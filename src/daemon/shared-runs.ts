import type { Clock } from '../model/clock.ts';

/** Two runs of the same thing begin at least this far apart. */
const SHARED_FOR_MS = 5_000;

/** Somebody who wants to hear how a run gets on while it lasts. */
export interface Follower<E> {
  /** Called with everything that has happened so far, then as things happen. Must not throw. */
  readonly tell: (event: E) => void;
  /** Aborts when nobody listens any more; the run goes on, since others may share it. */
  readonly signal: AbortSignal;
}

interface Run<T, E> {
  readonly startedAt: number;
  readonly result: Promise<T>;
  readonly events: readonly E[];
  readonly followers: Set<(event: E) => void>;
  running: boolean;
}

/** Runs things on demand, however many ask: each one at a time, and at most once in five seconds. */
export class SharedRuns<T, E = never> {
  readonly #clock: Clock;
  readonly #runs = new Map<string, Run<T, E>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many are kept: those under way, and those that have only just begun. */
  get size(): number {
    this.#forget();
    return this.#runs.size;
  }

  /**
   * Runs `make` now, or shares the run of the same key that is under way or has only just begun.
   * @param make hands over what happens meanwhile, for those who follow
   */
  run(key: string, make: (tell: (event: E) => void) => Promise<T>, follower?: Follower<E>): Promise<T> {
    this.#forget();
    const run = this.#runs.get(key) ?? this.#begin(key, make);
    if (follower !== undefined) follow(run, follower);
    return run.result;
  }

  #begin(key: string, make: (tell: (event: E) => void) => Promise<T>): Run<T, E> {
    const events: E[] = [];
    const followers = new Set<(event: E) => void>();
    const result = make((event) => {
      events.push(event);
      for (const tell of followers) tell(event);
    });
    const run: Run<T, E> = { startedAt: this.#clock.elapsed(), result, events, followers, running: true };
    this.#runs.set(key, run);
    const ended = () => {
      run.running = false;
      followers.clear();
    };
    result.then(ended, () => {
      ended();
      // The next caller shall not be served the same error.
      this.#runs.delete(key);
    });
    return run;
  }

  /** Lets go of the runs that nobody can share any more. */
  #forget(): void {
    const now = this.#clock.elapsed();
    for (const [key, { running, startedAt }] of this.#runs) {
      if (!running && now - startedAt >= SHARED_FOR_MS) this.#runs.delete(key);
    }
  }
}

function follow<E>({ events, followers, running }: Run<unknown, E>, { tell, signal }: Follower<E>): void {
  if (signal.aborted) return;
  for (const event of events) tell(event);
  if (!running) return;
  // A function of its own, so that one who follows twice is told twice.
  const own = (event: E) => tell(event);
  followers.add(own);
  signal.addEventListener('abort', () => followers.delete(own), { once: true });
}
