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

/** Limits the memory of all unsent answers of an app together. */
export class UnsentBytes {
  readonly #bytes = new HeldBytes(MAX_UNSENT_BYTES);

  /** Counts an answer, with its objects, until it is sent. @returns null where the connection is closed */
  hold(response: ServerResponse, bytes = 0): Held | null {
    const { socket } = response.req;
    return this.#bytes.hold(socket, OVERHEAD_BYTES + bytes, response);
  }

  /** Counts more bytes for the same answer. */
  holdMore(held: Held, bytes: number): void {
    this.#bytes.holdMore(held, bytes);
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Memory of the answer until it is sent; null before the first hook. */
    unsent: Held | null;
  }
}

/** Limits the memory of all requests and answers of an app together. */
export function limitMemory(app: FastifyInstance, unsent: UnsentBytes): void {
  const bodies = new HeldBytes(MAX_BODY_BYTES);
  app.decorateRequest('unsent', null);
  // With callbacks, not promises: these run for every request, health checks included.
  app.addHook('onRequest', (request, reply, done) => {
    request.unsent = unsent.hold(reply.raw);
    done();
  });
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
    if (request.unsent === null) unsent.hold(reply.raw, bytes);
    else unsent.holdMore(request.unsent, bytes);
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

/** Bytes of one response. */
interface Held {
  bytes: number;
  readonly holding: Holding;
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

  /** Counts bytes for a connection until this response, or the connection, is closed. @returns null where it is closed */
  hold(socket: Socket, bytes: number, until: ServerResponse): Held | null {
    if (socket.destroyed) return null;
    const holding = this.#held.get(socket) ?? this.#begin(socket);
    const held = { bytes: 0, holding };
    holding.responses += 1;
    until.on('close', () => {
      this.#add(holding, -held.bytes);
      holding.responses -= 1;
      if (holding.responses === 0) this.#end(socket, holding);
    });
    this.holdMore(held, bytes);
    return held;
  }

  /** Counts more bytes for the same response. */
  holdMore(held: Held, bytes: number): void {
    held.bytes += bytes;
    this.#add(held.holding, bytes);
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
