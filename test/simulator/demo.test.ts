import t from 'tap';
import { startDemo } from '../../src/simulator/demo.ts';
import { PING, request, say } from './wire.ts';

t.test('the demo shows one healthy controller and several that are not', async (t) => {
  const demo = await startDemo();
  t.teardown(() => demo.close());
  t.strictSame(
    demo.controllers.map(({ name, fault }) => [name, fault]),
    [
      ['healthy', 'none'],
      ['http-load-balancer', 'http-on-port'],
      ['proxy-protocol', 'port-silent'],
      ['port-not-exposed', 'port-refused'],
      ['two-clusters', 'wrong-identity'],
      ['starting', 'starting'],
    ],
  );
  for (const { name, fault, summary, simulated } of demo.controllers) {
    t.equal(simulated.fault, fault, name);
    t.match(summary, /\.$/);
    t.match(simulated.url, /^http:\/\/127\.0\.0\.1:\d+\/jenkins\/$/);
    const { text } = await say(simulated.webPort, request('/jenkins/tcpSlaveAgentListener/'));
    t.match(text, fault === 'starting' ? /^HTTP\/1\.1 503 / : /^HTTP\/1\.1 200 /, name);
  }
  const [healthy] = demo.controllers;
  t.equal((await say(healthy?.simulated.agentPort ?? 0, PING)).text, 'Ping\n');
});

t.test('closing the demo closes all of it', async (t) => {
  const demo = await startDemo();
  await demo.close();
  for (const { name, simulated } of demo.controllers) {
    t.equal((await say(simulated.webPort, request('/'))).how, 'ECONNREFUSED', name);
  }
});
