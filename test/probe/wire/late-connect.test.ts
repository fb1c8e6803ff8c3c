import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import t from 'tap';
import { AGENT_PORT_CONNECT } from '../../../src/model/connect-reasons.ts';
import { Deadline } from '../../../src/probe/wire/deadline.ts';
import { openStream } from '../../../src/probe/wire/open-stream.ts';
import { PING_REQUEST } from '../../../src/protocol/ping.ts';

const LIMIT_MS = 100;

/** Listens on a thread that goes on while this one stands still, and tells how many bytes the first connection sent. */
const LISTENER = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:net').createServer((socket) => {
    let bytes = 0;
    socket.on('data', (chunk) => { bytes += chunk.length; }).on('error', () => undefined);
    socket.on('close', () => parentPort.postMessage(bytes));
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

t.test('a connection that opens while this process stands still is never left without a word', async (t) => {
  const worker = new Worker(LISTENER, { eval: true, execArgv: [] });
  t.teardown(async () => void (await worker.terminate()));
  const [port] = await once(worker, 'message');
  const said = once(worker, 'message');
  const hop = { dial: { host: '127.0.0.1', port }, via: null, label: `127.0.0.1:${port}` };
  const opened = await new Deadline(LIMIT_MS).step(1, async (limit) => {
    const opening = openStream(hop, PING_REQUEST, AGENT_PORT_CONNECT, limit);
    await new Promise((resolve) => process.nextTick(resolve));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3 * LIMIT_MS);
    return opening;
  });
  if (opened.ok) opened.socket.destroy();
  t.same(await said, [PING_REQUEST.length]);
});
