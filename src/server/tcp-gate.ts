import { createServer, type Server, type Socket } from 'node:net';
import type { ConnectionLimit } from './connection-limit.ts';

/** The address of a gate or an agent check. */
export interface PortPlace {
  readonly host: string;
  readonly port: number;
}

/** A connection is destroyed after this time. Health checkers close theirs at once. */
const PATIENCE_MS = 5000;
/**
 * Connections that the kernel accepts for a process that does not run. A load balancer sees this number of checks
 * succeed, and one more, before it notices that the daemon hangs. Fewer would refuse balancers that check at the same
 * moment.
 */
export const BACKLOG = 64;

/** Returns a server that sends the text of `greet` on each connection and ends it. @param limit counts its connections */
export function shortServer(
  greet: () => string,
  limit: ConnectionLimit,
): { server: Server; sockets: Set<Socket> } {
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
  // `accept` fails without free file descriptors. The server continues to listen.
  server.on('error', () => undefined);
  limit.watch(server);
  return { server, sockets };
}

/** Starts listening. @returns the port. Rejects with the error of Node's `listen`. */
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
 * A port that accepts connections while the verdict is up and refuses them otherwise, for load balancers that can check
 * only a TCP port. It uses the verdict in memory and never starts a probe.
 */
export class TcpGate {
  readonly #isUp: () => boolean;
  readonly #limit: ConnectionLimit;
  #place: PortPlace;
  #open: ReturnType<typeof shortServer> | null = null;
  #turn: Promise<void> = Promise.resolve();

  /** @param limit of the connections, shared with other ports */
  constructor(place: PortPlace, isUp: () => boolean, limit: ConnectionLimit) {
    this.#limit = limit;
    this.#place = place;
    this.#isUp = isUp;
  }

  get port(): number {
    return this.#place.port;
  }

  get isOpen(): boolean {
    return this.#open !== null;
  }

  /** Opens or closes the port according to the verdict. Rejects if it cannot be opened; the next call retries. */
  sync(): Promise<void> {
    const turn = this.#turn.then(() => (this.#isUp() ? this.#openUp() : this.#shut()));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Closes the port permanently. */
  async close(): Promise<void> {
    await this.#turn;
    await this.#shut();
  }

  async #openUp(): Promise<void> {
    if (this.#open !== null) return;
    const opening = shortServer(() => '', this.#limit);
    const port = await listen(opening.server, this.#place);
    // With port 0, keep the assigned port for the next opening.
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
