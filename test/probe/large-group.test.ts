import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import t, { type Test } from 'tap';
import { firstFailure } from '../../src/model/result.ts';
import { probeAgentPort } from '../../src/probe/agent-port/probe-agent-port.ts';
import { probeWeb } from '../../src/probe/web/probe-web.ts';
import { instanceIdentity } from '../../src/simulator/certificates.ts';
import { take } from '../../src/simulator/reading.ts';
import { freePort } from '../free-port.ts';
import { ACK_FRAME, HELLO_LINES, hello } from '../protocol/encoder.ts';
import { targetOf } from './target.ts';

/** The largest group that OpenSSL takes. A client needs seconds for it, in which its event loop stands still. */
const BITS = 10_000;
/** Far below the time of the group, far above that of a busy machine. */
const MAX_DELAY_MS = 1000;

const missing = spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not installed';

/** A DER value (X.690) of a tag. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

/** Returns parameters with an unchecked modulus: any odd number makes the client work as hard as a prime. */
function parameters(): string {
  const hashes = Array.from({ length: 20 }, (_, i) => createHash('sha512').update(`${i}`).digest());
  const modulus = Buffer.concat(hashes).subarray(0, BITS / 8);
  modulus[0] = 0x80;
  modulus[modulus.length - 1] = 0xff;
  const integers = [Buffer.concat([Buffer.alloc(1), modulus]), Buffer.from([2])].map((each) => der(2, each));
  const body = der(0x30, Buffer.concat(integers)).toString('base64');
  return `-----BEGIN DH PARAMETERS-----\n${body.replace(/.{64}/g, '$&\n')}\n-----END DH PARAMETERS-----\n`;
}

/** A TLS server that takes key exchanges of DHE alone. @returns its port */
async function startLargeGroup(t: Test): Promise<number> {
  const { key, cert } = await instanceIdentity('own');
  const folder = t.testdir({ 'key.pem': key, 'cert.pem': cert, 'group.pem': parameters() });
  const port = await freePort();
  const files = [
    '-key',
    `${folder}/key.pem`,
    '-cert',
    `${folder}/cert.pem`,
    '-dhparam',
    `${folder}/group.pem`,
  ];
  const args = ['s_server', '-accept', `127.0.0.1:${port}`, ...files, '-cipher', 'DHE', '-tls1_2', '-www'];
  const child: ChildProcess = spawn('openssl', args, { stdio: ['pipe', 'pipe', 'ignore'] });
  t.teardown(() => child.kill('SIGKILL'));
  if (child.stdout !== null) await once(child.stdout, 'data');
  return port;
}

/** An agent port whose TLS is another server's. @returns its port */
async function startAgentPort(t: Test, tlsPort: number): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, async (socket) => {
    socket.on('error', () => socket.destroy());
    const first = (await take(socket, 10)).toString('latin1');
    if (first.startsWith('GET ')) return void socket.end(hello(HELLO_LINES));
    if (first.startsWith('\0\rProtocol')) return void socket.end('Ping\n');
    await take(socket, '\0\x16Protocol:JNLP4-connect'.length - 10);
    socket.write(ACK_FRAME);
    await take(socket, ACK_FRAME.length);
    const onward = connect(tlsPort, '127.0.0.1').on('error', () => socket.destroy());
    socket.pipe(onward).pipe(socket);
    socket.on('close', () => onward.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** The longest that the event loop stood still meanwhile, in milliseconds. */
async function delayOf(run: () => Promise<void>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await run();
  // The histogram receives the last delay one turn later.
  await new Promise((resolve) => setTimeout(resolve, 10));
  delay.disable();
  return Math.round(delay.max / 1e6);
}

t.test(
  'a server that wants a huge DHE group costs no time: DHE is not offered',
  { skip: missing },
  async (t) => {
    const tlsPort = await startLargeGroup(t);
    const timeoutMs = 20_000;
    await t.test('at the Jenkins URL', async (t) => {
      const target = targetOf({ url: new URL(`https://127.0.0.1:${tlsPort}/`), timeoutMs });
      const stood = await delayOf(async () => {
        const failure = firstFailure(await probeWeb(target));
        t.match(failure, { step: 'web-tls', reason: 'tls-failed', detail: /does not offer DHE/ });
      });
      t.ok(stood < MAX_DELAY_MS, `the event loop stood still for ${stood} ms`);
    });
    await t.test('inside JNLP4', async (t) => {
      const port = await startAgentPort(t, tlsPort);
      const target = targetOf({ direct: { host: '127.0.0.1', port }, timeoutMs });
      const stood = await delayOf(async () => {
        const failure = firstFailure(await probeAgentPort(target, 'handshake', null));
        t.match(failure, { step: 'tls', reason: 'jnlp4-tls-failed', detail: /does not offer DHE/ });
      });
      t.ok(stood < MAX_DELAY_MS, `the event loop stood still for ${stood} ms`);
    });
  },
);
