import type { Server as HttpServer } from 'node:http';
import type { Server, Socket } from 'node:net';

/**
 * Holds a server to so many connections. One more is not refused: the connection that has waited longest
 * without a request in work makes room for it, so that a thousand idle ones cannot keep a load balancer's check out.
 * Where all have a request in work, it is the newest that has to go.
 */
export class ConnectionLimit {
  readonly #max: number;
  /** By peer, the one that has waited longest first; the value says how many requests are in work on it. */
  readonly #open = new Map<string, { readonly socket: Socket; requests: number }>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Watches the connections of a server, before it listens. On a TLS server that begins before the handshake. */
  watch(server: Server): void {
    server.on('connection', (socket: Socket) => this.#opened(socket));
  }

  /** Watches the connections and the requests of an HTTP server, before it listens. */
  watchHttp(server: HttpServer): void {
    this.watch(server);
    server.on('request', (request, response) => {
      const key = peerOf(request.socket);
      const entry = this.#open.get(key);
      if (entry === undefined) return;
      entry.requests += 1;
      response.once('close', () => {
        entry.requests -= 1;
        if (entry.requests > 0 || this.#open.get(key) !== entry) return;
        this.#open.delete(key);
        this.#open.set(key, entry);
      });
    });
  }

  #opened(socket: Socket): void {
    const key = peerOf(socket);
    const entry = { socket, requests: 0 };
    this.#open.set(key, entry);
    socket.once('close', () => {
      if (this.#open.get(key) === entry) this.#open.delete(key);
    });
    if (this.#open.size <= this.#max) return;
    for (const [longest, { socket: idle, requests }] of this.#open) {
      if (requests > 0) continue;
      this.#open.delete(longest);
      idle.destroy();
      return;
    }
  }
}

/** A connection by its other end: the same for a TLS socket and for the bare one below it. */
function peerOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${localAddress} ${remoteAddress} ${remotePort}`;
}
