import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** The limits of request bodies and unsent answers of all connections together. Both fit into a pod with 256 MiB. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const MAX_UNSENT_BYTES = 16 * 1024 * 1024;
/** A body or answer up to this size is not counted: the number of unanswered requests is limited. */
export const SMALL_BODY_BYTES = 4096;
/** The size of a chunked body is unknown, and each chunk has overhead. */
const CHUNKED_FACTOR = 8;

/** Limits the memory of all request bodies and answers of an app together. */
export function limitMemory(app: FastifyInstance): void {
  const bodies = new HeldBytes(MAX_BODY_BYTES);
  const unsent = new HeldBytes(MAX_UNSENT_BYTES);
  // With callbacks, not promises: these run for every request.
  // Runs after `onRequest`, so that a request without a token or above its rate limit is not counted.
  app.addHook('preParsing', (request, reply, _payload, done) => {
    const { headers, socket } = request.raw;
    if (hasBody(headers)) {
      const bytes = bodyBytes(headers, request.routeOptions.bodyLimit ?? 0);
      if (bytes > SMALL_BODY_BYTES) bodies.hold(socket, bytes, reply.raw);
    }
    done();
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    const bytes = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0;
    if (bytes > SMALL_BODY_BYTES) unsent.hold(request.raw.socket, bytes, reply.raw);
    done();
  });
}

function hasBody(headers: NodeJS.Dict<string | string[]>): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

/** Returns the memory that a body may need; 0 if it exceeds the limit of its route. */
function bodyBytes(headers: NodeJS.Dict<string | string[]>, limit: number): number {
  if (headers['transfer-encoding'] !== undefined) return limit * CHUNKED_FACTOR;
  const length = Number(headers['content-length'] ?? 0);
  return length > limit ? 0 : length;
}

/** The bytes that a connection holds. */
interface Holding {
  bytes: number;
  /** Its responses that are not closed. */
  responses: number;
  /** The connection is closed or has no response any more: nothing is counted for it. */
  ended: boolean;
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
    holding.responses += 1;
    until.on('close', () => {
      this.#add(holding, -bytes);
      holding.responses -= 1;
      if (holding.responses === 0) this.#end(socket, holding);
    });
    this.#add(holding, bytes);
    while (this.#total > this.#max) this.#closeLargest();
  }

  #closeLargest(): void {
    let largest: readonly [Socket, Holding] | null = null;
    for (const each of this.#held) {
      if (largest === null || each[1].bytes > largest[1].bytes) largest = each;
    }
    if (largest === null) return;
    this.#end(...largest);
    largest[0].destroy();
  }

  #begin(socket: Socket): Holding {
    const holding = { bytes: 0, responses: 0, ended: false };
    this.#held.set(socket, holding);
    // A queued response emits no event when its connection closes.
    if (!this.#watched.has(socket)) {
      socket.once('close', () => {
        const last = this.#held.get(socket);
        if (last !== undefined) this.#end(socket, last);
      });
    }
    this.#watched.add(socket);
    return holding;
  }

  #end(socket: Socket, holding: Holding): void {
    if (holding.ended) return;
    this.#add(holding, -holding.bytes);
    holding.ended = true;
    this.#held.delete(socket);
  }

  #add(holding: Holding, bytes: number): void {
    if (holding.ended) return;
    holding.bytes += bytes;
    this.#total += bytes;
  }
}
