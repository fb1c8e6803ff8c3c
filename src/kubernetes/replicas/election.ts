import type { FeatureReporter } from '../../model/kubernetes-features.ts';
import type { ReplicaRole } from '../../report/cluster-status.ts';
import type { FollowedController, Voice } from '../../verdict/followed.ts';
import { ApiServerError, isHopeless } from '../api/api-error.ts';
import { ResourceWatch, type ResourceWatchDeps } from '../api/resource-watch.ts';
import { type Lease, leaseOf, parseLease, RENEW_MS } from './lease.ts';
import { decodeSheet, encodeSheet } from './verdict-sheet.ts';

/** A leader that could not renew for this time stops leading, four seconds before another replica may start. */
const RENEW_DEADLINE_MS = 6_000;
/** A verdict that changed is published at once, but the Lease is not written more often than this. */
const PUBLISH_MS = 2_000;
/** The pause after a renewal that failed. It grows for a replica that does not lead. */
const RETRY_MS = 1_000;
const MAX_RETRY_MS = 10_000;
/** The longest pause after many refusals without a permission: an operator must change a Role first. */
const REFUSED_MS = 10 * 60_000;
/** The maximum age of a leader's verdicts that are followed. A takeover is complete by then. */
const FRESH_MS = 15_000;
/** The time that a replica waits for the other replicas after its start. */
const LISTEN_MS = 5_000;
/** A request that renews must be answered within this, or the next one is due. */
const REQUEST_MS = 2_500;
/** The timeout for releasing the Lease at the end. */
const RELEASE_MS = 1_000;
/** The jitter that prevents candidates from writing at the same time. */
const SPREAD_MS = 500;
const MAX_BACKOFF_MS = 3_000;
/** A leader renews every three seconds. If a watch has no event for this time, it is dead or the leader is missing. */
const IDLE_MS = 20_000;

interface ElectionOptions {
  readonly name: string;
  readonly namespace: string;
  /** The name of this replica. Each replica needs a different one. */
  readonly identity: string;
  /** Returns the verdicts of this replica, for the others. */
  readonly known: () => ReadonlyMap<string, FollowedController>;
  /** Sets whose verdicts to answer with from now on. */
  readonly speak: (voice: Voice) => void;
  readonly reporter: FeatureReporter;
}

/**
 * Elects the replica that probes, with a Lease; the other replicas follow it. Only the local clock is used: it measures
 * the time since a renewal was seen, and ignores other clocks. A leader that cannot renew stops leading well before the
 * Lease expires. A replica without fresh verdicts of another replica probes for itself.
 */
