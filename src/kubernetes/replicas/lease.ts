/** The annotation with the verdicts, on the Lease itself: one request renews and publishes, and one watch sees both. */
const VERDICTS_ANNOTATION = 'jenkins-agent-probe.io/verdicts';

/** The time that a claim is valid after its last renewal. A replica waits for this time before it claims the Lease. */
const LEASE_MS = 10_000;
/** The interval at which the leader renews. */
export const RENEW_MS = 3_000;

/** The fields of a Lease. */
export interface Lease {
  /** The identity of the leader; empty if the Lease is free. */
  readonly holder: string;
  readonly durationMs: number;
  /** The time as it is written. It is only compared with the previous one, because clocks differ. */
  readonly renewTime: string;
  readonly acquireTime: string;
  readonly transitions: number;
  readonly resourceVersion: string;
  readonly verdicts: string;
  /** Metadata and specification as they are, which an update keeps: labels and annotations of others, owners. */
  readonly kept: RawLease;
}

/** Returns the fields of a Lease; null if the object is not a Lease. */
export function parseLease(object: unknown): Lease | null {
  const { metadata, spec } = (object ?? {}) as RawLease;
  if (typeof metadata?.resourceVersion !== 'string') return null;
  const seconds = spec?.leaseDurationSeconds;
  const verdicts = metadata.annotations?.[VERDICTS_ANNOTATION];
  return {
    holder: text(spec?.holderIdentity),
    durationMs: typeof seconds === 'number' && seconds > 0 && seconds <= 3600 ? seconds * 1000 : LEASE_MS,
    renewTime: text(spec?.renewTime),
    acquireTime: text(spec?.acquireTime),
    transitions: typeof spec?.leaseTransitions === 'number' ? spec.leaseTransitions : 0,
    resourceVersion: metadata.resourceVersion,
    verdicts: text(verdicts),
    kept: { metadata: withoutManagedFields(metadata), spec },
  };
}

/** The new fields of a Lease. */
interface LeaseContent {
  readonly name: string;
  readonly namespace: string;
  /** Empty to give it up. */
  readonly holder: string;
  readonly verdicts: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * Returns the Lease that replaces the known one. It includes the version, so that the API server refuses it if another
 * replica was faster. @param known null if the Lease does not exist yet
 */
export function leaseOf(
  { name, namespace, holder, verdicts, now }: LeaseContent,
  known: Lease | null,
): object {
  // A microsecond time, as the API has it for leases.
  const time = new Date(now).toISOString().replace('Z', '000Z');
  const mine = known !== null && (known.holder === holder || holder === '');
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      ...known?.kept.metadata,
      name,
      namespace,
      annotations: { ...known?.kept.metadata?.annotations, [VERDICTS_ANNOTATION]: verdicts },
      ...(known !== null && { resourceVersion: known.resourceVersion }),
    },
    spec: {
      ...known?.kept.spec,
      holderIdentity: holder,
      leaseDurationSeconds: LEASE_MS / 1000,
      acquireTime: mine && known.acquireTime !== '' ? known.acquireTime : time,
      renewTime: time,
      leaseTransitions: (known?.transitions ?? 0) + (mine || known === null ? 0 : 1),
    },
  };
}

/** The API server keeps them itself. */
function withoutManagedFields({ managedFields: _, ...kept }: RawMetadata): RawMetadata {
  return kept;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A Lease as the API server sends it; whatever else is in it is kept. */
interface RawLease {
  readonly metadata?: RawMetadata | undefined;
  readonly spec?: RawSpec | undefined;
}

interface RawMetadata {
  readonly resourceVersion?: unknown;
  readonly annotations?: Readonly<Record<string, unknown>>;
  readonly managedFields?: unknown;
}

interface RawSpec {
  readonly holderIdentity?: unknown;
  readonly leaseDurationSeconds?: unknown;
  readonly renewTime?: unknown;
  readonly acquireTime?: unknown;
  readonly leaseTransitions?: unknown;
}
