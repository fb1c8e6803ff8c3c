import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Makes the requests of a scope wait for each other: one is answered in each round of the event loop, so that new
 * connections and health checks are served between any two. Connections take turns. A request whose connection was
 * closed while it waited is dropped.
 */
export function takeTurns(app: FastifyInstance, turns: Turns): void {
  app.addHook('onRequest', async ({ raw }, reply) => {
    await turns.of(raw.socket);
    if (!raw.socket.destroyed) return;
    reply.hijack();
    return reply;
  });
}

/** The requests that wait, by connection: the connection that is served goes to the end. */
export class Turns {
  readonly #waiting = new Map<Socket, (() => void)[]>();

  /** Resolves when a request of this connection may be answered. */
  of(socket: Socket): Promise<void> {
    return new Promise((resolve) => {
      const own = this.#waiting.get(socket);
      if (own !== undefined) {
        own.push(resolve);
        return;
      }
      this.#waiting.set(socket, [resolve]);
      if (this.#waiting.size === 1) setImmediate(() => this.#next());
    });
  }

  #next(): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    const [socket, own] = first;
    this.#waiting.delete(socket);
    // Nothing is done for the requests of a closed connection: all of them may go at once.
    const ready = own.splice(0, socket.destroyed ? own.length : 1);
    if (own.length > 0) this.#waiting.set(socket, own);
    if (this.#waiting.size > 0) setImmediate(() => this.#next());
    for (const go of ready) go();
  }
}
