import { lookup } from 'node:dns/promises';
import { performance } from 'node:perf_hooks';
import { codeOf } from '../../model/error-code.ts';
import type { ResolvedAddress, Resolver } from '../../model/options.ts';

/** A lookup that takes longer than this is slow. Its name is then slow until a lookup is prompt again. */
const SLOW_MS = 1000;
/** A lookup that waited longer than this in the queue is late because of this process. */
const OWN_DELAY_MS = 200;
/** Concurrent lookups of one target: the Jenkins URL, the agent port and a proxy. */
const PER_TARGET = 3;
/** The limit of names that are remembered as prompt; the oldest are forgotten first. */
const MAX_PROMPT = 2000;
/** The limit of concurrent lookups of one name, and the delay before the next one starts. */
const PER_NAME = 3;
const AGAIN_MS = 5000;
/** Slots for other lookups, such as those of the Kubernetes client. */
const RESERVED_SLOTS = 2;

/** A lookup waited for other lookups of this process, so the delay is not the fault of the name server. */
export class LookupDelayed extends Error {
  override readonly name = 'LookupDelayed';
}

type LookUp = (host: string) => Promise<readonly ResolvedAddress[]>;

interface Owner {
  running: number;
  readonly limit: number;
}

interface Waiting {
  readonly host: string;
  readonly owner: Owner;
  readonly askedAt: number;
  startedAt: number | null;
  joined: Running | null;
  readonly outcome: PromiseWithResolvers<readonly ResolvedAddress[]>;
}

interface Running {
  readonly host: string;
  readonly startedAt: number;
  readonly suspect: boolean;
  readonly result: Promise<readonly ResolvedAddress[]>;
  /** True if a caller has waited for it without an answer. */
  late: boolean;
}

/**
 * Runs lookups concurrently. A lookup cannot be cancelled and holds its thread until the timeout of libc, for ten seconds
 * or more. Therefore callers share one lookup of a name, and each owner has a limit. If a caller got no answer in time, the
 * next lookup starts beside the one that hangs, because the name server may answer again. Slow names may use half of the
 * slots, so that prompt names always find one.
 */
export class Lookups {
  readonly #slots: number;
  readonly #look: LookUp;
  readonly #againMs: number;
  readonly #running = new Set<Running>();
  /** By name, the lookup that was started last. */
  readonly #latest = new Map<string, Running>();
  readonly #prompt = new Set<string>();
  #waiting: Waiting[] = [];

  /**
   * @param slots the limit of concurrent lookups
   * @param look looks up a name; default: getaddrinfo
   * @param againMs the delay after which a name is looked up again beside a lookup that hangs
   */
  constructor(slots: number, look: LookUp = getaddrinfo, againMs = AGAIN_MS) {
    this.#slots = slots;
    this.#look = look;
    this.#againMs = againMs;
  }

  /** The number of running lookups, including those without a caller. */
  get running(): number {
    return this.#running.size;
  }

  /** Returns a resolver for one owner. @param limit concurrent lookups of this owner */
  resolver(limit = PER_TARGET): Resolver {
    const owner = { running: 0, limit };
    return (host, signal) => this.#resolve(host, owner, signal);
  }

  #resolve(host: string, owner: Owner, signal?: AbortSignal): Promise<readonly ResolvedAddress[]> {
    const outcome = Promise.withResolvers<readonly ResolvedAddress[]>();
    const waiting: Waiting = {
      host,
      owner,
      askedAt: performance.now(),
      startedAt: null,
      joined: null,
      outcome,
    };
    signal?.addEventListener('abort', () => this.#giveUp(waiting), { once: true });
    const latest = this.#latest.get(host);
    if (latest === undefined) {
      this.#waiting.push(waiting);
      this.#startNext();
    } else if (this.#hangs(latest) && this.#mayStart(waiting)) this.#start(waiting);
    else this.#join(waiting, latest);
    return outcome.promise;
  }

  #hangs({ late, startedAt }: Running): boolean {
    return late && performance.now() - startedAt >= this.#againMs;
  }

