import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { webCertificate } from './certificates.ts';
import { type Page, rawPage } from './page.ts';
import { pour } from './speaking.ts';
import type { ControllerState } from './state.ts';
import { certificateKindOf, WEB_SOCKET_SCRIPTS, WEB_STREAM_SCRIPTS } from './web-faults.ts';
import { answerRequest } from './web-routes.ts';
import { WebSocketEntrypoint } from './websocket-server.ts';

/** A connection that is idle for this long is closed. */
const IDLE_MS = 60_000;

/** The Jenkins URL: serves HTTP or HTTPS on given connections. */
export class WebServer {
  readonly #state: ControllerState;
  readonly #http: Server;
  readonly #websockets: WebSocketEntrypoint;
  #tls: TlsServer | null = null;

  constructor(state: ControllerState) {
    this.#state = state;
    this.#websockets = new WebSocketEntrypoint(state);
    this.#http = createServer((request, response) => this.#respond(request, response));
    this.#http.timeout = IDLE_MS;
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Uses TLS on new connections, with the certificate of the current fault. */
  async useTls(): Promise<void> {
    const pair = await webCertificate(certificateKindOf(this.#state.fault));
    this.#tls = createTlsServer({ ...pair, ALPNProtocols: ['http/1.1'] }, (socket) => {
      socket.on('error', () => socket.destroy());
      this.#serveStream(socket);
    });
  }

  /** Serves one TCP connection. */
  serve(socket: Socket): void {
    this.#state.tally.webConnections++;
    const script = WEB_SOCKET_SCRIPTS[this.#state.fault];
    if (script !== undefined) script(socket);
    else if (this.#tls === null) this.#serveStream(socket);
    else this.#tls.emit('connection', socket);
  }

  #serveStream(stream: Duplex): void {
    const script = WEB_STREAM_SCRIPTS[this.#state.fault];
    if (script !== undefined) script(stream);
    else this.#http.emit('connection', stream);
  }

  #respond(request: IncomingMessage, response: ServerResponse): void {
    this.#state.tally.webRequests++;
    const page = answerRequest(this.#state, this.#websockets, request, null);
    if (page === null) return;
    const date = new Date(Date.now() + this.#state.facts.clockOffsetMs).toUTCString();
    send({ ...page, headers: { ...page.headers, Date: date } }, response);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#state.tally.webRequests++;
    socket.on('error', () => socket.destroy());
    const upgrade = this.#state.fault === 'upgrade-stripped' ? null : { socket, head };
    const page = answerRequest(this.#state, this.#websockets, request, upgrade);
    if (page !== null) socket.end(rawPage(page), () => socket.destroy());
  }
}

function send({ status, headers, body, endless }: Page, response: ServerResponse): void {
  if (endless === undefined) {
    response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body);
    return;
  }
  response.writeHead(status, headers).write(body);
  pour(response, 'x'.repeat(8000));
}
