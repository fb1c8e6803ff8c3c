import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { takeSurvey } from '../../src/probe/take-survey.ts';
import { simulate } from './simulated.ts';

/** Each way. Lost packets show as delay as well, since TCP sends them again. */
const DELAY_MS = 300;
/** The default of the configuration. */
const TIMEOUT_MS = 10_000;

/** A relay that delivers every byte late. @returns its port */
async function startDelay(t: Test, to: number): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const onward = connect({ port: to, host: '127.0.0.1', allowHalfOpen: true });
    for (const [from, into] of [
      [client, onward],
      [onward, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => from.destroy()).on('close', () => sockets.delete(from));
      from.on('data', (chunk) => setTimeout(() => into.write(chunk), DELAY_MS));
      from.on('end', () => setTimeout(() => into.end(), DELAY_MS));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

t.test('a healthy controller behind a slow network is healthy', async (t) => {
  const { simulator, target } = await simulate(t, {}, { timeoutMs: TIMEOUT_MS });
  const [web, port] = await Promise.all([
    startDelay(t, simulator.webPort),
    startDelay(t, simulator.agentPort),
  ]);
  const slow = { url: new URL(`http://127.0.0.1:${web}/`), tunnel: { host: '127.0.0.1', port } };
  const { results } = await takeSurvey({ ...target, ...slow, websocket: 'on' }, 'login');
  for (const { depth, success, steps } of results) {
    t.ok(success, depth, { steps: steps.filter(({ outcome }) => outcome === 'failed') });
  }
  t.equal(results.length, 3);
});
