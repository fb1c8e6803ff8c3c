import type { Reason } from '../protocol/reason.ts';

/** Stalls of this part of a time limit explain that it ran out. After shorter ones the peer still had half of the limit. */
const SHARE = 0.5;
/** The minimum for short limits, in milliseconds. */
const MIN_MS = 50;
/** After stalls of this time a peer may have closed the connection, because nothing came from this process. */
const PATIENCE_MS = 1000;

/** Reasons that are equally true if this process was stalled: the peer, a name server or the kernel stated them. */
const TIMELESS: ReadonlySet<Reason> = new Set<Reason>([
  'dns-not-resolving',
  'network-unreachable',
  'discovery-connect-refused',
  'agent-port-refused',
  'cert-unknown-ca',
  'cert-expired',
  'cert-not-yet-valid',
  'cert-name-mismatch',
  'tls-not-spoken',
  'listener-not-found',
  'instance-identity-invalid',
  'invalid-agent-port',
  'ssh-on-agent-port',
  'jnlp4-disabled',
  'identity-mismatch',
  'identity-stale-direct',
  'unknown-client-name',
  'wrong-secret',
  'not-an-inbound-agent',
]);

/**
 * Returns true if stalls of this process may be the cause of a failure. Stalls of earlier steps count too, because they use
 * up the time of later ones.
 * @param stalledMs the sum of the stalls since the start of the probe
 * @param limitMs the limit that ran out, in milliseconds; not set for failures that do not depend on it
 */
export function stallsExplain(
  stalledMs: number,
  { reason, limitMs }: { readonly reason: Reason; readonly limitMs?: number },
): boolean {
  if (limitMs !== undefined) return stalledMs >= Math.max(MIN_MS, SHARE * limitMs);
  return stalledMs >= PATIENCE_MS && !TIMELESS.has(reason);
}
