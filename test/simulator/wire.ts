// Byte-level clients of the tests. They share no code with the product.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls, type TLSSocket } from 'node:tls';

export const PING = Buffer.from('000d50726f746f636f6c3a50696e67', 'hex');
export const JNLP4 = Buffer.from('001650726f746f636f6c3a4a4e4c50342d636f6e6e656374', 'hex');
export const ACK = Buffer.from('000341434b', 'hex');
export const HELLO = Buffer.from('474554202f20485454502f312e300d0a0d0a', 'hex');

/** Returns a string frame. */
export function frame(text: string): Buffer {
  const payload = Buffer.from(text, 'utf8');
  return Buffer.concat([Buffer.from([payload.length / 256, payload.length % 256]), payload]);
}

/** Resolves with a connected socket. */
export async function dial(port: number, host = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host, allowHalfOpen: true });
  await once(socket, 'connect');
  return socket;
}

/** The result of a conversation: the received data as latin1, and the end. */
export interface Heard {
  readonly text: string;
  /** `end`: the peer closed; `enough`: `limit` characters arrived; or the code of an error. */
  readonly how: string;
}

/** Reads a stream until its end, up to `limit` characters, and destroys it. */
export function hear(stream: Socket | TLSSocket, limit = Number.POSITIVE_INFINITY): Promise<Heard> {
  return new Promise((resolve) => {
    let text = '';
    const finish = (how: string) => {
      stream.destroy();
      resolve({ text, how });
    };
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.length >= limit) finish('enough');
    });
    stream.on('end', () => finish('end'));
    stream.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? 'error'));
  });
}

/** Connects, sends `bytes`, and reads the answer until its end. */
export async function say(port: number, bytes: Buffer | string, limit?: number): Promise<Heard> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.write(bytes);
  return hear(socket, limit);
}

/** Sends `bytes` and closes this side. The peer sends its answer, if any, before it closes. */
export async function sayAndFinish(port: number, bytes: Buffer): Promise<Heard> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.end(bytes);
  return hear(socket);
}

/** Returns an HTTP/1.1 request as text. */
export function request(path: string, headers: Readonly<Record<string, string>> = {}): string {
  const all = { Host: 'jenkins.test', Connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** The headers of a WebSocket upgrade. */
export const UPGRADE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
} as const;

/** Returns a short binary WebSocket message of a client, masked with zeros. */
export function clientMessage(data: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x82, 0x80 + data.length, 0, 0, 0, 0]), data]);
}

/** A JNLP4 connection after its TLS handshake. */
export class Jnlp4Connection {
  readonly raw: Socket;
  readonly tls: TLSSocket;
  #received = Buffer.alloc(0);

  constructor(raw: Socket, tls: TLSSocket) {
    this.raw = raw;
    this.tls = tls;
    tls.on('error', () => undefined);
    tls.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
    });
  }

  /** base64 of the SubjectPublicKeyInfo of the controller. */
  get identity(): string {
    const key = this.tls.getPeerX509Certificate()?.publicKey;
    return key?.export({ format: 'der', type: 'spki' }).toString('base64') ?? '';
  }

  /** Resolves with the text of the next frame. */
  async next(): Promise<string> {
    const complete = () =>
      this.#received.length >= 2 && this.#received.length >= 2 + this.#received.readUInt16BE();
    while (!complete()) await once(this.tls, 'data');
    const end = 2 + this.#received.readUInt16BE();
    const text = this.#received.toString('utf8', 2, end);
    this.#received = this.#received.subarray(end);
    return text;
  }

  /** Sends name and secret. Reads the headers of the controller and its answer to those of the agent. */
  async logIn(name: string, secret: string): Promise<string> {
    this.tls.write(frame(`{"Node-Name":"${name}","Secret-Key":"${secret}"}`));
    await this.next();
    this.tls.write(frame('OK'));
    return this.next();
  }
}

/** Runs JNLP4 up to and including TLS, with one write before the acknowledgement. */
export async function jnlp4(port: number): Promise<Jnlp4Connection> {
  const raw = await dial(port);
  raw.write(Buffer.concat([JNLP4, ACK]));
  let acknowledgement: Buffer | null = null;
  while (acknowledgement === null) {
    await once(raw, 'readable');
    acknowledgement = raw.read(5);
  }
  if (!acknowledgement.equals(ACK)) throw new Error(`acknowledged with ${acknowledgement.toString('hex')}`);
  const tls = connectTls({ socket: raw, rejectUnauthorized: false });
  await once(tls, 'secureConnect');
  return new Jnlp4Connection(raw, tls);
}

/** Waits for a condition. If it never becomes true, the timeout of the test fails it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(2);
}
