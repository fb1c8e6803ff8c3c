import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/**
 * A TCP listener that can be shut and opened again on the same port, and that knows its connections. Connections are
 * half-open as Java's are: the peer's FIN does not end our side.
 */
export class TcpListener {
  readonly #host: string;
  readonly #onConnection: (socket: Socket) => void;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #port: number;

  /** @param port 0 lets the system choose one at the first {@link open}; it is kept from then on */
  constructor(host: string, port: number, onConnection: (socket: Socket) => void) {
    this.#host = host;
    this.#port = port;
    this.#onConnection = onConnection;
  }

  get port(): number {
    return this.#port;
  }

  /** Starts to listen, unless it does already. Rejects when the port cannot be had. */
  async open(): Promise<void> {
    if (this.#server !== null) return;
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
    server.listen({ host: this.#host, port: this.#port });
    await once(server, 'listening');
    const address = server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
    this.#server = server;
  }

  /** Destroys every connection; new ones are still accepted. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Stops listening and destroys every connection; resolves when all of it is closed. */
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
    // A peer that resets its connection is an everyday event here; whoever reads sees the stream end.
    socket.on('error', () => socket.destroy());
    this.#onConnection(socket);
  }
}
