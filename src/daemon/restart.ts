import type { Clock } from '../model/clock.ts';
import { type Entrypoint, firstFailure, type ProbeResult } from '../model/result.ts';
import { SessionMemory, sessionsOf } from '../model/session-memory.ts';
import type { Reason } from '../protocol/reason.ts';

/** What a controller looks like from outside while it goes down and comes up again. */
const SIGNS: ReadonlySet<Reason> = new Set<Reason>([
  'controller-starting',
  'ingress-no-backend-503',
  'discovery-connect-refused',
  'agent-port-refused',
  'l4-accept-then-close',
]);

/** So long after a start its agents all come back at once, and we stay out of their way. */
const QUIET_MS = 60_000;
/** From one quiet time to the next at least. A new session in every hello must not put deep probes off for ever. */
const QUIET_EVERY_MS = 300_000;

/** Tells whether a controller seems to be restarting, from the results so far. */
export class RestartWatch {
  readonly #clock: Clock;
  readonly #sessions = new SessionMemory();
  /** The entrypoints whose latest result shows a sign. */
  readonly #down = new Set<Entrypoint>();
  #quietUntil = 0;
  #quietAgainAt = 0;
  #startedAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** When the latest start was seen, epoch milliseconds; null: none has been seen. */
  get lastStart(): number | null {
    return Number.isFinite(this.#startedAt) ? this.#startedAt : null;
  }

  take(result: ProbeResult): void {
    const reason = result.success ? null : (firstFailure(result)?.reason ?? null);
    if (reason !== null && SIGNS.has(reason)) this.#down.add(result.entrypoint);
    else this.#down.delete(result.entrypoint);
    if (this.#sessions.take(result) === 0) return;
    this.#startedAt = result.startedAt;
    const elapsed = this.#clock.elapsed();
    if (elapsed < this.#quietAgainAt) return;
    this.#quietUntil = elapsed + QUIET_MS;
    this.#quietAgainAt = elapsed + QUIET_EVERY_MS;
  }

  /** Whether a result says nothing any more: an earlier run of the controller failed so, or showed its session. */
  isPast(result: ProbeResult): boolean {
    return result.startedAt < this.#startedAt && (!result.success || sessionsOf(result).length > 0);
  }

  /** An entrypoint is closed as by a restart, or the controller started less than a minute ago. */
  get suspected(): boolean {
    return this.#down.size > 0 || this.#clock.elapsed() < this.#quietUntil;
  }
}
