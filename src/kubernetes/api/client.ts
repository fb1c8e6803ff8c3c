import type { Clock } from '../../model/clock.ts';
import { oneLine } from '../../model/scrub.ts';
import { ApiServerError } from './api-error.ts';
import type { ApiServerAccess, ApiServerAnswer } from './api-server-access.ts';
import { ApiWarnings } from './api-warnings.ts';
import { apiServerAccess } from './choose-access.ts';

/** The timeout of one request. It does not apply to a watch. */
const REQUEST_MS = 10_000;
/** A page of a list has 100 objects at most; an object has 1.5 MB at most, and hardly any a hundredth of it. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;
/** One event of a watch: one object. */
const MAX_EVENT_BYTES = 4 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;

/** Values of a query string. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Query;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** Milliseconds; default ten seconds. */
  readonly timeoutMs?: number;
}

/** One line of a watch, not yet looked at. */
export interface WatchEvent {
  readonly type: string;
  readonly object: unknown;
}

interface WatchOptions {
  /** Milliseconds without an event after which it ends; a dead connection is noticed by TCP's keep-alive, earlier. */
  readonly idleMs: number;
  /** The API server has accepted the watch: it sends every change from that version on. */
  readonly opened: () => void;
  readonly signal: AbortSignal;
}

/** The client for the API server. */
export interface KubernetesClient {
  /** The namespace that we live in. */
  readonly namespace: string;
  /** @returns the parsed answer @throws {ApiServerError} */
  ask(path: string, options?: ApiRequest): Promise<unknown>;
  /** The same for an answer that is plain text, a log. @throws {ApiServerError} */
  text(path: string, options?: ApiRequest): Promise<string>;
  /**
   * The events of one watch, until the API server ends it or nothing has come for `idleMs`.
   * @throws {ApiServerError} if it is refused or cut
   */
  watch(path: string, query: Query, watch: WatchOptions): AsyncGenerator<WatchEvent>;
  /** The number of requests so far. */
  readonly requests: number;
  close(): Promise<void>;
}

/**
 * A client for the cluster of a kubeconfig, or of the pod that we are.
 * @param warned takes each warning of the API server once, such as that an API is deprecated
 * @throws {ApiServerError}
 */
export async function connectKubernetes(
  kubeconfig: string | null,
  clock: Clock,
  warned: (warning: string) => void = () => undefined,
): Promise<KubernetesClient> {
  return new HttpClient(await apiServerAccess(kubeconfig), clock, new ApiWarnings(warned));
}

class HttpClient implements KubernetesClient {
  readonly #access: ApiServerAccess;
  readonly #clock: Clock;
  readonly #warnings: ApiWarnings;
  requests = 0;

  constructor(access: ApiServerAccess, clock: Clock, warnings: ApiWarnings) {
    this.#access = access;
    this.#clock = clock;
    this.#warnings = warnings;
  }

  get namespace(): string {
    return this.#access.namespace;
  }

  async ask(path: string, options: ApiRequest = {}): Promise<unknown> {
    return parse(await this.text(path, options));
  }

  async text(path: string, { timeoutMs = REQUEST_MS, signal, ...options }: ApiRequest = {}): Promise<string> {
    const limit = new AbortController();
    const cancel = this.#clock.setTimer(timeoutMs, () => limit.abort(new Error('it took too long')));
    try {
      const all = signal === undefined ? limit.signal : AbortSignal.any([limit.signal, signal]);
      const { status, body } = await this.#send(path, options, all);
      const text = await readCapped(body, status < 300 ? MAX_BODY_BYTES : MAX_ERROR_BYTES);
      if (status >= 300) throw refusal(status, text);
      return text;
    } catch (error) {
      throw asApiError(error);
    } finally {
      cancel();
    }
  }

  async *watch(
    path: string,
    query: Query,
    { idleMs, opened, signal }: WatchOptions,
  ): AsyncGenerator<WatchEvent> {
    const idle = new AbortController();
    let open = false;
    let cancel = this.#clock.setTimer(REQUEST_MS, () => idle.abort(new Error('it took too long')));
    const wait = () => {
      cancel();
      cancel = this.#clock.setTimer(idleMs, () => idle.abort());
    };
    try {
      const all = AbortSignal.any([idle.signal, signal]);
      const { status, body } = await this.#send(path, { query: { ...query, watch: true } }, all);
      if (status >= 300) throw refusal(status, await readCapped(body, MAX_ERROR_BYTES));
      open = true;
      opened();
      wait();
      for await (const line of linesOf(body)) {
        wait();
        yield eventOf(line);
      }
    } catch (error) {
      if (open && idle.signal.aborted) return;
      throw asApiError(error);
    } finally {
      cancel();
      // Close the connection when the consumer stops.
      idle.abort();
    }
  }

  async close(): Promise<void> {
    await this.#access.close();
  }

  async #send(
    path: string,
    { method = 'GET', query = {}, body, contentType = 'application/json' }: ApiRequest,
    signal: AbortSignal,
  ): Promise<ApiServerAnswer> {
    this.requests += 1;
    const values = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) {
      if (value !== undefined) values.set(key, String(value));
    }
    const answer = await this.#access.send({
      method,
      path: values.size === 0 ? path : `${path}?${values}`,
      headers: {
        accept: 'application/json',
        'user-agent': 'jenkins-agent-probe',
        ...(body !== undefined && { 'content-type': contentType }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal,
    });
    this.#warnings.read(answer.warning);
    return answer;
  }
}

type Body = AsyncIterable<Buffer>;

async function readCapped(body: Body, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw new ApiServerError(0, `the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const NEWLINE = 0x0a;

/** The lines of a stream, without their ends; one that is too long ends it. */
async function* linesOf(body: Body): AsyncGenerator<string> {
  let pending: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const line = Buffer.concat([...pending, chunk.subarray(start, end)]).toString('utf8');
      pending = [];
      size = 0;
      start = end + 1;
      if (line.trim() !== '') yield line;
    }
    size += chunk.length - start;
    if (size > MAX_EVENT_BYTES)
      throw new ApiServerError(0, `an event is larger than ${MAX_EVENT_BYTES} bytes`);
    if (start < chunk.length) pending.push(chunk.subarray(start));
  }
}

function eventOf(line: string): WatchEvent {
  const event = parse(line) as { readonly type?: unknown; readonly object?: unknown } | null;
  return { type: String(event?.type), object: event?.object };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiServerError(0, 'the answer is not JSON: this is no API server');
  }
}

/** The message in a `Status` of the API server. */
function refusal(status: number, text: string): ApiServerError {
  let said: unknown;
  try {
    said = (JSON.parse(text) as { readonly message?: unknown } | null)?.message;
  } catch {
    // For example the error page of a proxy, which is of no use.
  }
  return new ApiServerError(
    status,
    typeof said === 'string' ? `${status} ${oneLine(said, 300)}` : `${status}`,
  );
}

function asApiError(error: unknown): ApiServerError {
  if (error instanceof ApiServerError) return error;
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  const message = error instanceof Error ? error.message : 'unknown';
  return new ApiServerError(0, `no answer: ${message}${code}`, { cause: error });
}
