import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Server as TlsServer } from 'node:tls';
import { type ListenTls, secureContextOf } from '../config/listen-tls.ts';
import { ConnectionLimit } from './connection-limit.ts';
import { descriptorShares } from './descriptor-shares.ts';
import { refuseRequest } from './errors.ts';

/** Must be longer than the idle timeout of load balancers, up to a minute. Otherwise a request races with our close. */
const KEEP_ALIVE_MS = 75_000;
/** Timeouts of the TLS handshake, the head of a request, and the whole request. */
const HANDSHAKE_MS = 10_000;
const HEADERS_MS = 10_000;
const REQUEST_MS = 10_000;
/** The interval at which these are checked. With Node's default of 30 s, slow clients stay three times as long. */
const LOOK_MS = 1000;
/** The idle timeout of a connection; longer than the longest diagnosis, which sends nothing until its end. */
const IDLE_MS = 300_000;
const MAX_HEADER_BYTES = 16 * 1024;

const BOUNDS: ServerOptions = {
  keepAliveTimeout: KEEP_ALIVE_MS,
  headersTimeout: HEADERS_MS,
  requestTimeout: REQUEST_MS,
  connectionsCheckingInterval: LOOK_MS,
  maxHeaderSize: MAX_HEADER_BYTES,
  // Node.js answers without a body; the handler below sends one.
  requireHostHeader: false,
};

/** Creates the servers of an app, HTTP or HTTPS, with timeouts and limits. A host name may need several. */
export class HttpListener {
  readonly #servers: Server[] = [];
  readonly #limit = new ConnectionLimit(descriptorShares().http);
  #tls: ListenTls | null;

  constructor(tls: ListenTls | null) {
    this.#tls = tls;
  }

  get scheme(): 'http' | 'https' {
    return this.#tls === null ? 'http' : 'https';
  }

  /** Returns a new server for this handler, not yet listening. */
  create(handle: RequestListener): Server {
    const handler = this.#limit.counting((request, response) => {
      // Ignores requests that arrived in the same packet as the one at which the connection was closed.
      if (request.socket.destroyed) return;
      const hasHost = request.headers.host !== undefined || request.httpVersion === '1.0';
      if (hasHost) handle(request, response);
      else refuseRequest(response, 400);
    });
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
    // `accept` fails without free file descriptors. The server continues to listen.
    server.on('error', () => undefined);
    this.#limit.watch(server);
    this.#servers.push(server);
    return server;
  }

  /**
   * Uses another certificate and other client authorities from the next handshake on. Open connections are kept.
   * @returns false if that needs a new listener, because TLS or client certificates are switched on or off
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

/** Returns true if a server can change from one to the other. Node.js cannot change `requestCert` of a running server. */
function sameKind(a: ListenTls | null, b: ListenTls | null): boolean {
  return (a === null) === (b === null) && (a?.clientCa == null) === (b?.clientCa == null);
}
