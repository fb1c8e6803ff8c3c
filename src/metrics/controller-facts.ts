import type { Evidence, ProbeResult } from '../model/result.ts';
import { printableId, SessionMemory } from '../model/session-memory.ts';

/** What the series of `controller_info` says. Empty where it is not known. */
export interface ControllerInfo {
  readonly version: string;
  readonly identity: string;
}

/** What the probes' evidence tells of one controller, over time. Everything in it comes from the peer, so it is cut. */
export class ControllerFactMetrics {
  #info: ControllerInfo | null = null;
  readonly #sessions = new SessionMemory();

  /** What is known; null before anything is. */
  get info(): ControllerInfo | null {
    return this.#info;
  }

  /** Takes a result's evidence. @returns how many starts of the controller it shows */
  take(result: ProbeResult): number {
    const { evidence } = result;
    const version = printableId(versionOf(evidence)) ?? this.#info?.version ?? '';
    const identity = identityOf(evidence) ?? this.#info?.identity ?? '';
    if (version !== '' || identity !== '') this.#info = { version, identity };
    return this.#sessions.take(result);
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
