import { connect } from 'node:net';
import t from 'tap';
import { agentCheckLine, openAgentCheck } from '../../src/server/agent-check.ts';
import { ConnectionLimit } from '../../src/server/connection-limit.ts';
import { TcpGate } from '../../src/server/tcp-gate.ts';

const limit = () => new ConnectionLimit(100);

/**
 * Makes a bare TCP check of a load balancer. Resolves with true if the connection was accepted, and with the received
 * data.
 */
export function ping(port: number): Promise<{ accepted: boolean; said: string }> {
  return new Promise((resolve) => {
    let accepted = false;
    let said = '';
    const socket = connect(port, '127.0.0.1', () => {
      accepted = true;
    });
    socket.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    socket.on('error', () => undefined).on('close', () => resolve({ accepted, said }));
  });
}

t.test('a gate accepts while up, refuses while down, and keeps its port', async (t) => {
  let up = false;
  const gate = new TcpGate({ host: '127.0.0.1', port: 0 }, () => up, limit());
  t.teardown(() => gate.close());
  await gate.sync();
  t.equal(gate.isOpen, false, 'shut until the verdict is up');
  up = true;
  await gate.sync();
  const { port } = gate;
  t.same(await ping(port), { accepted: true, said: '' });
  up = false;
  await gate.sync();
  t.equal((await ping(port)).accepted, false);
  up = true;
  await gate.sync();
  await gate.sync();
  t.equal(gate.port, port);
  t.equal((await ping(port)).accepted, true);
});

t.test(
  'a gate that shuts lets go of whoever is connected, and changes in quick succession end as the last one says',
  async (t) => {
    let up = true;
    const gate = new TcpGate({ host: '127.0.0.1', port: 0 }, () => up, limit());
    t.teardown(() => gate.close());
    await gate.sync();
    const idle = connect({ port: gate.port, host: '127.0.0.1', allowHalfOpen: true });
    await new Promise((resolve) => idle.once('connect', resolve));
    const closed = new Promise((resolve) => idle.on('error', () => undefined).once('close', resolve));
    const syncs: Promise<void>[] = [];
    for (let i = 0; i < 9; i++) {
      up = !up;
      syncs.push(gate.sync());
    }
    await Promise.all(syncs);
    t.equal(gate.isOpen, up);
    idle.end();
    await closed;
  },
);

t.test('a gate whose port is taken says so and opens once it is free', async (t) => {
  const first = new TcpGate({ host: '127.0.0.1', port: 0 }, () => true, limit());
  await first.sync();
  const second = new TcpGate({ host: '127.0.0.1', port: first.port }, () => true, limit());
  t.teardown(() => second.close());
  await t.rejects(second.sync(), { code: 'EADDRINUSE' });
  await first.close();
  await second.sync();
  t.equal(second.isOpen, true);
});

t.test("an agent check answers one line in HAProxy's words", async (t) => {
  let answer: Parameters<typeof agentCheckLine>[0] = { state: 'up', reason: null, takenBack: false };
  const check = await openAgentCheck({ host: '127.0.0.1', port: 0 }, () => answer, limit());
  t.teardown(() => check.close());
  t.equal((await ping(check.port)).said, 'up\n');
  answer = { state: 'down', reason: 'l4-accept-then-close', takenBack: false };
  t.equal((await ping(check.port)).said, 'down #l4-accept-then-close\n');
  t.equal(agentCheckLine({ state: 'down', reason: null, takenBack: false }), 'down #down\n');
  t.equal(agentCheckLine({ state: 'stale', reason: null, takenBack: false }), 'down #stale\n');
  t.equal(agentCheckLine({ state: 'unknown', reason: null, takenBack: false }), 'down #unknown\n');
  t.equal(agentCheckLine({ state: 'drain', reason: null, takenBack: false }), 'drain\n');
  t.equal(
    agentCheckLine({ state: 'up', reason: null, takenBack: true }),
    'ready up\n',
    'a drain that is over',
  );
});
