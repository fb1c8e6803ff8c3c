import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Server, Socket } from 'node:net';

/** Requests that a client may send on one connection before it has read the answers. */
const MAX_PIPELINED = 64;

/** A connection and its requests that are not answered yet. */
interface Connection {
  readonly key: string;
  readonly socket: Socket;
  /** How many there are, and the latest that came: all before it have arrived whole. */
  requests: number;
  latest: IncomingMessage | null;
  /** Larger than that of every connection that has gone longer without a new request or an answer. */
  turn: number;
}

/**
 * Limits the connections of a server. One more is not refused: an older one makes room for it, so that neither idle
 * connections nor requests that do not end can keep a load balancer's check out. First the connection goes that has
 * waited longest without a whole request in work. Where there is none, the one at work for longest goes.
 */
export class ConnectionLimit {
  readonly #max: number;
  readonly #open = new Map<string, Connection>();
  /** By socket; a TLS socket is added at its first request. */
  readonly #known = new WeakMap<Socket, Connection>();
  #turns = 0;

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
      const connection = this.#connectionOf(request.socket);
      if (connection === undefined) return;
      connection.requests += 1;
      connection.latest = request;
      if (connection.requests > MAX_PIPELINED) connection.socket.destroy();
      connection.turn = ++this.#turns;
      response.on('close', () => {
        connection.requests -= 1;
        if (connection.requests === 0) connection.turn = ++this.#turns;
      });
    });
  }

  #connectionOf(socket: Socket): Connection | undefined {
    const known = this.#known.get(socket) ?? this.#open.get(peerOf(socket));
    if (known !== undefined) this.#known.set(socket, known);
    return known;
  }

  #opened(socket: Socket): void {
    const key = peerOf(socket);
    const connection: Connection = { key, socket, requests: 0, latest: null, turn: ++this.#turns };
    this.#open.set(key, connection);
    this.#known.set(socket, connection);
    socket.once('close', () => {
      if (this.#open.get(key) === connection) this.#open.delete(key);
    });
    if (this.#open.size > this.#max) this.#makeRoomFor(connection);
  }

  #makeRoomFor(newest: Connection): void {
    let idle: Connection | undefined;
    let busy: Connection | undefined;
    for (const each of this.#open.values()) {
      if (each === newest) continue;
      if (isAtWork(each)) busy = longer(each, busy);
      else idle = longer(each, idle);
    }
    const leaving = idle ?? busy;
    if (leaving === undefined) return;
    this.#open.delete(leaving.key);
    leaving.socket.destroy();
  }
}

/** The one that has gone longer without a new request or an answer. */
function longer(one: Connection, other: Connection | undefined): Connection {
  return other === undefined || one.turn < other.turn ? one : other;
}

/** Whether a request has arrived whole. */
function isAtWork({ requests, latest }: Connection): boolean {
  return requests > 1 || (requests === 1 && latest?.complete === true);
}

/** A connection by its other end: the same for a TLS socket and for the bare one below it. */
function peerOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${localAddress} ${remoteAddress} ${remotePort}`;
}
