import { Readable } from 'node:stream';

/** The interval of comments. Proxies close an idle connection, most of them after a minute. */
const KEEP_ALIVE_MS = 15_000;

/** A response of server-sent events, as defined in the HTML standard. It can be destroyed at any time. */
export class EventStream extends Readable {
  readonly #keepAlive: NodeJS.Timeout;

  /** @param greeting a first comment */
  constructor(greeting = 'diagnosing') {
    // No back pressure: events are few and short.
    super({ read: () => undefined });
    this.#keepAlive = setInterval(() => this.#comment('keep-alive'), KEEP_ALIVE_MS);
    this.#comment(greeting);
  }

  /** Sends an event whose data is one line of JSON. @param id one line; null: none */
  event(name: string, data: unknown, id: string | null = null): void {
    const head = id === null ? '' : `id: ${id}\n`;
    this.#write(`${head}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Ends the stream. */
  end(): void {
    clearInterval(this.#keepAlive);
    this.#write(null);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearInterval(this.#keepAlive);
    done(error);
  }

  /** Sends a comment, which clients ignore. */
  #comment(text: string): void {
    this.#write(`: ${text}\n\n`);
  }

  #write(text: string | null): void {
    if (!this.destroyed) this.push(text);
  }
}