  #giveUp(waiting: Waiting): void {
    const { startedAt, askedAt, joined, outcome, host } = waiting;
    if (joined !== null) joined.late = true;
    this.#waiting = this.#waiting.filter((each) => each !== waiting);
    const delayMs = (startedAt ?? performance.now()) - askedAt;
    if (startedAt === null || delayMs > OWN_DELAY_MS)
      outcome.reject(
        new LookupDelayed(`the lookup of ${host} waited ${Math.round(delayMs)} ms for other lookups`),
      );
  }

  /** Starts all lookups that may start now, prompt names first. */
  #startNext(): void {
    const [prompt, others] = [true, false].map((wanted) =>
      this.#waiting.filter(({ host }) => this.#prompt.has(host) === wanted),
    );
    for (const waiting of [...(prompt ?? []), ...(others ?? [])]) {
      const running = this.#latest.get(waiting.host);
      if (running !== undefined) this.#join(waiting, running);
      else if (this.#mayStart(waiting)) this.#start(waiting);
    }
  }

  #mayStart({ host, owner }: Waiting): boolean {
    if (this.#running.size >= this.#slots || owner.running >= owner.limit) return false;
    const same = [...this.#running].filter((each) => each.host === host);
    if (same.length >= PER_NAME) return false;
    if (same.length === 0 && this.#prompt.has(host)) return true;
    const now = performance.now();
    const held = [...this.#running].filter(
      ({ suspect, late, startedAt }) => suspect || late || now - startedAt > SLOW_MS,
    );
    return held.length < Math.max(1, Math.floor(this.#slots / 2));
  }

  #start(waiting: Waiting): void {
    const { host, owner } = waiting;
    const startedAt = performance.now();
    owner.running += 1;
    const result = this.#look(host);
    const suspect = this.#latest.has(host) || !this.#prompt.has(host);
    const running: Running = { host, startedAt, suspect, result, late: false };
    this.#running.add(running);
    this.#latest.set(host, running);
    const ended = (answered: boolean) => {
      owner.running -= 1;
      this.#running.delete(running);
      // The result of an older lookup of the name is out of date.
      if (this.#latest.get(host) === running) {
        this.#latest.delete(host);
        this.#remember(host, answered && performance.now() - startedAt <= SLOW_MS);
      }
      this.#startNext();
    };
    result.then(
      () => ended(true),
      (error: unknown) => ended(codeOf(error) !== 'EAI_AGAIN'),
    );
    this.#join(waiting, running);
  }

  #join(waiting: Waiting, running: Running): void {
    this.#waiting = this.#waiting.filter((each) => each !== waiting);
    waiting.startedAt = performance.now();
    waiting.joined = running;
    waiting.outcome.resolve(running.result);
  }

  #remember(host: string, prompt: boolean): void {
    this.#prompt.delete(host);
    if (!prompt) return;
    this.#prompt.add(host);
    const [oldest] = this.#prompt;
    if (this.#prompt.size > MAX_PROMPT && oldest !== undefined) this.#prompt.delete(oldest);
  }
}

/**
 * Returns the limit of concurrent lookups. libuv uses at most half of its threads for lookups (`uv_getaddrinfo` is "slow
 * I/O" in its src/threadpool.c), so that files and compression never wait for them.
 * @param threads the value of `UV_THREADPOOL_SIZE`, 4 if it is not set
 */
export function lookupSlots(threads: string | undefined): number {
  const lent = Math.ceil((Number(threads) || 4) / 2);
  return lent > 2 * RESERVED_SLOTS ? lent - RESERVED_SLOTS : lent;
}

async function getaddrinfo(host: string): Promise<readonly ResolvedAddress[]> {
  const found = await lookup(host, { all: true, order: 'verbatim' });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
}

/** The lookups of this process. There is one instance, because the threads are shared. */
export const systemLookups = new Lookups(lookupSlots(process.env.UV_THREADPOOL_SIZE));
