import type { Evidence, ProbeResult } from '../probe/result.ts';

/** How many sessions of a controller are remembered; two behind one name take turns, and neither has restarted. */
const MAX_SESSIONS = 16;
const MAX_LENGTH = 64;

/** What the series of `controller_info` says. Empty where it is not known. */
export interface ControllerInfo {
  readonly version: string;
  readonly identity: string;
}

/** What the probes' evidence tells of one controller, over time. Everything in it comes from the peer, so it is cut. */
export class ControllerFacts {
  #info: ControllerInfo | null = null;
  #sessions: readonly string[] = [];

  /** What is known; null before anything is. */
  get info(): ControllerInfo | null {
    return this.#info;
  }

  /** Takes a result's evidence. @returns how many starts of the controller it shows */
  take({ evidence }: ProbeResult): number {
    const version = printable(versionOf(evidence)) ?? this.#info?.version ?? '';
    const identity = identityOf(evidence) ?? this.#info?.identity ?? '';
    if (version !== '' || identity !== '') this.#info = { version, identity };
    return this.#takeSessions(sessionsOf(evidence));
  }

  #takeSessions(sessions: readonly string[]): number {
    const unseen = [...new Set(sessions)].filter((session) => !this.#sessions.includes(session));
    // The first ones ever seen belong to a controller that was there before us.
    const starts = this.#sessions.length === 0 ? 0 : unseen.length;
    this.#sessions = [...unseen, ...this.#sessions].slice(0, MAX_SESSIONS);
    return starts;
  }
}

function versionOf({ hellos, loginResponse }: Evidence): string | null {
  return (
    hellos?.find(({ hello }) => hello.version !== null)?.hello.version ??
    loginResponse?.jenkinsVersion ??
    null
  );
}

function identityOf({ identity, announcement }: Evidence): string | null {
  return identity?.presented[0]?.fingerprint ?? announcement?.identity.fingerprint ?? null;
}

function sessionsOf({ hellos, loginResponse }: Evidence): readonly string[] {
  const sessions = [
    ...(hellos ?? []).map(({ hello }) => hello.session),
    loginResponse?.jenkinsSession ?? null,
  ];
  return sessions.map(printable).filter((session) => session !== null);
}

function printable(text: string | null): string | null {
  return text !== null && text.length <= MAX_LENGTH && /^[\x21-\x7e]+$/.test(text) ? text : null;
}
