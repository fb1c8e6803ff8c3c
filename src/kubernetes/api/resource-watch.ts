import type { Clock, Random } from '../../model/clock.ts';
import type { FeatureReporter } from '../../model/kubernetes-features.ts';
import { ApiServerError, isHopeless } from './api-error.ts';
import type { KubernetesClient, Query, WatchEvent } from './client.ts';

const PAGE_SIZE = 100;
/** The maximum size of a collection. */
const MAX_OBJECTS = 20_000;
/**
 * The longest pause after refusals that a retry cannot solve: an operator must first change a Role or the cluster. It
 * takes ten refusals in a row to reach this pause, because an API server that has just started refuses every client
 * until it has loaded its Roles.
 */
const HOPELESS_MS = 10 * 60_000;
/** A watch that lasted this long was healthy; the next one starts without a pause. */
const GOOD_MS = 10_000;

/** The settings for following a collection. */
interface ResourceWatchOptions<T> {
  /** For example `/api/v1/namespaces/ci/pods`. */
  readonly path: string;
  readonly query?: Query;
  /** Extracts the needed parts of an object; null if it is not needed. The object itself is not kept. */
  readonly parse: (object: unknown) => T | null;
  /** The collection is known, or has changed. */
  readonly changed: () => void;
  /** Takes the outcome of each list and watch. */
  readonly reporter: FeatureReporter;
  /**
   * A watch without an event for this time is opened again, which confirms the known state. The API server sends a
   * bookmark every minute, but not for a resource that has never changed.
   */
  readonly idleMs: number;
  readonly maxBackoffMs: number;
}

export interface ResourceWatchDeps {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Follows a collection of objects for the life of the daemon: lists it, watches from there, and repeats. It keeps the
 * known objects while the API server is down. A watch that ends normally continues where it ended. A watch that breaks
 * continues after a pause, which doubles while watches break early. If the version is too old, the collection is listed
 * again. Pauses have full jitter, so that many replicas do not reconnect at the same time.
 */
export class ResourceWatch<T> {
  readonly #options: ResourceWatchOptions<T>;
  readonly #deps: ResourceWatchDeps;
  readonly #closing = new AbortController();
  #items = new Map<string, T>();
  /** The version to watch from; null: list first. */
  #version: string | null = null;
  #failures = 0;
  /** In a row, without another failure between them. */
  #refusals = 0;
  #syncedAt: number | null = null;
  #ended: Promise<void> = Promise.resolve();

