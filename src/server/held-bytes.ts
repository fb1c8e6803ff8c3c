import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Request bodies and unsent answers of all connections together. A pod with 256 MiB has room for both. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const MAX_UNSENT_BYTES = 16 * 1024 * 1024;
/** A body of this size is not counted: so many connections as there may be can have one each. */
export const SMALL_BODY_BYTES = 4096;
/** The objects of Node.js and the framework for a request and its answer, about. */
const OVERHEAD_BYTES = 8 * 1024;
/** A body in chunks does not tell its size, and each chunk costs more than its bytes. */
const CHUNKED_FACTOR = 8;

/** Limits what all requests and answers of an app hold in memory together. */
export function limitMemory(app: FastifyInstance): void {
  const bodies = new HeldBytes(MAX_BODY_BYTES);
  const unsent = new HeldBytes(MAX_UNSENT_BYTES);
  app.addHook('onRequest', async ({ raw }, reply) => {
    unsent.hold(raw.socket, OVERHEAD_BYTES, reply.raw);
  });
  // After `onRequest`: what is refused for its rate or its token takes nobody's room.
  app.addHook('preParsing', async ({ raw, routeOptions }, reply) => {
    const bytes = bodyBytes(raw.headers, routeOptions.bodyLimit ?? 0);
    if (bytes > SMALL_BODY_BYTES) bodies.hold(raw.socket, bytes, reply.raw);
  });
  app.addHook('onSend', async ({ raw }, reply, payload) => {
    const bytes = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0;
    unsent.hold(raw.socket, bytes, reply.raw);
    return payload;
  });
}

/** How much memory the body of a request may need; 0 where it has none or is larger than its route takes. */
function bodyBytes(headers: NodeJS.Dict<string | string[]>, limit: number): number {
  if (headers['transfer-encoding'] !== undefined) return limit * CHUNKED_FACTOR;
  const length = Number(headers['content-length'] ?? 0);
  return length > limit ? 0 : length;
}

/** Bytes of a connection. */
interface Holding {
  bytes: number;
}

/**
 * Limits the bytes that connections hold together. Where they would hold more, the connection that holds most is
 * closed, so that one large answer or a slow diagnosis does not suffer from a flood.
 */
class HeldBytes {
  readonly #max: number;
  readonly #held = new Map<Socket, Holding>();
  readonly #watched = new WeakSet<Socket>();
  #total = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Counts bytes for a connection until this response, or the connection, is closed. */
  hold(socket: Socket, bytes: number, until: ServerResponse): void {
    if (socket.destroyed) return;
    const holding = this.#held.get(socket) ?? this.#begin(socket);
    this.#add(holding, bytes);
    until.once('close', () => {
      if (this.#held.get(socket) !== holding) return;
      this.#add(holding, -bytes);
      if (holding.bytes === 0) this.#held.delete(socket);
    });
    while (this.#total > this.#max) this.#closeLargest();
  }

  #closeLargest(): void {
    let largest: readonly [Socket, Holding] | null = null;
    for (const each of this.#held) {
      if (largest === null || each[1].bytes > largest[1].bytes) largest = each;
    }
    if (largest === null) return;
    this.#end(largest[0]);
    largest[0].destroy();
  }

  #begin(socket: Socket): Holding {
    const holding = { bytes: 0 };
    this.#held.set(socket, holding);
    // A response that waits behind another does not tell when its connection is closed.
    if (!this.#watched.has(socket)) socket.once('close', () => this.#end(socket));
    this.#watched.add(socket);
    return holding;
  }

  #end(socket: Socket): void {
    const holding = this.#held.get(socket);
    if (holding === undefined) return;
    this.#add(holding, -holding.bytes);
    this.#held.delete(socket);
  }

  #add(holding: Holding, bytes: number): void {
    holding.bytes += bytes;
    this.#total += bytes;
  }
}
