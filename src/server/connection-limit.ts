import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Server, Socket } from 'node:net';

/** Requests that a client may send on one connection before it has read the answers. No scraper or balancer pipelines. */
const MAX_PIPELINED = 16;

/** A connection and its requests that are not answered yet. */
interface Connection {
  readonly key: string;
  readonly socket: Socket;
  readonly requests: Set<IncomingMessage>;
}

/**
 * Limits the connections of a server. One more is not refused: an older one makes room for it, so that neither idle
 * connections nor requests that do not end can keep a load balancer's check out. First the connection goes that has
 * waited longest without a whole request in work. Where there is none, the one at work for longest goes.
 */
export class ConnectionLimit {
  readonly #max: number;
  /** By peer, the one that has gone longest without a new request or an answer first. */
  readonly #open = new Map<string, Connection>();

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

/** The part of Node's HTTP parser that is used here. It is not documented: `_http_server.js`, `connectionListenerInternal`. */
interface HttpParser {
  onIncoming: unknown;
}

/** llhttp's answer "an upgrade": the parser stops at this request. */
const STOP_PARSING = 2;

/**
 * Closes a connection and drops the requests that arrived in the same packet. Node.js would make two objects for each
 * and keep them until the end of the loop's round: 1,500 requests in a packet, from 60 clients at once, exceed the heap.
 */
function abandon(socket: Socket & { parser?: HttpParser | null }): void {
  socket.destroy();
  if (socket.parser?.onIncoming != null) socket.parser.onIncoming = () => STOP_PARSING;
}

/** Whether a request has arrived whole. */
function isAtWork({ requests }: Connection): boolean {
  for (const { complete } of requests) if (complete) return true;
  return false;
}

/** A connection by its other end: the same for a TLS socket and for the bare one below it. */
function peerOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${localAddress} ${remoteAddress} ${remotePort}`;
}
