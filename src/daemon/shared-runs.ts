import type { Clock } from '../model/clock.ts';

/** The minimum time between the starts of two runs with the same key. */
const SHARED_FOR_MS = 5_000;

/** A receiver of the events of a run. */
export interface Follower<E> {
  /** Called with all earlier events, then with each new one. Must not throw. */
  readonly tell: (event: E) => void;
  /** Aborts when the receiver is gone. The run continues, because others may share it. */
  readonly signal: AbortSignal;
}

interface Run<T, E> {
  readonly startedAt: number;
  readonly result: Promise<T>;
  readonly events: readonly E[];
  readonly followers: Set<(event: E) => void>;
  running: boolean;
}

/** Shares runs among callers: one run at a time for each key, and at most one in five seconds. */
export class SharedRuns<T, E = never> {
  readonly #clock: Clock;
  readonly #runs = new Map<string, Run<T, E>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The number of kept runs: running or recently started. */
  get size(): number {
    this.#forget();
    return this.#runs.size;
  }

  /**
   * Runs `make` now, or returns the run with the same key that is running or has recently started.
   * @param make reports its events to followers
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
      // An error is not shared with later callers.
      this.#runs.delete(key);
    });
    return run;
  }

  /** Removes runs that can no longer be shared. */
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
  // A separate function, so that the same follower can be added twice.
  const own = (event: E) => tell(event);
  followers.add(own);
  signal.addEventListener('abort', () => followers.delete(own), { once: true });
}
