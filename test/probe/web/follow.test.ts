import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { Secret } from '../../../src/model/secret.ts';
import { probeWeb } from '../../../src/probe/web/probe-web.ts';
import { simulate } from '../simulated.ts';

interface Tap {
  teardown(close: () => void): void;
}

/** Starts a server that returns this status and location for every request, and records the headers of requests. */
async function answering(t: Tap, status: number, location: string | null) {
  const heard: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    heard.push(request.headers);
    response.writeHead(status, location === null ? {} : { location }).end();
  });
  let connections = 0;
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`http://127.0.0.1:${port}/`), port, heard, connections: () => connections };
}

t.test('a redirect of one scheme is followed as Java follows it', async (t) => {
  const { simulator, target } = await simulate(t);
  for (const status of [301, 302, 303, 307]) {
    const front = await answering(t, status, `${simulator.url}tcpSlaveAgentListener/`);
    t.equal((await probeWeb({ ...target, url: front.url })).success, true, `${status}`);
  }
});

t.test('another scheme, and 308, are not followed', async (t) => {
  const { simulator, target } = await simulate(t);
  const elsewhere = await answering(t, 200, null);
  for (const [status, location] of [
    [301, `https://127.0.0.1:${elsewhere.port}/`],
    [308, `${simulator.url}tcpSlaveAgentListener/`],
  ] as const) {
    const { url } = await answering(t, status, location);
    const result = await probeWeb({ ...target, url });
    const listener = result.steps.find(({ step }) => step === 'listener');
    t.match(listener, { outcome: 'failed', reason: 'discovery-redirect-only' }, `${status}`);
  }
  t.equal(elsewhere.connections(), 0, 'nothing was opened towards the other scheme');
});

t.test('agent name and credentials do not go to another host', async (t) => {
  const { target } = await simulate(t);
  const other = await answering(t, 404, null);
  const front = await answering(t, 302, other.url.href);
  const credentials = { user: 'me', password: new Secret('hunter2') };
  await probeWeb({ ...target, url: front.url, credentials });
  t.match(front.heard[0], { authorization: /^Basic /, 'node-name': 'canary' });
  t.equal(other.heard.length, 1);
  t.match(other.heard[0], { authorization: undefined, 'node-name': undefined });
});
