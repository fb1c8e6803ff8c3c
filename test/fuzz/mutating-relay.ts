import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import type { KeyAndCertificate } from '../../src/simulator/certificates.ts';
import { pour } from '../../src/simulator/speaking.ts';
import { MutatedStream, type Script } from './mutations.ts';

/** A TCP relay on 127.0.0.1 that changes what the server behind it answers. */
export interface MutatingRelay {
  readonly port: number;
  /** Cuts the open connections; the next one gets the first of these scripts. */
  play(scripts: readonly Script[]): void;
  close(): void;
}

/** Starts a relay to a port of this machine. @param tls the certificate under which it ends TLS; null: none */
export async function startMutatingRelay(
  to: number,
  tls: KeyAndCertificate | null = null,
): Promise<MutatingRelay> {
  const open = new Set<Duplex>();
  let scripts: readonly Script[] = [[]];
  let next = 0;
  const carry = (client: Socket) => {
    const script = scripts[next++ % scripts.length] ?? [];
    const server = connect({ port: to, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    for (const each of [client, server]) {
      open.add(each);
      each.on('error', () => each.destroy()).on('close', () => open.delete(each));
    }
    client.on('close', () => server.destroy());
    const heard: Buffer[] = [];
    client.on('data', (chunk: Buffer) => {
      heard.push(chunk);
      if (!server.destroyed) server.write(chunk);
    });
    client.on('end', () => server.end());
    const speaker = new Speaker(client, script);
    const stream = new MutatedStream(script);
    server.on('data', (chunk: Buffer) => {
      for (const action of stream.push(chunk, Buffer.concat(heard))) speaker.take(action);
    });
    server.on('end', () => speaker.take({ type: 'end', how: 'close' }));
    server.on('close', () => speaker.take({ type: 'end', how: 'close' }));
  };
  const options = { allowHalfOpen: true, noDelay: true };
  const server: Server =
    tls === null ? createServer(options, carry) : createTlsServer({ ...options, ...tls }, carry);
  server.on('tlsClientError', (_error: Error, socket: Socket) => socket.destroy());
  // Also those whose TLS handshake never ends.
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const each of open) each.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    play(next_) {
      cut();
      scripts = next_;
      next = 0;
    },
    close() {
      cut();
      server.close();
    },
  };
}

type Action = ReturnType<MutatedStream['push']>[number];

/** Says things in order, in pieces where the script wants it so. */
export class Speaker {
  readonly #client: Socket;
  readonly #size: number;
  readonly #everyMs: number;
  #queue: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(client: Socket, script: Script) {
    const split = script.find((each) => each.kind === 'split');
    this.#client = client;
    this.#size = split?.size ?? Number.POSITIVE_INFINITY;
    this.#everyMs = split?.everyMs ?? 0;
  }

  take(action: Action): void {
    this.#queue = this.#queue.then(() => this.#do(action));
  }

  async #do(action: Action): Promise<void> {
    const client = this.#client;
    if (this.#ended || client.destroyed) return;
    if (action.type === 'send') return this.#send(action.bytes);
    this.#ended = true;
    if (action.type === 'pour')
      return pour(client, action.bytes.toString('latin1').repeat(100).slice(0, 65_536));
    if (action.how === 'close') client.end();
    else if (action.how === 'reset') {
      if ('encrypted' in client) client.destroy();
      else client.resetAndDestroy();
    }
  }

  async #send(bytes: Buffer): Promise<void> {
    if (bytes.length <= this.#size) return void this.#client.write(bytes);
    for (let at = 0; at < bytes.length && !this.#client.destroyed; at += this.#size) {
      this.#client.write(bytes.subarray(at, at + this.#size));
      await new Promise((resolve) => setTimeout(resolve, this.#everyMs));
    }
  }
}
