import { ApiServerError, causeOf } from '../api/api-error.ts';
import type { KubernetesClient } from '../api/client.ts';

/** The maximum number of groups that are read. A cluster has a few dozen. */
const MAX_GROUPS = 500;
const MAX_RESOURCES = 2000;

/** The APIs that the API server serves in addition to the core. Every account may read them. */
export class ServedApis {
  readonly #client: KubernetesClient;
  readonly #signal: AbortSignal;
  readonly #versions: ReadonlyMap<string, readonly string[]>;
  readonly #plurals = new Map<string, Promise<ReadonlySet<string>>>();
  /** The reason why the APIs are unknown; null if they are known. */
  readonly unknown: string | null;

  private constructor(
    client: KubernetesClient,
    signal: AbortSignal,
    versions: ReadonlyMap<string, readonly string[]>,
    unknown: string | null,
  ) {
    this.#client = client;
    this.#signal = signal;
    this.#versions = versions;
    this.unknown = unknown;
  }

  /** Asks once which groups there are. */
  static async of(client: KubernetesClient, signal: AbortSignal): Promise<ServedApis> {
    try {
      const answer = await client.ask('/apis', { signal });
      return new ServedApis(client, signal, groupsOf(answer), null);
    } catch (error) {
      if (!(error instanceof ApiServerError)) throw error;
      return new ServedApis(client, signal, new Map(), `cannot see which APIs there are: ${causeOf(error)}`);
    }
  }

  /** Returns the versions of a group, with the API server's preferred one first; empty if the group is absent. */
  versionsOf(group: string): readonly string[] {
    return this.#versions.get(group) ?? [];
  }

  /** Returns true if a version of a group has a resource. @throws {ApiServerError} */
  async serves(group: string, version: string, plural: string): Promise<boolean> {
    if (!this.versionsOf(group).includes(version)) return false;
    const path = `/apis/${encodeURIComponent(group)}/${encodeURIComponent(version)}`;
    const known = this.#plurals.get(path) ?? this.#client.ask(path, { signal: this.#signal }).then(pluralsOf);
    this.#plurals.set(path, known);
    return (await known).has(plural);
  }
}

function groupsOf(answer: unknown): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const group of items(answer, 'groups').slice(0, MAX_GROUPS)) {
    const versions = items(group, 'versions').flatMap((each) => word(each, 'version'));
    for (const name of word(group, 'name')) found.set(name, versions);
  }
  return found;
}

function pluralsOf(answer: unknown): ReadonlySet<string> {
  return new Set(
    items(answer, 'resources')
      .slice(0, MAX_RESOURCES)
      .flatMap((each) => word(each, 'name')),
  );
}

function items(value: unknown, key: string): readonly unknown[] {
  const found = (value as Readonly<Record<string, unknown>> | null)?.[key];
  return Array.isArray(found) ? found : [];
}

function word(value: unknown, key: string): readonly string[] {
  const found = (value as Readonly<Record<string, unknown>> | null)?.[key];
  return typeof found === 'string' ? [found] : [];
}
