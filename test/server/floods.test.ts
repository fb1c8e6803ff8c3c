import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import t, { type Test } from 'tap';
import { daemonOf, statusOf, type Watched } from './watched-daemon.ts';

const MIB = 1024 * 1024;
/** The limit for the growth of memory in a flood, for a pod with a memory limit of 256 MiB. */
const MAX_GROWTH_MIB = 120;
/** A load balancer takes a later answer for none. */
const MAX_CHECK_MS = 2000;

/** Opens connections that send this text and never read. Each uses one of these addresses, in turn. */
async function mute(
  t: Test,
  { port, count, send, from = ['127.0.0.2'] }: { port: number; count: number; send: string; from?: string[] },
): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, (_, i) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from[i % from.length] ?? '127.0.0.2' });
    socket.on('error', () => undefined).pause();
    t.teardown(() => socket.destroy());
    return socket;
  });
  await Promise.all(
    sockets.map(async (socket) => {
      await once(socket, 'connect').catch(() => undefined);
      if (socket.writable) socket.write(send);
    }),
  );
  return sockets;
}

/** Returns the highest resident memory during health checks, all of which must be answered. */
async function peakBeside(t: Test, watched: Watched, checks: number): Promise<number> {
  let peak = 0;
  let slowestMs = 0;
  const statuses: number[] = [];
  for (let i = 0; i < checks; i++) {
    const from = performance.now();
    statuses.push(await statusOf(watched.port, '/health/main').catch(() => 0));
    slowestMs = Math.max(slowestMs, performance.now() - from);
    peak = Math.max(peak, watched.residentMib());
  }
  t.same([...new Set(statuses)], [200], `${checks} health checks`);
  t.ok(slowestMs < MAX_CHECK_MS, `the slowest took ${Math.round(slowestMs)} ms`);
  return peak;
}

const bodyOf = (length: number, sent: number) =>
  `POST /diagnose HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n{"log":"${'x'.repeat(sent)}`;

t.test('connections that hold memory do not hold up health checks', { timeout: 90_000 }, async (t) => {
  const watched = await daemonOf(t);
  const { port } = watched;
  const base = watched.residentMib();

  await t.test('1,100 requests whose body does not end', async (t) => {
    // Several addresses, because each may request 60 diagnoses a minute.
    const from = Array.from({ length: 20 }, (_, i) => `127.0.1.${i + 1}`);
    const sockets = await mute(t, { port, count: 1100, send: bodyOf(60_000, 100), from });
    await peakBeside(t, watched, 100);
    for (const socket of sockets) socket.destroy();
    await watched.backToBase(t);
  });

  await t.test('180 large bodies from three addresses that do not end', async (t) => {
    const from = ['127.0.0.2', '127.0.0.3', '127.0.0.4'];
    const sockets = await mute(t, { port, count: 180, send: bodyOf(MIB, MIB - 1000), from });
    const grown = Math.round((await peakBeside(t, watched, 100)) - base);
    t.ok(grown < MAX_GROWTH_MIB, `the memory has grown by ${grown} MiB`);
    for (const socket of sockets) socket.destroy();
    await watched.backToBase(t);
  });

  for (const [count, request] of [
    [60, 'GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n'],
    [300, 'GET /livez HTTP/1.0\r\n\r\n'],
    [300, 'GET / HTTP/1.1\r\nHost:\r\nConnection: keep-alive\r\n\r\n'],
    [300, 'GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n\r\n'],
  ] as const) {
    await t.test(
      `${count} connections that pipeline and never read: ${request.split('\r')[0]}`,
      async (t) => {
        const send = request.repeat(Math.floor(65_536 / request.length));
        const sockets = await mute(t, { port, count, send });
        const grown = Math.round((await peakBeside(t, watched, 100)) - base);
        t.ok(grown < MAX_GROWTH_MIB, `the memory has grown by ${grown} MiB`);
        for (const socket of sockets) socket.destroy();
        await watched.backToBase(t);
      },
    );
  }
});
