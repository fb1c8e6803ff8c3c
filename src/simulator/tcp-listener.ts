import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/**
 * A TCP listener that can be closed and opened again on the same port, with a list of its connections. Connections are
 * half-open like Java's: the peer's FIN does not end our side.
 */
export class TcpListener {
  readonly #host: string;
  readonly #onConnection: (socket: Socket) => void;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #port: number;

  /** @param port 0: a free port is assigned at the first {@link open} and then kept */
  constructor(host: string, port: number, onConnection: (socket: Socket) => void) {
    this.#host = host;
    this.#port = port;
    this.#onConnection = onConnection;
  }

  get port(): number {
    return this.#port;
  }

  /** Starts to listen, unless it already does. Rejects if the port cannot be opened. */
  async open(): Promise<void> {
    if (this.#server !== null) return;
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
    server.listen({ host: this.#host, port: this.#port });
    await once(server, 'listening');
    const address = server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
    this.#server = server;
  }

  /** Destroys all connections; new ones are still accepted. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Stops listening and destroys all connections; resolves when everything is closed. */
  async shut(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    const closed = [server, ...this.#sockets].map(
      (open) => new Promise<void>((resolve) => open.once('close', () => resolve())),
    );
    server.close();
    this.drop();
    await Promise.all(closed);
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // A reset by the peer is normal here. The reader receives the end of the stream.
    socket.on('error', () => socket.destroy());
    this.#onConnection(socket);
  }
}
