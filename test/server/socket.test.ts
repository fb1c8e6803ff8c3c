import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import t from 'tap';
import { appOf, entrypoint, REPORT, statusOf } from './app-of.ts';

const MAIN = statusOf('main', [entrypoint('web', 'up')]);

/** Resolves with the received data when `done` returns true or the peer closes. */
async function read(socket: Socket, done: (text: string) => boolean): Promise<string> {
  let text = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (done(text)) break;
  }
  return text;
}

async function listening(
  t: Parameters<typeof appOf>[0] & { teardown(close: () => void): void },
  overrides: Parameters<typeof appOf>[2] = {},
) {
  const under = await appOf(t, [MAIN], overrides);
  await under.app.listen({ host: '127.0.0.1', port: 0 });
  const address = under.app.server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const open = async () => {
    const socket = connect(port, '127.0.0.1');
    t.teardown(() => void socket.destroy());
    await once(socket, 'connect');
    return socket;
  };
  return { ...under, open };
}

t.test('HEAD and GET on one connection that is kept', async (t) => {
  const { open } = await listening(t);
  const socket = await open();
  socket.write('HEAD /health/main HTTP/1.1\r\nHost: a\r\n\r\n');
  const head = await read(socket, (text) => text.includes('\r\n\r\n'));
  t.match(head, /^HTTP\/1\.1 200 OK\r\n/);
  t.match(head, /keep-alive: timeout=75/i);
  t.notMatch(head, /x-powered-by|^server:/im);
  t.ok(head.endsWith('\r\n\r\n'), 'no body');
  socket.write('GET /health/main HTTP/1.1\r\nHost: a\r\nAccept: text/plain\r\n\r\n');
  const got = await read(socket, (text) => text.endsWith('up\n'));
  t.match(got, /^HTTP\/1\.1 200 OK\r\n/);
});

t.test('HTTP/1.0 without a Host, as HAProxy checks by default', async (t) => {
  const { open } = await listening(t);
  const socket = await open();
  socket.write('HEAD /health HTTP/1.0\r\n\r\n');
  t.match(await read(socket, () => false), /^HTTP\/1\.1 200 OK\r\n/);
});

t.test('what does not get to a route is answered in the form of our errors', async (t) => {
  const { open } = await listening(t);
  for (const [bytes, status, code] of [
    ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'bad-request'],
    ['GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'bad-request'],
    ['GET /livez HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n', 417, 'expectation-failed'],
    [`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
  ] as const) {
    const socket = await open();
    socket.write(bytes, 'latin1');
    const text = await read(socket, () => false);
    t.match(text, new RegExp(`^HTTP/1\\.1 ${status} `));
    t.match(text, `"code":"${code}"`);
    t.equal(Number(/content-length: (\d+)/.exec(text)?.[1]), text.split('\r\n\r\n')[1]?.length);
  }
});

t.test('closing cuts connections, idle or waiting for an answer', async (t) => {
  const asked = Promise.withResolvers<void>();
  const { app, open } = await listening(t, {
    diagnose: () => {
      asked.resolve();
      return new Promise((resolve) => app.server.once('close', () => resolve(REPORT)));
    },
  });
  const idle = await open();
  idle.write('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n');
  await read(idle, (text) => text.includes('alive'));
  const waiting = await open();
  waiting.on('error', () => undefined);
  waiting.write('GET /diagnose?controller=main HTTP/1.1\r\nHost: a\r\n\r\n');
  await asked.promise;
  const closed = Promise.all([once(idle, 'close'), once(waiting, 'close')]);
  idle.resume();
  waiting.resume();
  await app.close();
  await closed;
  t.equal(app.server.listening, false);
});
