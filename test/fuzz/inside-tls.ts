import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { encodeCapability } from '../../src/protocol/capability.ts';
import { COOKIE } from '../../src/protocol/connection-headers.ts';
import { encodeFrame } from '../../src/protocol/frames.ts';
import { instanceIdentity } from '../../src/simulator/certificates.ts';
import { take } from '../../src/simulator/reading.ts';
import { endWith } from '../../src/simulator/speaking.ts';
import { CAPABILITY_MASK } from '../../src/simulator/state.ts';
import { secureAsServer, secured } from '../../src/simulator/tls-layer.ts';
import { HELLO_LINES, hello } from '../protocol/encoder.ts';
import { type MutatingRelay, Speaker } from './mutating-relay.ts';
import { MutatedStream, type Script } from './mutations.ts';

const ACK = encodeFrame('ACK');
/** The frames that a controller sends inside TLS to an agent that it accepts. */
const INSIDE = [JSON.stringify({ [COOKIE]: 'c0'.repeat(32) }), 'OK', encodeCapability(CAPABILITY_MASK)].map(
  encodeFrame,
);

/** An agent port that is healthy up to TLS, and changes what it says inside. */
export async function startInsideTls(): Promise<MutatingRelay> {
  const identity = await instanceIdentity('own');
  const open = new Set<Socket>();
  let scripts: readonly Script[] = [[]];
  let next = 0;
  const serve = async (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => open.delete(socket));
    const first = (await take(socket, 10)).toString('latin1');
    if (first.startsWith('GET ')) return endWith(socket, hello(HELLO_LINES));
    if (first.startsWith('\0\rProtocol')) return endWith(socket, 'Ping\n');
    await take(socket, '\0\x16Protocol:JNLP4-connect'.length - 10);
    socket.write(ACK);
    await take(socket, ACK.length);
    const tls = secureAsServer(socket, identity, () => undefined);
    if (!(await secured(tls))) return;
    const script = scripts[next++ % scripts.length] ?? [];
    const speaker = new Speaker(tls, script);
    const heard: Buffer[] = [];
    tls.on('data', (chunk: Buffer) => heard.push(chunk));
    // The second answer waits until the client has sent its headers, so that they can be echoed.
    const stream = new MutatedStream(script);
    for (const [index, bytes] of INSIDE.entries()) {
      if (index === 1) await once(tls, 'data').catch(() => undefined);
      for (const action of stream.push(bytes, Buffer.concat(heard))) speaker.take(action);
    }
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => void serve(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of open) socket.destroy();
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
