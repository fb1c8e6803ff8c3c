import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { webCertificate } from '../../src/simulator/certificates.ts';

/** The faults of a hop. */
export interface HopOptions {
  /** Bytes to send before those of the client, as a sender of the PROXY protocol does. */
  readonly prefix?: Uint8Array;
  /** The idle time after which connections are closed, in milliseconds. */
  readonly cutAfterMs?: number;
  /** The idle time after which connections are dropped without a message, in milliseconds. */
  readonly forgetAfterMs?: number;
  /** The size of a packet in bytes; longer data is lost. */
  readonly mtu?: number;
  /** Terminates TLS. Data other than a ClientHello gets no answer. */
  readonly tls?: boolean;
}

/** Starts a TCP hop on 127.0.0.1 in front of a port of 127.0.0.1. @returns its port */
export async function startHop(
  t: { teardown(close: () => void): void },
  to: number,
  options: HopOptions = {},
): Promise<number> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  };
  const tls = options.tls === true ? createTlsServer(await webCertificate('good')) : null;
  tls?.on('secureConnection', (socket) => carry(socket, to, options, keep));
  tls?.on('tlsClientError', () => undefined);
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    keep(socket);
    if (tls === null) return carry(socket, to, options, keep);
    socket.once('readable', () => {
      const first: Buffer | null = socket.read();
      if (first === null) return;
      socket.unshift(first);
      if (first[0] === 0x16) tls.emit('connection', socket);
      else socket.resume().on('end', () => socket.destroy());
    });
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

function carry(socket: Socket, to: number, options: HopOptions, keep: (socket: Socket) => void): void {
  const { prefix, cutAfterMs, forgetAfterMs, mtu = Number.POSITIVE_INFINITY } = options;
  const onward = connect({ host: '127.0.0.1', port: to, noDelay: true, allowHalfOpen: true });
  keep(onward);
  let forgotten = false;
  let timer: NodeJS.Timeout | null = null;
  const idle = () => {
    const limit = cutAfterMs ?? forgetAfterMs;
    if (limit === undefined || forgotten) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      forgotten = true;
      if (cutAfterMs === undefined) return;
      socket.destroy();
      onward.destroy();
    }, limit);
  };
  const pass = (from: Socket, into: Socket) => {
    let lost = false;
    from.on('data', (chunk: Buffer) => {
      lost ||= chunk.length > mtu;
      if (forgotten || lost) return;
      idle();
      into.write(chunk);
    });
    from.on('end', () => {
      if (!forgotten && !lost) into.end();
    });
    from.on('close', () => {
      if (timer !== null) clearTimeout(timer);
      into.destroy();
    });
  };
  if (prefix !== undefined) onward.write(prefix);
  pass(socket, onward);
  pass(onward, socket);
  idle();
}

/** A PROXY protocol v1 header. */
export const PROXY_V1: Uint8Array = Buffer.from('PROXY TCP4 10.1.2.3 10.0.0.7 40404 50000\r\n', 'latin1');

/** A PROXY protocol v2 header: TCP over IPv4, 192.168.1.2:40404 to 10.0.0.7:50000. */
export const PROXY_V2: Uint8Array = Buffer.from(
  '0d0a0d0a000d0a515549540a2111000cc0a801020a0000079dd4c350',
  'hex',
);
