import { createServer, type Server, type Socket } from 'node:net';
import { ConnectionLimit } from './connection-limit.ts';

/** Where a gate or an agent check listens, and what it stands for. */
export interface PortPlace {
  readonly host: string;
  readonly port: number;
}

/** Checkers connect and close; one that keeps its connection is let go after this, whatever it does with it. */
const PATIENCE_MS = 5000;
const MAX_CONNECTIONS = 256;
/**
 * Connections that the kernel accepts for a process that does not run. A load balancer sees so many checks succeed, and
 * one more, before it notices that the daemon hangs. Fewer would refuse balancers that check at the same moment.
 */
export const BACKLOG = 16;

/** Makes a server whose connections are never kept: each gets `greet`'s text, if any, and is ended. */
export function shortServer(greet: () => string): { server: Server; sockets: Set<Socket> } {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const patience = setTimeout(() => socket.destroy(), PATIENCE_MS);
    socket
      .on('error', () => undefined)
      .on('close', () => {
        clearTimeout(patience);
        sockets.delete(socket);
      });
    socket.resume().end(greet());
  });
  // Accepting fails where no file descriptors are left; that ends neither the port nor the process.
  server.on('error', () => undefined);
  new ConnectionLimit(MAX_CONNECTIONS).watch(server);
  return { server, sockets };
}

/** Starts listening. @returns the port. Rejects as Node's `listen` fails. */
export function listen(server: Server, { host, port }: PortPlace): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen({ host, port, backlog: BACKLOG }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : port);
    });
  });
}

/**
 * A port that accepts connections while the verdict is up and refuses them while it is not: for load balancers that
 * can do no more than ping a TCP port. It answers from the verdict in memory and causes no probe.
 */
export class TcpGate {
  readonly #isUp: () => boolean;
  #place: PortPlace;
  #open: ReturnType<typeof shortServer> | null = null;
  #turn: Promise<void> = Promise.resolve();

  constructor(place: PortPlace, isUp: () => boolean) {
    this.#place = place;
    this.#isUp = isUp;
  }

  get port(): number {
    return this.#place.port;
  }

  get isOpen(): boolean {
    return this.#open !== null;
  }

  /** Opens or shuts the gate as the verdict says. Rejects where the port cannot be had; the next call tries again. */
  sync(): Promise<void> {
    const turn = this.#turn.then(() => (this.#isUp() ? this.#openUp() : this.#shut()));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Shuts the gate for good. */
  async close(): Promise<void> {
    await this.#turn;
    await this.#shut();
  }

  async #openUp(): Promise<void> {
    if (this.#open !== null) return;
    const opening = shortServer(() => '');
    const port = await listen(opening.server, this.#place);
    // A gate on any port keeps the one it got, so that a checker finds it again.
    this.#place = { ...this.#place, port };
    this.#open = opening;
  }

  async #shut(): Promise<void> {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    const closed = new Promise<void>((resolve) => open.server.close(() => resolve()));
    for (const socket of open.sockets) socket.destroy();
    await closed;
  }
}
