import type { Evidence, ProbeResult } from '../model/result.ts';
import { printableId, sessionsOf } from '../model/session-memory.ts';
import { formatHostPort } from '../protocol/host-port.ts';

/** The certificate of an entrypoint at one address. */
interface KnownCertificate {
  readonly entrypoint: ProbeResult['entrypoint'];
  readonly address: string;
  readonly subject: string;
  readonly issuer: string;
  /** ISO 8601; null: the certificate has no valid date. */
  readonly notAfter: string | null;
  readonly sha256: string;
}

/** Facts about a controller in the latest results. */
export interface KnownFacts {
  /** Host and port of the agent port that the Jenkins URL announces; null: unknown. */
  readonly announced: string | null;
  /** Instance identities as fingerprints (MD5 of the DER key). */
  readonly identity: {
    /** From the Jenkins URL. */
    readonly published: string | null;
    /** From the configuration. */
    readonly pinned: string | null;
    /** On the agent port, by address. */
    readonly presented: readonly { readonly address: string; readonly fingerprint: string }[];
  };
  readonly certificates: readonly KnownCertificate[];
  readonly jenkins: { readonly version: string | null; readonly session: string | null };
}

/** Returns the facts in these results; later results precede. */
export function knownFacts(results: readonly ProbeResult[]): KnownFacts {
  const newestFirst = [...results].sort((a, b) => b.startedAt - a.startedAt);
  const first = <T>(pick: (evidence: Evidence) => T | null | undefined): T | null => {
    for (const { evidence } of newestFirst) {
      const found = pick(evidence);
      if (found != null) return found;
    }
    return null;
  };
  const announcement = first((evidence) => evidence.announcement);
  const identity = first((evidence) => evidence.identity);
  return {
    announced: announcement && formatHostPort(announcement.agentPort.host, announcement.agentPort.port),
    identity: {
      published: announcement?.identity.fingerprint ?? identity?.published ?? null,
      pinned: identity?.pinned ?? null,
      presented: (identity?.presented ?? []).map(({ address, fingerprint }) => ({ address, fingerprint })),
    },
    certificates: certificatesIn(newestFirst),
    jenkins: { version: first(versionOf), session: newestFirst.flatMap(sessionsOf)[0] ?? null },
  };
}

function certificatesIn(newestFirst: readonly ProbeResult[]): readonly KnownCertificate[] {
  const known = new Map<string, KnownCertificate>();
  for (const { evidence } of newestFirst) {
    for (const { entrypoint, address, subject, issuer, notAfter, sha256 } of evidence.certificates ?? []) {
      const key = `${entrypoint} ${address}`;
      if (known.has(key)) continue;
      const until = Number.isFinite(notAfter) ? new Date(notAfter).toISOString() : null;
      known.set(key, { entrypoint, address, subject, issuer, notAfter: until, sha256 });
    }
  }
  return [...known.values()];
}

function versionOf({ hellos, loginResponse }: Evidence): string | null {
  const said = hellos?.find(({ hello }) => hello.version !== null)?.hello.version;
  return printableId(said ?? loginResponse?.jenkinsVersion ?? null);
}
