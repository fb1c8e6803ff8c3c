import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import t from 'tap';
import { canConnect, daemonOf, flood, idle, statusOf } from './watched-daemon.ts';

/** Resolves with all data of a connection when it closes. */
async function answerTo(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk;
  });
  await once(socket, 'close').catch(() => undefined);
  return text;
}

/** Sends one byte at an interval until the connection closes. */
function drip(port: number, text: string, everyMs: number): Promise<string> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  let at = 0;
  const timer = setInterval(() => void socket.write(text[at++ % text.length] ?? ' '), everyMs);
  socket.once('close', () => clearInterval(timer));
  return answerTo(socket);
}

t.test('hostile clients of the API take nothing with them', { timeout: 60_000 }, async (t) => {
  const watched = await daemonOf(t);
  const { port } = watched;

  await t.test('too much, garbage, and half of a request', async (t) => {
    const json = 'Host: a\r\nContent-Type: application/json\r\n';
    for (const [text, answers] of [
      [`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(1_000_000)}\r\n\r\n`, /^HTTP\/1\.1 431 |^$/],
      [`POST /diagnose HTTP/1.1\r\n${json}Content-Length: 100000000\r\n\r\n{`, /^HTTP\/1\.1 (413|400) /],
      [
        `POST /diagnose HTTP/1.1\r\n${json}Transfer-Encoding: chunked\r\n\r\nFFFFFF\r\n${'x'.repeat(1_200_000)}`,
        /^HTTP\/1\.1 (413|400) |^$/,
      ],
      [
        `GET /livez HTTP/1.1\r\nHost: a\r\n\r\n\0\x01\x02garbage\r\n\r\n${'GET /livez HTTP/1.1\r\n'.repeat(50)}`,
        /^HTTP\/1\.1 (200|400) /,
      ],
      [
        'POST /diagnose HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
        /^HTTP\/1\.1 400 /,
      ],
    ] as const) {
      const sockets = Array.from({ length: 20 }, () => {
        const socket = connect(port, '127.0.0.1').on('error', () => undefined);
        socket.end(text, 'latin1');
        return socket;
      });
      const got = await Promise.all(sockets.map(answerTo));
      for (const each of new Set(got.map((answer) => answer.slice(0, 13)))) {
        t.match(each, answers, JSON.stringify(text.slice(0, 60)));
      }
    }
    // The client closes its side after half a request, or without data.
    for (const text of ['', 'GET /hea', 'POST /diagnose HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{']) {
      const socket = idle(port);
      socket.end(text);
      await answerTo(socket);
    }
    await watched.backToBase(t);
  });

  await t.test('a thousand idle ones, and slow ones, while balancers ask', async (t) => {
    const { gate, agentCheck } = watched;
    const started = performance.now();
    const ask = async (what: string) => {
      const asked = performance.now();
      t.equal(await statusOf(port, '/health/main?entrypoint=agent-port'), 200, what);
      t.match(await answerTo(connect(agentCheck, '127.0.0.1')), 'up\n', `the agent check, ${what}`);
      t.equal(await canConnect(gate), true, `the gate, ${what}`);
      t.ok(performance.now() - asked < 2000, `in ${Math.round(performance.now() - asked)} ms`);
    };
    const beside = async () => {
      t.ok(watched.handles() > 1000, `${watched.handles()} handles`);
      await ask('beside 1,000 idle connections to each port');
      await flood(port, 500, () => ask('beside more idle connections than there may be'));
      const head = 'GET /livez HTTP/1.1\r\nHost: a\r\nX-Slow: ';
      const body =
        'POST /diagnose HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n';
      const slowBody = connect(port, '127.0.0.1').on('error', () => undefined);
      slowBody.write(body);
      const timer = setInterval(() => void slowBody.write(' '), 1000);
      const [slowHead, ofBody, dripping] = await Promise.all([
        drip(port, `${head}${'x'.repeat(9999)}`, 1000),
        answerTo(slowBody).finally(() => clearInterval(timer)),
        drip(agentCheck, 'x', 200),
      ]);
      t.match(slowHead, /^(HTTP\/1\.1 408 .*)?/s);
      t.match(ofBody, /^HTTP\/1\.1 408 /);
      t.match(dripping, /^up\n$/);
      // The clients have not disconnected, so the daemon itself has closed connections.
      await watched.backToBase(t);
    };
    const gates = () => flood(gate, 1000, () => flood(port, 1000, beside), 'end');
    await flood(agentCheck, 1000, gates, 'end');
    const seconds = Math.round((performance.now() - started) / 1000);
    t.ok(seconds < 40, `after ${seconds} s`);
    await watched.backToBase(t);
  });
});
