import { spawn } from 'node:child_process';
import { once } from 'node:events';
import t from 'tap';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { dial, HELLO, hear, PING, request, say, until } from './wire.ts';

t.test('faults come and go on the same ports', async (t) => {
  const simulated = await startSimulator();
  t.teardown(() => simulated.close());
  const { webPort, agentPort } = simulated;
  const ping = async () => {
    const { text, how } = await say(agentPort, PING);
    return `${text}<${how}>`;
  };
  t.equal(await ping(), 'Ping\n<end>');
  for (const fault of [
    'port-refused',
    'port-filtered',
    'port-filtered',
    'port-disabled',
    'starting',
  ] as const) {
    await simulated.setFault(fault);
    t.equal(simulated.fault, fault);
    if (fault !== 'port-filtered') t.equal(await ping(), '<ECONNREFUSED>', fault);
  }
  await simulated.setFault('web-refused');
  t.equal((await say(webPort, request('/login'))).how, 'ECONNREFUSED');
  t.equal(await ping(), 'Ping\n<end>');
  await simulated.setFault('none');
  t.match((await say(webPort, request('/login'))).text, /^HTTP\/1\.1 200 /);
  t.strictSame([simulated.webPort, simulated.agentPort], [webPort, agentPort]);
});

t.test('a fault cuts the connections of before', async (t) => {
  const simulated = await startSimulator({ fault: 'port-silent' });
  t.teardown(() => simulated.close());
  const socket = await dial(simulated.agentPort);
  const heard = hear(socket);
  await until(() => simulated.counts.openAgentPort === 1);
  await simulated.setFault('none');
  t.equal((await heard).text, '');
  await until(() => simulated.counts.openAgentPort === 0);
});

t.test('a restart has another session, at both doors', async (t) => {
  const simulated = await startSimulator();
  t.teardown(() => simulated.close());
  const before = simulated.session;
  t.match(before, /^[0-9a-f]{8}$/);
  await simulated.restart();
  t.not(simulated.session, before);
  t.match((await say(simulated.agentPort, HELLO)).text, `Jenkins-Session: ${simulated.session}\r\n`);
  t.match(
    (await say(simulated.webPort, request('/login'))).text,
    `X-Jenkins-Session: ${simulated.session}\r\n`,
  );
});

t.test('faults of the certificate need https', async (t) => {
  await t.rejects(startSimulator({ fault: 'expired-certificate' }), {
    message: 'the fault expired-certificate needs https',
  });
  const simulated = await startSimulator();
  t.teardown(() => simulated.close());
  await t.rejects(simulated.setFault('wrong-name-certificate'), /needs https/);
  t.equal(simulated.fault, 'none');
});

t.test('a port that is taken is an error, and leaves nothing open', async (t) => {
  const first = await startSimulator();
  t.teardown(() => first.close());
  const { webPort } = first;
  await t.rejects(startSimulator({ agentPort: webPort }), { code: 'EADDRINUSE' });
  t.equal(first.counts.webConnections, 0);
});

t.test('close ends every connection and may be called twice', async (t) => {
  const simulated = await startSimulator();
  const sockets = await Promise.all([dial(simulated.agentPort), dial(simulated.webPort)]);
  const ends = sockets.map((socket) => hear(socket));
  await until(() => simulated.counts.openAgentPort === 1 && simulated.counts.webConnections === 1);
  await simulated.close();
  t.equal(simulated.counts.openAgentPort, 0);
  await Promise.all(ends);
  await simulated.close();
  t.equal((await say(simulated.agentPort, PING)).how, 'ECONNREFUSED');
});

t.test('a process ends by itself once its simulators are closed, whatever went on', async (t) => {
  const script = `
    import { connect } from 'node:net';
    import { once } from 'node:events';
    import { startSimulator } from ${JSON.stringify(new URL('../../src/simulator/simulator.ts', import.meta.url))};
    for (const fault of ['none', 'slow-drip', 'endless-headers', 'ack-never', 'port-filtered', 'web-silent']) {
      const simulated = await startSimulator({ fault });
      for (const port of [simulated.webPort, simulated.agentPort]) {
        const socket = connect(port, '127.0.0.1');
        socket.on('error', () => undefined);
        if (fault === 'port-filtered' && port === simulated.agentPort) { socket.destroy(); continue; }
        await once(socket, 'connect');
        socket.write('GET / HTTP/1.1\\r\\n');
        socket.resume();
      }
      await simulated.close();
    }
    console.log('closed');
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 20_000,
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [code, signal] = await once(child, 'close');
  t.strictSame([output, code, signal], ['closed\n', 0, null]);
});
