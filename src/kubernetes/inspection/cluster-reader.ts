import type { Missing } from '../../inspection/cluster-facts.ts';
import type { KubernetesObject } from '../../inspection/objects/objects.ts';
import { ApiServerError, causeOf, isDenied } from '../api/api-error.ts';
import type { KubernetesClient } from '../api/client.ts';

const PAGE = 100;
/** The maximum number of objects that are read of a list. More objects would not change the findings. */
export const MAX_OBJECTS = 2000;
/** All the requests of one inspection together. */
const INSPECTION_MS = 20_000;
/** The end of a log that is read. */
const LOG_LINES = 200;
const LOG_BYTES = 64 * 1024;

interface List<T> {
  readonly items?: readonly T[];
  readonly metadata?: { readonly continue?: string };
}

/** The facts that were read for one inspection. */
export interface Collected<Objects, Facts> {
  readonly facts: Objects;
  /** The reasons why facts are absent. */
  readonly missing: Missing<Facts>;
  /** The reason why the whole read failed; null if something was read. */
  readonly failure: ApiServerError | null;
}

/** Leaves out what was not read. */
export function known<T extends object>(read: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(read).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/**
 * Reads objects for one inspection. If a request is forbidden or fails, it records the reason why the fact is missing,
 * and the inspection continues without that fact.
 */
export class ClusterReader<Fact extends string> {
  readonly #client: KubernetesClient;
  /** Ends with the time for all requests. */
  readonly signal: AbortSignal;
  readonly #missing: Partial<Record<Fact, string>> = {};
  #answered = false;
  #failure: ApiServerError | null = null;

  constructor(client: KubernetesClient, signal?: AbortSignal) {
    const limit = AbortSignal.timeout(INSPECTION_MS);
    this.#client = client;
    this.signal = signal === undefined ? limit : AbortSignal.any([limit, signal]);
  }

  /** Returns the reasons why facts are missing, with the permission to grant if one is missing. */
  get missing(): Readonly<Partial<Record<Fact, string>>> {
    return this.#missing;
  }

  /** Returns the latest refusal if every request was refused, otherwise null. */
  get failure(): ApiServerError | null {
    return this.#answered ? null : this.#failure;
  }

  /** Notes that a fact is left out on purpose. */
  leaveOut(fact: Fact, why: string): undefined {
    this.#missing[fact] = why;
    return undefined;
  }

  /**
   * Returns all objects of a resource, for example `/api/v1` and `pods`, in a namespace or everywhere. Returns
   * undefined if they may not be read.
   */
  async list<T extends KubernetesObject>(
    fact: Fact,
    api: string,
    resource: string,
    namespace: string | null,
    labelSelector?: string,
  ): Promise<readonly T[] | undefined> {
    const path = `${api}${namespace === null ? '' : `/namespaces/${encodeURIComponent(namespace)}`}/${resource}`;
    return this.#attempt(fact, `list ${resource}`, namespace, async () => {
      const found: T[] = [];
      let next: string | undefined;
      do {
        const page = (await this.#client.ask(path, {
          signal: this.signal,
          query: { limit: PAGE, continue: next, labelSelector },
        })) as List<T> | null;
        found.push(...(page?.items ?? []));
        next = page?.metadata?.continue || undefined;
      } while (next !== undefined && found.length < MAX_OBJECTS);
      return found;
    });
  }

  /** Returns one object; null if it does not exist, undefined if it may not be read. */
  async get<T extends KubernetesObject>(
    fact: Fact,
    api: string,
    resource: string,
    namespace: string | null,
    name: string,
  ): Promise<T | null | undefined> {
    const path = `${api}${namespace === null ? '' : `/namespaces/${encodeURIComponent(namespace)}`}/${resource}/${encodeURIComponent(name)}`;
    return this.#attempt(fact, `get ${resource}`, namespace, async () => {
      try {
        return (await this.#client.ask(path, { signal: this.signal })) as T;
      } catch (error) {
        if (error instanceof ApiServerError && error.status === 404) return null;
        throw error;
      }
    });
  }

  /** Creates an object that only asks a question, an access review. */
  async review<T>(fact: Fact, api: string, resource: string, namespace: string, body: unknown) {
    const path = `${api}/namespaces/${encodeURIComponent(namespace)}/${resource}`;
    return this.#attempt(
      fact,
      `create ${resource}`,
      namespace,
      async () => (await this.#client.ask(path, { method: 'POST', body, signal: this.signal })) as T,
    );
  }

  /** Returns the end of a container's log; null if it does not exist or may not be read. */
  async logTail(
    fact: Fact,
    namespace: string,
    pod: string,
    container: string,
    previous: boolean,
  ): Promise<string | null> {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`;
    const query = { container, previous, tailLines: LOG_LINES, limitBytes: LOG_BYTES };
    const text = await this.#attempt(fact, 'get pods/log', namespace, () =>
      this.#client.text(path, { query, signal: this.signal }),
    );
    return text ?? null;
  }

  async #attempt<T>(
    fact: Fact,
    what: string,
    namespace: string | null,
    ask: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      const answer = await ask();
      this.#answered = true;
      return answer;
    } catch (error) {
      if (!(error instanceof ApiServerError)) throw error;
      this.#failure = error;
      const where = namespace === null ? 'in the whole cluster' : `in namespace ${namespace}`;
      this.#missing[fact] = isDenied(error)
        ? `the permission to ${what} ${where} is missing`
        : `cannot ${what} ${where}: ${causeOf(error)}`;
      return undefined;
    }
  }
}