  constructor(options: ResourceWatchOptions<T>, deps: ResourceWatchDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  /** By `namespace/name`. */
  get items(): ReadonlyMap<string, T> {
    return this.#items;
  }

  /** Returns true if the collection was known at least once. */
  get synced(): boolean {
    return this.#syncedAt !== null;
  }

  /** Returns the time when it was last confirmed, by {@link Clock.elapsed}; null: never. */
  get syncedAt(): number | null {
    return this.#syncedAt;
  }

  start(): void {
    this.#ended = this.#run();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { clock } = this.#deps;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const startedAt = clock.elapsed();
      let pauseMs = 0;
      try {
        if (this.#version === null) await this.#list();
        await this.#watch();
        // The API server ends a watch when its time is over. A watch that ends much earlier is followed by a pause.
        if (clock.elapsed() - startedAt < GOOD_MS) pauseMs = this.#backoff();
        else this.#failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        const gone = error instanceof ApiServerError && error.status === 410;
        if (gone) this.#version = null;
        else this.#options.reporter.failed(error);
        if (clock.elapsed() - startedAt >= GOOD_MS) this.#failures = 0;
        pauseMs = isHopeless(error) ? this.#refusal() : this.#backoff();
      }
      await this.#pause(pauseMs);
    }
  }

  async #list(): Promise<void> {
    const { path, query = {}, parse } = this.#options;
    const items = new Map<string, T>();
    let next: string | undefined;
    let version = '';
    let count = 0;
    do {
      const page = listOf(
        await this.#deps.client.ask(path, {
          query: { ...query, limit: PAGE_SIZE, continue: next },
          signal: this.#closing.signal,
        }),
      );
      count += page.items.length;
      if (count > MAX_OBJECTS) throw new ApiServerError(0, `${path} has more than ${MAX_OBJECTS} objects`);
      for (const object of page.items) {
        const key = keyOf(object);
        const item = parse(object);
        if (key !== null && item !== null) items.set(key, item);
      }
      version = page.version;
      next = page.next;
    } while (next !== undefined);
    this.#items = items;
    this.#version = version;
    this.#confirm();
    this.#options.changed();
  }

  async #watch(): Promise<void> {
    const { path, query = {}, idleMs } = this.#options;
    const { client, random } = this.#deps;
    const events = client.watch(
      path,
      {
        ...query,
        resourceVersion: this.#version ?? undefined,
        allowWatchBookmarks: true,
        // Spread, so that the watches of many replicas do not all end together.
        timeoutSeconds: Math.round(240 + 120 * random()),
      },
      { idleMs, opened: () => this.#confirm(), signal: this.#closing.signal },
    );
    for await (const event of events) {
      this.#take(event);
      this.#confirm();
    }
  }

  #take({ type, object }: WatchEvent): void {
    if (type === 'ERROR') {
      const { code, message } = object as { readonly code?: unknown; readonly message?: unknown };
      throw new ApiServerError(typeof code === 'number' ? code : 0, String(message).slice(0, 300));
    }
    this.#version = versionOf(object) ?? this.#version;
    const key = keyOf(object);
    if (type === 'BOOKMARK' || key === null) return;
    const item = type === 'DELETED' ? null : this.#options.parse(object);
    if (item === null && !this.#items.has(key)) return;
    if (item === null) this.#items.delete(key);
    else this.#items.set(key, item);
    this.#options.changed();
  }

  #confirm(): void {
    this.#refusals = 0;
    this.#syncedAt = this.#deps.clock.elapsed();
    this.#options.reporter.worked();
  }

  #backoff(): number {
    this.#failures += 1;
    this.#refusals = 0;
    return this.#jittered(Math.min(this.#options.maxBackoffMs, doubled(this.#failures)));
  }

  #refusal(): number {
    this.#refusals += 1;
    return this.#jittered(Math.min(HOPELESS_MS, doubled(this.#refusals)));
  }

  /** From a fifth of it to all of it. */
  #jittered(ms: number): number {
    return ms * (0.2 + 0.8 * this.#deps.random());
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#closing;
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const cancel = this.#deps.clock.setTimer(ms, done);
      function done(): void {
        signal.removeEventListener('abort', stop);
        resolve();
      }
      function stop(): void {
        cancel();
        resolve();
      }
      signal.addEventListener('abort', stop, { once: true });
    });
  }
}

/** One second after the first time, doubled with each. */
function doubled(times: number): number {
  return 500 * 2 ** Math.min(times, 20);
}

interface Metadata {
  readonly name?: unknown;
  readonly namespace?: unknown;
  readonly resourceVersion?: unknown;
}

function metadataOf(object: unknown): Metadata {
  return (object as { readonly metadata?: Metadata } | null)?.metadata ?? {};
}

function versionOf(object: unknown): string | null {
  const { resourceVersion } = metadataOf(object);
  return typeof resourceVersion === 'string' && resourceVersion !== '' ? resourceVersion : null;
}

function keyOf(object: unknown): string | null {
  const { namespace = '', name } = metadataOf(object);
  return typeof name === 'string' && name !== '' ? `${String(namespace)}/${name}` : null;
}

function listOf(answer: unknown): { items: readonly unknown[]; version: string; next: string | undefined } {
  const { items, metadata } = (answer ?? {}) as {
    readonly items?: unknown;
    readonly metadata?: { readonly resourceVersion?: unknown; readonly continue?: unknown };
  };
  const version = metadata?.resourceVersion;
  if (!Array.isArray(items) || typeof version !== 'string') {
    throw new ApiServerError(0, 'the answer is no list: this is no API server');
  }
  const next = metadata?.continue;
  return { items, version, next: typeof next === 'string' && next !== '' ? next : undefined };
}
