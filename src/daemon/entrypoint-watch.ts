import type { Clock } from '../model/clock.ts';
import type { Entrypoint, ProbeResult } from '../model/result.ts';
import type { FollowedEntrypoint } from '../verdict/followed.ts';
import {
  type Count,
  initialVerdict,
  isStale,
  nextVerdict,
  type StalePolicy,
  type Verdict,
  type VerdictPolicy,
  type VerdictState,
} from '../verdict/verdict.ts';
import { type LatestResults, weigh } from '../verdict/weight.ts';
import type { EntrypointStatus } from './status.ts';

/** The policy of an entrypoint's verdict. */
interface EntrypointPolicy extends VerdictPolicy {
  /** True if agents need this entrypoint. */
  readonly needed: boolean;
  /** A verdict is stale if the last result is older than this, in milliseconds. */
  readonly maxAgeMs: number;
  readonly onStale: StalePolicy;
  /** The verdict before the first results. */
  readonly initial: Verdict;
}

/** One entrypoint's verdict over time. */
export class EntrypointWatch {
  readonly entrypoint: Entrypoint;
  readonly #policy: EntrypointPolicy;
  readonly #clock: Clock;
  #state: VerdictState;
  #lastResultAt: number | null = null;
  #status: EntrypointStatus | null = null;

  constructor(entrypoint: Entrypoint, policy: EntrypointPolicy, clock: Clock) {
    this.entrypoint = entrypoint;
    this.#policy = policy;
    this.#clock = clock;
    this.#state = initialVerdict(policy.initial, clock.now());
  }

  get verdict(): Verdict {
    return this.#state.verdict;
  }

  /** A text that changes with the verdict and its reason. */
  get look(): string {
    return `${this.#state.verdict} ${this.#state.lastReason}`;
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#state.failures;
  }

  /** True if the verdict is unknown, or if the latest result contradicts it. */
  get unsettled(): boolean {
    const { verdict, successes, failures } = this.#state;
    return verdict === 'unknown' || (verdict === 'up' ? failures > 0 : successes > 0);
  }

  /** Adds a result. @param latest the controller's earlier results @returns the previous verdict */
  take(result: ProbeResult, latest: LatestResults): Verdict {
    const before = this.#state.verdict;
    this.#lastResultAt = this.#clock.elapsed();
    this.#status = null;
    const count: Count | null = weigh(result, latest);
    if (count !== null) this.#state = nextVerdict(this.#state, count, this.#policy, this.#clock.now());
    return before;
  }

  /** Uses the verdict of another replica. The next result of this replica continues from it. */
  adopt({ verdict, since, lastReason, ageMs }: FollowedEntrypoint): void {
    if (verdict !== this.#state.verdict || since !== this.#state.changedAt) {
      this.#state = { verdict, successes: 0, failures: 0, changedAt: since, lastReason };
    } else this.#state = { ...this.#state, lastReason };
    this.#lastResultAt = ageMs === null ? null : this.#clock.elapsed() - ageMs;
    this.#status = null;
  }

  /** Returns the status: the same object until the next result. Its age and staleness are computed on access. */
  status(): EntrypointStatus {
    this.#status ??= this.#takeStatus();
    return this.#status;
  }

  #takeStatus(): EntrypointStatus {
    const { verdict, changedAt, lastReason } = this.#state;
    const { needed, onStale, maxAgeMs } = this.#policy;
    const clock = this.#clock;
    const lastResultAt = this.#lastResultAt;
    const age = () => (lastResultAt === null ? null : clock.elapsed() - lastResultAt);
    return Object.freeze({
      entrypoint: this.entrypoint,
      verdict,
      needed,
      onStale,
      since: changedAt,
      lastReason,
      get ageMs() {
        return age();
      },
      get stale() {
        return isStale(age(), maxAgeMs);
      },
    });
  }
}
