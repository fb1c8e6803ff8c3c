import type { Evidence, ProbeResult } from '../model/result.ts';
import { printableId, SessionMemory } from '../model/session-memory.ts';

/** The labels of `controller_info`; empty if unknown. */
export interface ControllerInfo {
  readonly version: string;
  readonly identity: string;
}

/** The facts about one controller in the evidence of probes. They are input from the peer, so their length is limited. */
export class ControllerFactMetrics {
  #info: ControllerInfo | null = null;
  readonly #sessions = new SessionMemory();

  /** The known facts; null if there are none. */
  get info(): ControllerInfo | null {
    return this.#info;
  }

  /** Adds the evidence of a result. @returns the number of controller starts that it shows */
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
