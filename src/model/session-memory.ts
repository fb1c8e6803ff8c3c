import type { ProbeResult } from './result.ts';

/** The number of remembered sessions: two controllers behind one name alternate without a restart. */
const MAX_SESSIONS = 16;
const MAX_LENGTH = 64;

/**
 * The sessions that a controller has shown. Jenkins creates a new one at every start, and sends it in the hello and with
 * its pages (`X-Jenkins-Session`).
 */
export class SessionMemory {
  #sessions: readonly string[] = [];

  /** Reads the evidence of a result. @returns the number of controller starts that it shows */
  take(result: ProbeResult): number {
    const unseen = [...new Set(sessionsOf(result))].filter((session) => !this.#sessions.includes(session));
    // The first sessions belong to a controller that was already running.
    const starts = this.#sessions.length === 0 ? 0 : unseen.length;
    this.#sessions = [...unseen, ...this.#sessions].slice(0, MAX_SESSIONS);
    return starts;
  }
}

/** A short printable text of a peer; null for other texts. */
export function printableId(text: string | null): string | null {
  return text !== null && text.length <= MAX_LENGTH && /^[\x21-\x7e]+$/.test(text) ? text : null;
}

/** The sessions in a result. */
export function sessionsOf({ evidence: { hellos, loginResponse } }: ProbeResult): readonly string[] {
  const sessions = [
    ...(hellos ?? []).map(({ hello }) => hello.session),
    loginResponse?.jenkinsSession ?? null,
  ];
  return sessions.map(printableId).filter((session) => session !== null);
}
