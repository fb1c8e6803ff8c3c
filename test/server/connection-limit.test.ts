import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { ConnectionLimit } from '../../src/server/connection-limit.ts';
import { freePort } from '../free-port.ts';

/** Starts a server with a limit of connections, whose answers a test sends. */
async function limited(t: Test, max = 2) {
  const waiting: ServerResponse[] = [];
  const limit = new ConnectionLimit(max);
  const server = createServer(
    limit.counting((_request, response) => {
      waiting.push(response);
      server.emit('waits');
    }),
  );
  limit.watch(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const open = async (): Promise<{
    socket: Socket;
    closed: Promise<unknown>;
    ask: (request?: string) => Promise<unknown>;
  }> => {
    const accepted = once(server, 'connection');
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined).resume();
    t.teardown(() => socket.destroy());
    await accepted;
    const closed = once(socket, 'close');
    const ask = (request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n') => {
      const waits = once(server, 'waits');
      socket.write(request);
      return waits;
    };
    return { socket, closed, ask };
  };
  return { open, waiting };
}

t.test('the connection that has waited longest makes room', async (t) => {
  const { open } = await limited(t);
  const [a, b, c] = [await open(), await open(), await open()];
  await a.closed;
  t.notOk(b.socket.destroyed || c.socket.destroyed);
  await open();
  await b.closed;
  t.notOk(c.socket.destroyed);
});

t.test('one with a request in work stays; the wait begins when its answer is out', async (t) => {
  const { open, waiting } = await limited(t);
  const a = await open();
  await a.ask();
  const b = await open();
  const c = await open();
  await b.closed;
  t.notOk(a.socket.destroyed, 'the oldest, but at work');
  const answered = once(a.socket, 'data');
  waiting[0]?.end('done');
  await answered;
  const d = await open();
  await c.closed;
  t.notOk(a.socket.destroyed || d.socket.destroyed, 'it has waited less long than the other');
});

t.test('where all are at work the one at work for longest has to go', async (t) => {
  const { open } = await limited(t);
  const [a, b] = [await open(), await open()];
  await a.ask();
  await b.ask();
  const c = await open();
  await a.closed;
  t.notOk(b.socket.destroyed || c.socket.destroyed);
});

t.test('a request that has not arrived whole is not at work', async (t) => {
  const { open } = await limited(t);
  const [a, b] = [await open(), await open()];
  await a.ask();
  await b.ask('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n1');
  const c = await open();
  await b.closed;
  t.notOk(a.socket.destroyed || c.socket.destroyed);
});

t.test('with more than 2,048 unanswered requests, the connection with most of them is closed', async (t) => {
  const { open, waiting } = await limited(t, 1000);
  const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
  const ask = async (count: number) => {
    const client = await open();
    const wanted = waiting.length + count;
    client.socket.write(request.repeat(count));
    while (waiting.length < wanted) await client.ask('');
    return client;
  };
  const first = await ask(15);
  const busiest = await ask(16);
  const others = [];
  for (let requests = 31; requests < 2048; requests += 15)
    others.push(await ask(Math.min(15, 2048 - requests)));
  t.equal(waiting.length, 2048);
  t.notOk([first, busiest, ...others].some(({ socket }) => socket.destroyed));
  const last = await ask(1);
  await busiest.closed;
  // Those of the closed connection do not count any more, although they get no answer.
  await ask(15);
  t.notOk(
    [first, last, ...others].some(({ socket }) => socket.destroyed),
    'no other connection is closed',
  );
  const answered = once(last.socket, 'data');
  waiting[2048]?.end('done');
  await answered;
});

t.test('several servers share a limit, also for a client that uses the same port for both', async (t) => {
  const limit = new ConnectionLimit(1);
  const ports: number[] = [];
  for (const server of [createServer(), createServer()]) {
    limit.watch(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.teardown(() => server.close());
    ports.push((server.address() as AddressInfo).port);
  }
  const localPort = await freePort();
  const open = async (port = 0) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.1', localPort }).on(
      'error',
      () => undefined,
    );
    t.teardown(() => socket.destroy());
    await once(socket, 'connect');
    return socket.resume();
  };
  const first = await open(ports[0]);
  const closed = once(first, 'close');
  const second = await open(ports[1]);
  await closed;
  t.notOk(second.destroyed);
});
