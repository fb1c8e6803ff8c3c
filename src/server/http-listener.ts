import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Server as TlsServer } from 'node:tls';
import { type ListenTls, secureContextOf } from '../config/listen-tls.ts';
import { ConnectionLimit } from './connection-limit.ts';
import { refuseRequest } from './errors.ts';

/** Load balancers keep connections for up to a minute: ours must be the longer patience, or they race our close. */
const KEEP_ALIVE_MS = 75_000;
/** A TLS handshake, a request's head, and its body must have arrived after these; a connection's first head included. */
const HANDSHAKE_MS = 10_000;
const HEADERS_MS = 10_000;
const REQUEST_MS = 10_000;
/** How often that is looked at. Node's own half a minute would let slow clients stay three times as long. */
const LOOK_MS = 1000;
/** A connection on which nothing moves; longer than the longest diagnosis, which is silent until its end. */
const IDLE_MS = 300_000;
const MAX_HEADER_BYTES = 16 * 1024;
/** Enough for every load balancer node and scraper. */
const MAX_CONNECTIONS = 1024;

const BOUNDS: ServerOptions = {
  keepAliveTimeout: KEEP_ALIVE_MS,
  headersTimeout: HEADERS_MS,
  requestTimeout: REQUEST_MS,
  connectionsCheckingInterval: LOOK_MS,
  maxHeaderSize: MAX_HEADER_BYTES,
  // Node.js would refuse it without a body.
  requireHostHeader: false,
};

/** Makes the servers that an app listens with, HTTP or HTTPS, each with its bounds; a name may need several. */
export class HttpListener {
  readonly #servers: Server[] = [];
  #tls: ListenTls | null;

  constructor(tls: ListenTls | null) {
    this.#tls = tls;
  }

  get scheme(): 'http' | 'https' {
    return this.#tls === null ? 'http' : 'https';
  }

  /** One more server over this handler, not yet listening. */
  create(handle: RequestListener): Server {
    // Requests that came in one packet with the one at which their connection was closed.
    const handler: RequestListener = (request, response) => {
      if (request.socket.destroyed) return;
      const hasHost = request.headers.host !== undefined || request.httpVersion === '1.0';
      if (hasHost) handle(request, response);
      else refuseRequest(response, 400);
    };
    const tls = this.#tls;
    const server =
      tls === null
        ? createServer(BOUNDS, handler)
        : createTlsServer(
            {
              ...BOUNDS,
              ...secureContextOf(tls),
              handshakeTimeout: HANDSHAKE_MS,
              requestCert: tls.clientCa !== null,
            },
            handler,
          );
    server.setTimeout(IDLE_MS);
    server.on('checkExpectation', (_request, response) => refuseRequest(response, 417));
    // Accepting fails where no file descriptors are left; that ends neither the port nor the process.
    server.on('error', () => undefined);
    new ConnectionLimit(MAX_CONNECTIONS).watchHttp(server);
    this.#servers.push(server);
    return server;
  }

  /**
   * Shows another certificate, and trusts other clients, from the next handshake on; connections that are open stay.
   * @returns false where that takes a new listener: TLS, or the question for a client's certificate, comes or goes
   */
  renew(tls: ListenTls | null): boolean {
    if (!sameKind(this.#tls, tls)) return false;
    const context = tls === null ? null : secureContextOf(tls);
    for (const server of this.#servers) {
      if (context !== null && server instanceof TlsServer) server.setSecureContext(context);
    }
    this.#tls = tls;
    return true;
  }
}

/** Node asks for a client's certificate, or does not, for as long as a server lives. */
function sameKind(a: ListenTls | null, b: ListenTls | null): boolean {
  return (a === null) === (b === null) && (a?.clientCa == null) === (b?.clientCa == null);
}
