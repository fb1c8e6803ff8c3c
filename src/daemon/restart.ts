import type { Clock } from '../model/clock.ts';
import { type Entrypoint, firstFailure, type ProbeResult } from '../model/result.ts';
import { SessionMemory, sessionsOf } from '../model/session-memory.ts';
import type { Reason } from '../protocol/reason.ts';

/** The reasons that a restart of the controller can cause. */
const SIGNS: ReadonlySet<Reason> = new Set<Reason>([
  'controller-starting',
  'ingress-no-backend-503',
  'discovery-connect-refused',
  'agent-port-refused',
  'l4-accept-then-close',
]);

/** Deep probes pause for this time after a start, while all agents reconnect. */
const QUIET_MS = 60_000;
/** The minimum interval of such pauses, because a new session in every hello must not postpone deep probes forever. */
const QUIET_EVERY_MS = 300_000;

/** Detects restarts of a controller from its results. */
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

  /** The time of the latest observed start, epoch milliseconds; null: none observed. */
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

  /** Returns true if a result is obsolete: it is a failure or a session of an earlier run of the controller. */
  isPast(result: ProbeResult): boolean {
    return result.startedAt < this.#startedAt && (!result.success || sessionsOf(result).length > 0);
  }

  /** True if an entrypoint shows a sign of a restart, or the controller started less than a minute ago. */
  get suspected(): boolean {
    return this.#down.size > 0 || this.#clock.elapsed() < this.#quietUntil;
  }
}
