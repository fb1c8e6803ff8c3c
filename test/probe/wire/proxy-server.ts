import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/**
 * A real HTTP proxy on loopback. It forwards absolute-form requests, tunnels CONNECT, and can require Basic
 * credentials.
 */
export interface TestProxy {
  readonly port: number;
  /** Request lines seen, `CONNECT host:port` or `GET http://…`. */
  readonly seen: string[];
}

/** The answer of a proxy to CONNECT. */
export interface TestProxyOptions {
  readonly credentials?: string;
  readonly connect?: 'tunnel' | 'forbid' | 'hang-up';
  /** The answer of a Squid that cannot connect, or must not: status and `X-Squid-Error`. */
  readonly squid?: readonly [status: number, error: string];
}

/** Starts a proxy and closes it, with every connection, at the end of the test. */
export async function startProxy(
  t: { teardown(close: () => void): void },
  options: TestProxyOptions = {},
): Promise<TestProxy> {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const wanted =
    options.credentials === undefined ? null : `Basic ${Buffer.from(options.credentials).toString('base64')}`;
  const denied = (message: IncomingMessage) =>
    wanted !== null && message.headers['proxy-authorization'] !== wanted;

  const server = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    if (denied(incoming)) {
      outgoing.writeHead(407).end();
      return;
    }
    if (options.squid !== undefined) {
      const [status, error] = options.squid;
      outgoing.writeHead(status, { server: 'squid/6.6', 'x-squid-error': error }).end();
      return;
    }
    const forwarded = request(incoming.url ?? '', { headers: incoming.headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    forwarded.end();
  });
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    seen.push(`CONNECT ${incoming.url}`);
    if (options.connect === 'hang-up') {
      socket.destroy();
      return;
    }
    if (denied(incoming) || options.connect === 'forbid') {
      const status = denied(incoming) ? '407 Proxy Authentication Required' : '403 Forbidden';
      socket.end(`HTTP/1.1 ${status}\r\nX-Why: test\r\n\r\n`);
      return;
    }
    const [host = '', port = ''] = (incoming.url ?? '').split(/:(?=\d+$)/);
    if (options.squid !== undefined) {
      const [status, error] = options.squid;
      socket.end(`HTTP/1.1 ${status} X\r\nServer: squid/6.6\r\nX-Squid-Error: ${error}\r\n\r\n`);
      return;
    }
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    sockets.add(upstream);
    upstream.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
  });
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, seen };
}
