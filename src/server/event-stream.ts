import { Readable } from 'node:stream';

/** A proxy on the way gives up on a connection that is silent; most wait for a minute. */
const KEEP_ALIVE_MS = 15_000;

/** A response of server-sent events, as the HTML standard has them. It can be destroyed at any time. */
export class EventStream extends Readable {
  readonly #keepAlive: NodeJS.Timeout;

  /** @param greeting a first comment */
  constructor(greeting = 'diagnosing') {
    // Events are few and short, so a client that reads slowly need not slow anything down.
    super({ read: () => undefined });
    this.#keepAlive = setInterval(() => this.#comment('keep-alive'), KEEP_ALIVE_MS);
    this.#comment(greeting);
  }

  /** Sends an event whose data is one line of JSON. @param id one line, sent along with it; null: none */
  event(name: string, data: unknown, id: string | null = null): void {
    const head = id === null ? '' : `id: ${id}\n`;
    this.#write(`${head}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Sends no more. */
  end(): void {
    clearInterval(this.#keepAlive);
    this.#write(null);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearInterval(this.#keepAlive);
    done(error);
  }

  /** A comment: clients ignore it. */
  #comment(text: string): void {
    this.#write(`: ${text}\n\n`);
  }

  #write(text: string | null): void {
    if (!this.destroyed) this.push(text);
  }
}
