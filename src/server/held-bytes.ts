import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** The limits of request bodies and unsent answers of all connections together. Both fit into a pod with 256 MiB. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const MAX_UNSENT_BYTES = 16 * 1024 * 1024;
/** A body up to this size is not counted: every connection can have one. */
export const SMALL_BODY_BYTES = 4096;
/** Approximate size of the objects of Node.js and the framework for a request. */
const OVERHEAD_BYTES = 8 * 1024;
/** The size of a chunked body is unknown, and each chunk has overhead. */
const CHUNKED_FACTOR = 8;

/** Limits the memory of all requests and answers of an app together. */
export function limitMemory(app: FastifyInstance): void {
  const bodies = new HeldBytes(MAX_BODY_BYTES);
  const unsent = new HeldBytes(MAX_UNSENT_BYTES);
  app.addHook('onRequest', async ({ raw }, reply) => {
    unsent.hold(raw.socket, OVERHEAD_BYTES, reply.raw);
  });
  // Runs after `onRequest`, so that a request without a token or above its rate limit is not counted.
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

/** Returns the memory that a body may need; 0 if there is none or if it exceeds the limit of its route. */
function bodyBytes(headers: NodeJS.Dict<string | string[]>, limit: number): number {
  if (headers['transfer-encoding'] !== undefined) return limit * CHUNKED_FACTOR;
  const length = Number(headers['content-length'] ?? 0);
  return length > limit ? 0 : length;
}

/** The bytes that a connection holds. */
interface Holding {
  bytes: number;
}

/**
 * Limits the bytes that connections hold together. Above the limit it closes the connection that holds most, so that a
 * flood does not affect one large answer or a slow diagnosis.
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
    // A queued response emits no event when its connection closes.
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
