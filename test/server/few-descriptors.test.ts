import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import t from 'tap';
import { canConnect, daemonOf, flood, statusOf } from './watched-daemon.ts';

const OPEN_FILES = 256;
const UNFINISHED = 'POST /diagnose HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n{';

t.test(
  'a flood does not take the descriptors of health checks and probes',
  { timeout: 90_000 },
  async (t) => {
    const { port, gate, agentCheck, backToBase, handles } = await daemonOf(t, OPEN_FILES);
    const sockets: Socket[] = [];
    t.teardown(() => {
      for (const socket of sockets) socket.destroy();
    });
    /** Replaces the requests that were closed to make room. */
    const flooded = async () => {
      const some = Array.from({ length: OPEN_FILES }, () => connect(port, '127.0.0.1'));
      sockets.push(...some);
      for (const socket of some) socket.on('error', () => undefined).resume();
      await Promise.all(some.map((socket) => once(socket, 'connect').catch(() => undefined)));
      for (const socket of some) if (socket.writable) socket.write(UNFINISHED);
    };
    const statuses: number[] = [];
    const checked = async () => {
      for (let round = 0; round < 5; round++) {
        await flooded();
        statuses.push(await statusOf(port, '/health/main').catch(() => 0));
        statuses.push(await statusOf(port, '/probe?target=main&module=ping').catch(() => 0));
        t.ok(await canConnect(gate), 'the gate accepts');
      }
      t.ok(handles() < OPEN_FILES, `${handles()} descriptors are in use`);
    };
    await flood(gate, 200, () => flood(agentCheck, 200, checked, 'end'), 'end');
    t.same([...new Set(statuses)], [200]);
    const probe = await fetch(`http://127.0.0.1:${port}/probe?target=main&module=ping`, {
      headers: { connection: 'close' },
    });
    t.match(await probe.text(), /^\w*success\S* 1$/m);
    for (const socket of sockets) socket.destroy();
    await backToBase(t);
  },
);
