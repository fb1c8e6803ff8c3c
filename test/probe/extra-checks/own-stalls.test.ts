import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import t, { type Test } from 'tap';
import type { CheckContext } from '../../../src/model/extra-check.ts';
import { repeatHello } from '../../../src/probe/extra-checks/hellos.ts';
import { repeatWeb } from '../../../src/probe/extra-checks/web-checks.ts';
import { targetOf } from '../target.ts';

/** Starts a server that never answers. This process is stalled at each request, for these milliseconds. */
async function silent(t: Test, stallMs: number): Promise<number> {
  const server = createServer((socket) => {
    t.teardown(() => socket.destroy());
    socket
      .on('error', () => undefined)
      .once('data', () => {
        if (stallMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stallMs);
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => void server.close());
  return (server.address() as AddressInfo).port;
}

for (const [stallMs, missed] of [
  [600, 0],
  [0, 1],
] as const) {
  t.test(`a repeated request misses ${missed} answers after a stall of ${stallMs} ms`, async (t) => {
    const port = await silent(t, stallMs);
    const target = targetOf({ url: new URL(`http://127.0.0.1:${port}/`), timeoutMs: 1000 });
    const agentPort = { host: '127.0.0.1', port };
    const times = { spacingMs: 1, silenceMs: 100, patienceMs: 100 };
    const context: CheckContext = { target, agentPort, times, options: {} };
    const why = 'a test';
    const hello = { kind: 'repeat-hello', times: 1, address: null, expected: 'x', why } as const;
    const hellos = await repeatHello(hello, context);
    const web = await repeatWeb({ kind: 'repeat-web', times: 1, why }, context);
    t.match(hellos.evidence, { hellos: [] });
    t.equal('missed' in hellos.evidence && hellos.evidence.missed.length, missed);
    t.equal('answers' in web.evidence && web.evidence.answers.length, missed);
  });
}