export class Election {
  readonly #options: ElectionOptions;
  readonly #deps: ResourceWatchDeps;
  readonly #watch: ResourceWatch<Lease>;
  readonly #startedAt: number;
  #lease: Lease | null = null;
  /** The time when the latest renewal was seen, by {@link Clock.elapsed}. */
  #seenAt = Number.NEGATIVE_INFINITY;
  /** The age of that renewal when it was seen, as far as the clocks are reliable. */
  #olderMs = 0;
  #renewedAt: number | null = null;
  #role: ReplicaRole = 'waiting';
  /** Before this no claim is written, by {@link Clock.elapsed}. */
  #refusedUntil = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #refusals = 0;
  #busy = false;
  #cancelTimer: () => void = () => undefined;
  #working: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: ElectionOptions, deps: ResourceWatchDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#startedAt = deps.clock.elapsed();
    this.#watch = new ResourceWatch<Lease>(
      {
        path: `/apis/coordination.k8s.io/v1/namespaces/${options.namespace}/leases`,
        query: { fieldSelector: `metadata.name=${options.name}` },
        parse: parseLease,
        changed: () => this.#changed(),
        // An answer alone is not enough: a claim must be accepted.
        reporter: { worked: () => undefined, failed: (error) => this.#failed(error) },
        idleMs: IDLE_MS,
        maxBackoffMs: MAX_BACKOFF_MS,
      },
      deps,
    );
  }

  get role(): ReplicaRole {
    return this.#role;
  }

  /** Returns the identity of the leader, if it is known; otherwise null. */
  get leader(): string | null {
    if (this.#role === 'leading') return this.#options.identity;
    return this.#role === 'following' ? (this.#lease?.holder ?? null) : null;
  }

  start(): void {
    this.#options.speak({ of: 'nobody' });
    this.#watch.start();
    this.#arm(LISTEN_MS);
  }

  /** Verdicts have changed: the leader publishes them before its next renewal is due. */
  publish(): void {
    if (this.#busy || this.#refused || this.#renewedAt === null || this.#failures > 0) return;
    this.#arm(Math.max(0, this.#renewedAt + PUBLISH_MS - this.#deps.clock.elapsed()));
  }

  /** Stops, and releases our Lease, so that another replica leads at once. Stop probing before the call. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer();
    await Promise.all([this.#watch.close(), this.#working]);
    if (this.#role !== 'leading') return;
    await this.#write('', RELEASE_MS).catch(() => undefined);
  }

  #changed(): void {
    const [lease = null] = this.#watch.items.values();
    this.#observe(lease);
    if (!this.#refused) {
      this.#failures = 0;
      this.#options.reporter.worked();
    }
    this.#settle();
    // A request that is running sets the next timer itself.
    if (!this.#busy) this.#arm(this.#waitMs());
  }

  get #refused(): boolean {
    return this.#deps.clock.elapsed() < this.#refusedUntil;
  }

  #failed(error: unknown): void {
    this.#options.reporter.failed(error);
    this.#failures += 1;
    this.#refusals = isHopeless(error) ? this.#refusals + 1 : 0;
    if (this.#refusals > 0) {
      const pauseMs = Math.min(REFUSED_MS, RETRY_MS * 2 ** Math.min(this.#refusals, 20));
      this.#refusedUntil = this.#deps.clock.elapsed() + pauseMs;
    }
    this.#settle();
  }

  #observe(lease: Lease | null): void {
    const { clock } = this.#deps;
    const renewed = lease?.renewTime !== this.#lease?.renewTime || lease?.holder !== this.#lease?.holder;
    if (renewed) {
      const written = Date.parse(lease?.renewTime ?? '');
      // The first renewal that we see may be days old.
      const first = this.#lease === null && Number.isFinite(written);
      this.#olderMs = first ? Math.max(0, clock.now() - written) : 0;
      this.#seenAt = clock.elapsed();
    }
    this.#lease = lease;
  }

  /** Sets the role of this replica and reports it. */
  #settle(): void {
    const before = this.#role;
    this.#role = this.#roleNow();
    if (this.#role === 'following') {
      const sinceMs = this.#deps.clock.elapsed() - this.#seenAt + this.#olderMs;
      this.#options.speak({
        of: 'another',
        controllers: decodeSheet(this.#lease?.verdicts ?? '', sinceMs),
      });
    } else if (this.#role !== before) {
      this.#options.speak({ of: this.#role === 'waiting' ? 'nobody' : 'own' });
    }
  }

  #roleNow(): ReplicaRole {
    const now = this.#deps.clock.elapsed();
    if (this.#renewedAt !== null) {
      if (now - this.#renewedAt < RENEW_DEADLINE_MS) return 'leading';
      this.#renewedAt = null;
    }
    const { identity } = this.#options;
    const other = this.#lease !== null && this.#lease.holder !== identity;
    // A leader that released the Lease has left its verdicts for the next leader.
    if (other && now - this.#seenAt < FRESH_MS) return 'following';
    const listening = now - this.#startedAt < LISTEN_MS && this.#failures === 0;
    return listening ? 'waiting' : 'alone';
  }

  /** Returns the milliseconds until the next renewal or claim. */
  #waitMs(): number {
    const { clock, random } = this.#deps;
    if (this.#renewedAt !== null) return Math.max(0, this.#renewedAt + RENEW_MS - clock.elapsed());
    const freeAt =
      this.#lease === null || this.#lease.holder === '' || this.#lease.holder === this.#options.identity
        ? clock.elapsed()
        : this.#seenAt + this.#lease.durationMs;
    return Math.max(0, freeAt - clock.elapsed()) + SPREAD_MS * random();
  }

  #arm(ms: number): void {
    this.#cancelTimer();
    if (this.#closed) return;
    this.#cancelTimer = this.#deps.clock.setTimer(ms, () => {
      this.#working = this.#work();
      return this.#working;
    });
  }

  /** Renews our Lease, or claims a free one. */
  async #work(): Promise<void> {
    this.#busy = true;
    try {
      this.#settle();
      if (this.#watch.synced && !this.#refused && this.#isFree()) await this.#claim();
      this.#busy = false;
      this.#settle();
    } finally {
      this.#busy = false;
      this.#rearm();
    }
  }

  #rearm(): void {
    const retryMs = Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** Math.min(this.#failures, 10));
    if (this.#failures === 0) this.#arm(this.#waitMs());
    else if (this.#renewedAt !== null && !this.#refused) this.#arm(RETRY_MS);
    else this.#arm(Math.max(this.#waitMs(), retryMs * (0.5 + 0.5 * this.#deps.random())));
  }

  async #claim(): Promise<void> {
    const startedAt = this.#deps.clock.elapsed();
    try {
      this.#observe(parseLease(await this.#write(this.#options.identity, REQUEST_MS)));
      // From before the request: the API server cannot have taken it later than we think.
      this.#renewedAt = startedAt;
      this.#failures = 0;
      this.#refusals = 0;
      this.#options.reporter.worked();
    } catch (error) {
      await this.#lost(error);
    }
  }

  #isFree(): boolean {
    if (this.#renewedAt !== null || this.#lease === null) return true;
    const { holder, durationMs } = this.#lease;
    if (holder === '' || holder === this.#options.identity) return true;
    return this.#deps.clock.elapsed() - this.#seenAt >= durationMs;
  }

  async #lost(error: unknown): Promise<void> {
    const conflict = error instanceof ApiServerError && error.status === 409;
    if (!conflict) return this.#failed(error);
    // Another replica was faster, or the answer to our own write was lost: check who holds the Lease.
    try {
      this.#observe(parseLease(await this.#deps.client.ask(this.#path, { timeoutMs: REQUEST_MS })));
      if (this.#lease?.holder !== this.#options.identity) this.#renewedAt = null;
    } catch (again) {
      this.#failed(again);
    }
  }

  get #path(): string {
    const { name, namespace } = this.#options;
    return `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${name}`;
  }

  #write(holder: string, timeoutMs: number): Promise<unknown> {
    const { name, namespace, known } = this.#options;
    const { client, clock } = this.#deps;
    const claim = { name, namespace, holder, verdicts: encodeSheet(known()), now: clock.now() };
    const body = leaseOf(claim, this.#lease);
    if (this.#lease === null) {
      const collection = this.#path.slice(0, this.#path.lastIndexOf('/'));
      return client.ask(collection, { method: 'POST', body, timeoutMs });
    }
    return client.ask(this.#path, { method: 'PUT', body, timeoutMs });
  }
}
