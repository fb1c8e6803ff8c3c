import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';

/** The limit of unanswered requests on one connection. Scrapers and load balancers do not pipeline requests. */
const MAX_PIPELINED = 16;
/** The limit for all connections together. The objects of Node.js for a request and its answer take about 8 KiB. */
const MAX_UNANSWERED = 2048;

/** A connection and its unanswered requests. */
interface Connection {
  readonly key: string;
  readonly socket: Socket;
  /** The number of unanswered requests. All requests before `latest` have arrived completely. */
  requests: number;
  /** A closed connection has no requests, although its queued answers emit no event. */
  closed: boolean;
  latest: IncomingMessage | null;
  /** Larger than that of every connection that has gone longer without a new request or an answer. */
  turn: number;
}

/**
 * Limits the connections of one or several servers together. A new connection is accepted and an older one is closed, so that neither idle
 * connections nor endless requests can block a load balancer's check. It closes the connection that has been idle, without
 * a complete request, for the longest time; or else the one whose request has been processed for the longest time.
 */
export class ConnectionLimit {
  readonly #max: number;
  readonly #open = new Map<string, Connection>();
  /** By socket; a TLS socket is added at its first request. */
  readonly #known = new WeakMap<Socket, Connection>();
  #turns = 0;
  /** The number of unanswered requests of all connections. */
  #unanswered = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Watches the connections of a server. Call it before the server listens. On a TLS server it counts from the TCP connection. */
  watch(server: Server): void {
    server.on('connection', (socket: Socket) => this.#opened(socket));
  }

  /** Returns a handler that also watches the requests, for an HTTP server whose connections are watched. */
  counting(handle: RequestListener): RequestListener {
    return (request, response) => {
      this.#requested(request, response);
      handle(request, response);
    };
  }

  #requested(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#connectionOf(request.socket);
    if (connection === undefined || connection.closed || request.socket.destroyed) return;
    this.#count(connection, 1);
    connection.latest = request;
    if (connection.requests > MAX_PIPELINED) abandon(request.socket);
    connection.turn = ++this.#turns;
    response.on('close', () => {
      if (connection.closed) return;
      this.#count(connection, -1);
      if (connection.requests === 0) connection.turn = ++this.#turns;
    });
    while (this.#unanswered > MAX_UNANSWERED) this.#closeBusiest();
  }

  #count(connection: Connection, requests: number): void {
    connection.requests += requests;
    this.#unanswered += requests;
  }

  /** Closes the connection with the most unanswered requests, so that a flood does not affect the others. */
  #closeBusiest(): void {
    let busiest: Connection | undefined;
    for (const each of this.#open.values()) {
      if (busiest === undefined || each.requests > busiest.requests) busiest = each;
    }
    if (busiest === undefined) return;
    this.#closed(busiest);
    busiest.socket.destroy();
  }

  #closed(connection: Connection): void {
    const { key, requests } = connection;
    if (connection.closed) return;
    connection.closed = true;
    this.#unanswered -= requests;
    if (this.#open.get(key) === connection) this.#open.delete(key);
  }

  #connectionOf(socket: Socket): Connection | undefined {
    const known = this.#known.get(socket) ?? this.#open.get(peerOf(socket));
    if (known !== undefined) this.#known.set(socket, known);
    return known;
  }

  #opened(socket: Socket): void {
    const key = peerOf(socket);
    const connection: Connection = {
      key,
      socket,
      requests: 0,
      closed: false,
      latest: null,
      turn: ++this.#turns,
    };
    this.#open.set(key, connection);
    this.#known.set(socket, connection);
    socket.once('close', () => this.#closed(connection));
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
    this.#closed(leaving);
    leaving.socket.destroy();
  }
}

/** The one that has gone longer without a new request or an answer. */
function longer(one: Connection, other: Connection | undefined): Connection {
  return other === undefined || one.turn < other.turn ? one : other;
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
function isAtWork({ requests, latest }: Connection): boolean {
  return requests > 1 || (requests === 1 && latest?.complete === true);
}

/** Returns a key for a connection: the same for a TLS socket and its TCP socket. */
function peerOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${localAddress} ${localPort} ${remoteAddress} ${remotePort}`;
}
