import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { type SimulatedController, startSimulator } from '../../src/simulator/controller.ts';
import type { Measure } from './hostile-daemon.ts';

const DAEMON = fileURLToPath(new URL('./hostile-daemon.ts', import.meta.url));

/** Waits until `look` is true; the test's own time-out is the bound. */
async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 50));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A real daemon in a process of its own, and how much it holds. */
interface Watched {
  readonly port: number;
  readonly gate: number;
  readonly agentCheck: number;
  readonly slow: SimulatedController;
  handles(): number;
  measure(): Promise<Measure>;
  /** Resolves once it holds no more handles and timers than at first; the heap is compared after a full collection. */
  backToBase(t: Test): Promise<void>;
}

async function daemonOf(t: Test): Promise<Watched> {
  const [healthy, slow] = await Promise.all([startSimulator(), startSimulator({ fault: 'port-silent' })]);
  t.teardown(() => Promise.all([healthy.close(), slow.close()]).then(() => undefined));
  const [gate, agentCheck] = [await freePort(), await freePort()];
  const place = (port: number) => `[{ controller: main, port: ${port}, endpoint: agent-port }]`;
  const folder = t.testdir({
    'probe.yaml': [
      'listen: { host: 127.0.0.1, port: 0 }',
      // One look at the controller and then none, so that all that changes is the work of clients.
      'probe: { timeout: 1s, rise: 1, fall: 1, cadence: { web: 1h, ping: 1h, handshake: off } }',
      `gate: ${place(gate)}`,
      `agentCheck: ${place(agentCheck)}`,
      `controllers: [{ name: main, url: '${healthy.url}' }, { name: slow, url: '${slow.url}' }]`,
      '',
    ].join('\n'),
  });
  const child: ChildProcess = fork(DAEMON, [`${folder}/probe.yaml`], { execArgv: ['--expose-gc'] });
  t.teardown(() => child.kill('SIGKILL'));
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const handles = () => readdirSync(`/proc/${child.pid}/fd`).length;
  const measure = async () => {
    const answer = once(child, 'message');
    child.send('measure');
    return ((await answer) as [Measure])[0];
  };
  await until(async () => (await statusOf(port, '/readyz')) === 200 && (await canConnect(gate)));
  // What is made at the first use stays, so that is no part of the base: connections by the thousand, a diagnosis.
  await flood(port, 1100, async () => undefined);
  await statusOf(port, '/diagnose?controller=main');
  await statusOf(port, '/metrics');
  let base: (Measure & { readonly handles: number }) | null = null;
  await until(async () => {
    const [before, now] = [base, { ...(await measure()), handles: handles() }];
    base = now;
    return (
      before !== null && before.handles === now.handles && before.resources.length === now.resources.length
    );
  });
  const at = base as unknown as Measure & { readonly handles: number };
  const backToBase = async (t: Test) => {
    await until(
      async () => handles() <= at.handles && (await measure()).resources.length <= at.resources.length,
    );
    const { heapUsed } = await measure();
    const grown = Math.round((heapUsed - at.heapUsed) / 1024);
    t.ok(grown < 3 * 1024, `the heap has grown by ${grown} KiB`);
    t.comment(
      `${handles()} handles as at first (${at.handles}), heap ${grown} KiB from ${at.heapUsed >> 10}`,
    );
    t.equal(await statusOf(port, '/health/main?endpoint=agent-port'), 200, 'and it still serves');
  };
  return { port, gate, agentCheck, slow, handles, measure, backToBase };
}

async function statusOf(port: number, path: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } });
  await response.arrayBuffer();
  return response.status;
}

async function canConnect(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const how = once(socket, 'connect').then(
    () => true,
    () => false,
  );
  const connected = await how;
  socket.destroy();
  return connected;
}

/** One connection that says nothing and does not hang up, whatever the peer does. */
function idle(port: number): Socket {
  return connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => undefined);
}

/** Opens so many idle connections, does something while they are open, and hangs up. */
async function flood<T>(
  port: number,
  count: number,
  meanwhile: (sockets: readonly Socket[]) => Promise<T>,
): Promise<T> {
  const sockets: Socket[] = [];
  try {
    while (sockets.length < count) {
      const some = Array.from({ length: 100 }, () => idle(port));
      sockets.push(...some);
      await Promise.all(some.map((socket) => once(socket, 'connect').catch(() => undefined)));
    }
    return await meanwhile(sockets);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

/** Everything that a connection says until it closes. */
async function answerTo(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk;
  });
  await once(socket, 'close').catch(() => undefined);
  return text;
}

/** A connection that says one byte every so often, until it is closed. */
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
      [`POST /diagnose HTTP/1.1\r\n${json}Content-Length: 100000000\r\n\r\n{`, /^HTTP\/1\.1 413 /],
      [
        `POST /diagnose HTTP/1.1\r\n${json}Transfer-Encoding: chunked\r\n\r\nFFFFFF\r\n${'x'.repeat(1_200_000)}`,
        /^HTTP\/1\.1 413 |^$/,
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
    // Half-open: the client has said all it will, and it is half a request or nothing.
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
      t.equal(await statusOf(port, '/health/main?endpoint=agent-port'), 200, what);
      t.match(await answerTo(connect(agentCheck, '127.0.0.1')), 'up\n', `the agent check, ${what}`);
      t.equal(await canConnect(gate), true, `the gate, ${what}`);
      t.ok(performance.now() - asked < 2000, `in ${Math.round(performance.now() - asked)} ms`);
    };
    await flood(port, 1000, () =>
      flood(agentCheck, 1000, () =>
        flood(gate, 1000, async () => {
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
          // Nobody has hung up: what is left of them now, the daemon has let go of by itself.
          await watched.backToBase(t);
        }),
      ),
    );
    const seconds = Math.round((performance.now() - started) / 1000);
    t.ok(seconds < 16, `after ${seconds} s`);
    await watched.backToBase(t);
  });
});
