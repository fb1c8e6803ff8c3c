import {
  type ControllerStatus,
  combineHealth,
  type EntrypointStatus,
  type HealthState,
  healthOf,
  healthOfController,
} from '../daemon/status.ts';
import { preferredType } from './accept.ts';
import type { HealthBody } from './schemas/bodies.ts';

/** The media types, the default first. */
const OFFERS = ['application/json', 'text/plain'] as const;
type MediaType = (typeof OFFERS)[number];

/** The answer to a health check, without the age of the results. */
export interface HealthAnswer {
  readonly state: HealthState;
  readonly code: 200 | 503;
  /** Returns the answer as HTTP, the same object until the age changes. @param age in seconds; null: no result */
  readonly response: (age: number | null, type: MediaType) => HealthResponse;
}

/** An answer as HTTP. */
interface HealthResponse {
  readonly code: 200 | 503;
  readonly headers: Readonly<Record<string, string>>;
  /** The same headers as a list, each name before its value: Node.js sends it faster. */
  readonly headerList: string[];
  readonly body: string;
}

/** Returns an answer as HTTP. @param entrypoints from whose results it is derived @param accept the header of the request */
export function responseOf(
  answer: HealthAnswer,
  entrypoints: readonly EntrypointStatus[],
  accept: string | undefined,
): HealthResponse {
  return answer.response(ageSeconds(entrypoints), preferredType(accept, OFFERS));
}

/** A part of an answer: an entrypoint, or a controller. */
interface HealthPart {
  readonly name: string;
  readonly state: HealthState;
  /** The entrypoints from which the state is derived. */
  readonly entrypoints: readonly EntrypointStatus[];
}

/** Returns the answer for these parts. */
export function healthAnswer(parts: readonly HealthPart[]): HealthAnswer {
  const state = combineHealth(parts.map((part) => part.state));
  const deciding = parts
    .filter((part) => part.state === state)
    .flatMap(({ entrypoints }) => entrypoints)
    .filter((each) => state === 'drain' || healthOf(each) === state);
  const reason = deciding.find(({ lastReason }) => lastReason !== null)?.lastReason ?? null;
  const body: Omit<HealthBody, 'ageSeconds'> = {
    status: state,
    since: sinceOf(state, deciding),
    reason,
    parts: Object.fromEntries(parts.map((part) => [part.name, part.state])),
  };
  const code = state === 'up' ? 200 : 503;
  const make = (age: number | null, type: MediaType): HealthResponse => {
    const text = type === 'text/plain' ? `${state}\n` : JSON.stringify({ ...body, ageSeconds: age });
    const headers = {
      'cache-control': 'no-store',
      vary: 'accept',
      'health-verdict': state,
      ...(reason !== null && { 'health-reason': reason }),
      ...(age !== null && { 'health-age': String(age) }),
      'content-type': `${type}; charset=utf-8`,
      'content-length': String(Buffer.byteLength(text)),
    };
    return { code, headers, headerList: Object.entries(headers).flat(), body: text };
  };
  let last: { readonly age: number | null; readonly type: MediaType; readonly made: HealthResponse } | null =
    null;
  const response: HealthAnswer['response'] = (age, type) => {
    if (last?.age !== age || last.type !== type) last = { age, type, made: make(age, type) };
    return last.made;
  };
  return { state, code, response };
}

/** Returns the start of the state, ISO 8601: of the first part that went down, or the last that came up; null: unknown. */
function sinceOf(state: HealthState, deciding: readonly EntrypointStatus[]): string | null {
  if (state === 'stale' || state === 'drain' || deciding.length === 0) return null;
  const times = deciding.map(({ since }) => since);
  return new Date(state === 'down' ? Math.min(...times) : Math.max(...times)).toISOString();
}

/** Returns the answer for one controller. @param entrypoints of its status, all that are asked about */
export function controllerAnswer(
  status: ControllerStatus,
  entrypoints: readonly EntrypointStatus[],
): HealthAnswer {
  return healthAnswer(
    entrypoints.map((each) => ({
      name: each.entrypoint,
      state: healthOfController(status, [each]),
      entrypoints: [each],
    })),
  );
}

/** Returns the age of the oldest result, in whole seconds; null if there is none. */
function ageSeconds(entrypoints: readonly EntrypointStatus[]): number | null {
  let oldest = -1;
  for (const { ageMs } of entrypoints) oldest = Math.max(oldest, ageMs ?? -1);
  return oldest < 0 ? null : Math.round(oldest / 1000);
}

/** A cached answer and the states for which it is valid. */
interface Kept {
  readonly entrypoints: readonly EntrypointStatus[];
  readonly states: readonly HealthState[];
  readonly answer: HealthAnswer;
}

/**
 * Caches answers until something changes: a load balancer can send thousands of checks between two results. A status is
 * a new object after each result. Only staleness changes with time alone, so it is computed again.
 */
export class HealthAnswers {
  readonly #kept = new WeakMap<ControllerStatus, Map<string, Kept>>();

  /** Returns the answer for a part of a status. @param part an entrypoint, empty for all that agents need */
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
