import {
  type ControllerStatus,
  combineHealth,
  type EntrypointStatus,
  type HealthState,
  healthOf,
} from '../daemon/status.ts';
import type { HealthBody } from './schemas/bodies.ts';

/** What a health check is answered, but for the age of the results, which goes on. */
export interface HealthAnswer {
  readonly state: HealthState;
  readonly code: 200 | 503;
  readonly headers: Readonly<Record<string, string>>;
  /** A {@link HealthBody}, written out. */
  readonly json: string;
  readonly text: string;
}

/**
 * The answer for these parts.
 * @param parts name and state of each
 * @param entrypoints what the states rest on
 */
export function healthAnswer(
  parts: readonly (readonly [string, HealthState])[],
  entrypoints: readonly EntrypointStatus[],
): HealthAnswer {
  const state = combineHealth(parts.map(([, each]) => each));
  const reason = entrypoints.find((each) => healthOf(each) === state && each.lastReason !== null)?.lastReason;
  return {
    state,
    code: state === 'up' ? 200 : 503,
    headers: {
      'cache-control': 'no-store',
      vary: 'accept',
      'health-verdict': state,
      ...(reason && { 'health-reason': reason }),
    },
    json: JSON.stringify({ status: state, parts: Object.fromEntries(parts) } satisfies HealthBody),
    text: `${state}\n`,
  };
}

/** How old the oldest result behind an answer is, in whole seconds; null where there is none. */
export function ageSeconds(entrypoints: readonly EntrypointStatus[]): string | null {
  let oldest = -1;
  for (const { ageMs } of entrypoints) oldest = Math.max(oldest, ageMs ?? -1);
  return oldest < 0 ? null : String(Math.round(oldest / 1000));
}

/** An answer that was made before, and what it held for. */
interface Kept {
  readonly entrypoints: readonly EntrypointStatus[];
  readonly states: readonly HealthState[];
  readonly answer: HealthAnswer;
}

/**
 * Keeps the answer for each thing that is asked for until something changes: a balancer asks thousands of times between
 * two results. A status is a new object after each result; by time alone only staleness changes, which is looked at anew.
 */
export class HealthAnswers {
  readonly #kept = new WeakMap<ControllerStatus, Map<string, Kept>>();

  /** @param status what the answer is about @param part which part of it, empty for all that agents need */
  of(
    status: ControllerStatus,
    part: string,
    make: () => { readonly entrypoints: readonly EntrypointStatus[]; readonly answer: HealthAnswer },
  ): Pick<Kept, 'entrypoints' | 'answer'> {
    let parts = this.#kept.get(status);
    if (parts === undefined) {
      parts = new Map();
      this.#kept.set(status, parts);
    }
    const kept = parts.get(part);
    if (kept?.entrypoints.every((each, index) => healthOf(each) === kept.states[index])) return kept;
    const made = make();
    const fresh = { ...made, states: made.entrypoints.map(healthOf) };
    parts.set(part, fresh);
    return fresh;
  }
}
