import type { ProbeResult } from './result.ts';

/** How many sessions of a controller are remembered; two behind one name take turns, and neither has restarted. */
const MAX_SESSIONS = 16;
const MAX_LENGTH = 64;

/**
 * The sessions that a controller has shown. Jenkins makes up a new one at every start, and shows it in the hello and on
 * its pages (`X-Jenkins-Session`).
 */
export class SessionMemory {
  #sessions: readonly string[] = [];

  /** Takes a result's evidence. @returns how many starts of the controller it shows */
  take(result: ProbeResult): number {
    const unseen = [...new Set(sessionsOf(result))].filter((session) => !this.#sessions.includes(session));
    // The first ones ever seen belong to a controller that was there before us.
    const starts = this.#sessions.length === 0 ? 0 : unseen.length;
    this.#sessions = [...unseen, ...this.#sessions].slice(0, MAX_SESSIONS);
    return starts;
  }
}

/** What a peer calls something, where it is short and printable; null otherwise. */
export function printableId(text: string | null): string | null {
  return text !== null && text.length <= MAX_LENGTH && /^[\x21-\x7e]+$/.test(text) ? text : null;
}

/** The sessions that a result has seen. */
export function sessionsOf({ evidence: { hellos, loginResponse } }: ProbeResult): readonly string[] {
  const sessions = [
    ...(hellos ?? []).map(({ hello }) => hello.session),
    loginResponse?.jenkinsSession ?? null,
  ];
  return sessions.map(printableId).filter((session) => session !== null);
}
