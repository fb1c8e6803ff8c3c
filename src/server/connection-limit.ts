import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Server, Socket } from 'node:net';

/** The limit of unanswered requests on one connection. Scrapers and load balancers do not pipeline requests. */
const MAX_PIPELINED = 16;

/** A connection and its unanswered requests. */
interface Connection {
  readonly key: string;
  readonly socket: Socket;
  readonly requests: Set<IncomingMessage>;
}

/**
 * Limits the connections of a server. A new connection is accepted and an older one is closed, so that neither idle
 * connections nor endless requests can block a load balancer's check. It closes the connection that has been idle, without
 * a complete request, for the longest time; or else the one whose request has been processed for the longest time.
 */
export class ConnectionLimit {
  readonly #max: number;
  /** By peer. The first one has had no new request or answer for the longest time. */
  readonly #open = new Map<string, Connection>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Watches the connections of a server. Call it before the server listens. On a TLS server it counts from the TCP connection. */
  watch(server: Server): void {
    server.on('connection', (socket: Socket) => this.#opened(socket));
  }

  /** Watches the connections and the requests of an HTTP server. Call it before the server listens. */
  watchHttp(server: HttpServer): void {
    this.watch(server);
    server.on('request', (request, response) => {
      const key = peerOf(request.socket);
      const connection = this.#open.get(key);
      if (connection === undefined || request.socket.destroyed) return;
      connection.requests.add(request);
      if (connection.requests.size > MAX_PIPELINED) abandon(request.socket);
      this.#renew(connection);
      response.once('close', () => {
        connection.requests.delete(request);
        if (connection.requests.size === 0) this.#renew(connection);
      });
    });
  }

  #opened(socket: Socket): void {
    const key = peerOf(socket);
    const connection = { key, socket, requests: new Set<IncomingMessage>() };
    this.#open.set(key, connection);
    socket.once('close', () => {
      if (this.#open.get(key) === connection) this.#open.delete(key);
    });
    if (this.#open.size > this.#max) this.#makeRoomFor(connection);
  }

  #makeRoomFor(newest: Connection): void {
    const others = [...this.#open.values()].filter((each) => each !== newest);
    const leaving = others.find((each) => !isAtWork(each)) ?? others[0];
    if (leaving === undefined) return;
    this.#open.delete(leaving.key);
    leaving.socket.destroy();
  }

  #renew(connection: Connection): void {
    const { key } = connection;
    if (this.#open.get(key) !== connection) return;
    this.#open.delete(key);
    this.#open.set(key, connection);
  }
}

/** The part of Node's HTTP parser that is used here. It is undocumented: `_http_server.js`, `connectionListenerInternal`. */
interface HttpParser {
  onIncoming: unknown;
}

/** The return value with which llhttp stops at this request, as for an upgrade. */
const STOP_PARSING = 2;

/**
 * Closes a connection and drops the requests that arrived in the same packet. Node.js creates two objects for
 * each and keeps them until the end of the event loop iteration: packets with 1,500 requests from 60 clients at the same
 * time exceed the heap.
 */
function abandon(socket: Socket & { parser?: HttpParser | null }): void {
  socket.destroy();
  if (socket.parser?.onIncoming != null) socket.parser.onIncoming = () => STOP_PARSING;
}

/** Returns true if a complete request is unanswered. */
function isAtWork({ requests }: Connection): boolean {
  for (const { complete } of requests) if (complete) return true;
  return false;
}

/** Returns a key for a connection: the same for a TLS socket and its TCP socket. */
function peerOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${localAddress} ${remoteAddress} ${remotePort}`;
}
