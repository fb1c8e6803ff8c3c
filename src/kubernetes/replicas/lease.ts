/** Where the verdicts stand: beside the claim itself, so that one request renews and publishes, and one watch sees both. */
const VERDICTS_ANNOTATION = 'jenkins-agent-probe.io/verdicts';

/** How long a claim holds after its last renewal; what every replica waits for before it takes over. */
const LEASE_MS = 10_000;
/** How often the leader renews. */
export const RENEW_MS = 3_000;

/** What a Lease says. */
export interface Lease {
  /** Empty: nobody claims it. */
  readonly holder: string;
  readonly durationMs: number;
  /** As it is written; it is compared with the one before only, for clocks differ. */
  readonly renewTime: string;
  readonly acquireTime: string;
  readonly transitions: number;
  readonly resourceVersion: string;
  readonly verdicts: string;
  /** Metadata and specification as they are, which an update keeps: labels and annotations of others, owners. */
  readonly kept: RawLease;
}

/** Reads a Lease; null where this is none. */
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

/** What a Lease is to say next. */
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
 * The Lease to write over the one that is known. Its version goes along, so that the API server refuses it where somebody
 * else was faster. @param known null: there is none yet
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
