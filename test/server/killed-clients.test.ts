import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import t, { type Test } from 'tap';
import { daemonOf, until } from './watched-daemon.ts';

/**
 * Starts a client process that sends this text on several connections and reads only the first bytes. It uses a
 * different source address, so that its requests do not count for the rate limit of the other clients.
 */
async function clients(t: Test, port: number, count: number, text: string): Promise<ChildProcess> {
  const script = `
    const { connect } = require('node:net');
    let left = ${count};
    for (let i = 0; i < ${count}; i++) {
      const socket = connect({ port: ${port}, host: '127.0.0.1', localAddress: '127.0.0.2' }, () => socket.write(${JSON.stringify(text)}));
      socket.on('error', () => undefined);
      socket.once('data', () => { socket.pause(); if (--left === 0) console.log('answered'); });
    }`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

/** Kills the process with SIGKILL and waits for its exit, after which its sockets are closed. */
async function killed(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

t.test('clients of the API that are killed take nothing with them', { timeout: 45_000 }, async (t) => {
  const watched = await daemonOf(t);
  const { port, slow } = watched;

  await t.test('killed in the middle of the event stream of a diagnosis that others share', async (t) => {
    const before = slow.counts.agentPortConnections;
    const request = 'GET /diagnose?controller=slow HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n';
    const child = await clients(t, port, 20, request);
    const shared = fetch(`http://127.0.0.1:${port}/diagnose?controller=slow`, {
      headers: { accept: 'text/event-stream', connection: 'close' },
    });
    await until(() => slow.counts.agentPortConnections > before);
    t.ok(watched.handles() >= 21, `${watched.handles()} handles while they are connected`);
    await killed(child);
    const response = await shared;
    t.equal(response.status, 200);
    t.match(await response.text(), /\nevent: report\ndata: \{.*"outcome"/s, 'who stayed has the report');
    const connections = slow.counts.agentPortConnections - before;
    t.ok(
      connections < 21,
      `${connections} connections to the controller for 21 clients: they shared one diagnosis`,
    );
    await watched.backToBase(t);
  });

  await t.test('killed in the middle of pipelined answers that they do not read', async (t) => {
    const started = performance.now();
    const request = 'GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(16);
    const child = await clients(t, port, 20, request);
    t.ok(watched.handles() >= 20, `${watched.handles()} handles while they are connected`);
    await killed(child);
    await watched.backToBase(t);
    const seconds = (performance.now() - started) / 1000;
    t.ok(seconds < 10, `after ${seconds.toFixed(1)} s`);
  });
});
