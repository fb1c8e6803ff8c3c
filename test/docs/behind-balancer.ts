import { connect, createServer, type Socket } from 'node:net';
import { pino } from 'pino';
import { emptySettings } from '../../src/config/file-settings.ts';
import { Secret } from '../../src/model/secret.ts';
import { startDaemon } from '../../src/serve/daemon.ts';
import { controllerOf } from '../daemon/settings-of.ts';
import { until } from '../kubernetes/cluster-objects.ts';
import { simulate } from '../probe/simulated.ts';

/** A daemon with a verdict, and an echo server, as backends of a load balancer. */
export interface Behind {
  /** The port of the echo server. */
  readonly agentPort: number;
  /** The number of connections that closed without data, as those of a bare check do. */
  bareConnections(): number;
  /** The port for health checks. */
  readonly healthPort: number;
  /** Drains the controller, which is healthy. */
  drain(): Promise<void>;
  undrain(): Promise<void>;
  /** Stops the daemon, so that health checks fail. */
  endDaemon(): Promise<void>;
}

/** Starts both, and resolves when the verdict is `up`. */
export async function startBehind(t: { teardown(close: () => Promise<void>): void }): Promise<Behind> {
  const { target } = await simulate(t);
  const echo = await startEcho(t);
  const daemon = await startDaemon(
    {
      ...emptySettings(),
      listen: { host: '127.0.0.1', port: 0 },
      controllers: [controllerOf({ web: 200, ping: 200 }, { ...target, name: 'main' })],
      token: new Secret('c0ffee'),
    },
    { logger: pino({ level: 'silent' }) },
  );
  t.teardown(() => daemon.close());
  const base = `http://127.0.0.1:${daemon.address.port}`;
  await until(async () => (await fetch(`${base}/health/main`)).ok);
  const order = async (what: string) => {
    const headers = { authorization: 'Bearer c0ffee' };
    const { status } = await fetch(`${base}/controllers/main/${what}`, { method: 'POST', headers });
    if (status !== 200) throw new Error(`${what}: ${status}`);
  };
  return {
    agentPort: echo.port,
    bareConnections: echo.bareConnections,
    healthPort: daemon.address.port,
    drain: () => order('drain'),
    undrain: () => order('undrain'),
    endDaemon: () => daemon.close(),
  };
}

/** Starts an echo server that counts connections without data. */
async function startEcho(t: { teardown(close: () => Promise<void>): void }) {
  const sockets = new Set<Socket>();
  let bare = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.pipe(socket);
    socket
      .once('error', () => socket.destroy())
      .once('close', () => {
        sockets.delete(socket);
        if (socket.bytesRead === 0) bare += 1;
      });
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : 0);
    });
  });
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port, bareConnections: () => bare };
}

/** A connection through a load balancer. */
export interface Through {
  /** Resolves with true if a byte is echoed, with false if the connection has closed. */
  echoes(): Promise<boolean>;
  end(): void;
  /** Resolves when the connection has closed. */
  readonly over: Promise<void>;
}

/** Connects through a load balancer. */
export function connectThrough(port: number): Through {
  const socket = connect(port, '127.0.0.1');
  const over = new Promise<void>((resolve) => {
    socket.once('error', () => resolve()).once('close', () => resolve());
  });
  return {
    over,
    echoes() {
      const echoed = new Promise<boolean>((resolve) => socket.once('data', () => resolve(true)));
      socket.write('x');
      return Promise.race([echoed, over.then(() => false)]);
    },
    end: () => socket.destroy(),
  };
}

/** Resolves with true if a new connection reaches the echo server. */
export async function reaches(port: number): Promise<boolean> {
  const through = connectThrough(port);
  const reached = await through.echoes();
  through.end();
  return reached;
}
