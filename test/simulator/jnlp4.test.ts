import { once } from 'node:events';
import t from 'tap';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { ACK, dial, frame, hear, JNLP4, jnlp4, say, until } from './wire.ts';

const CAPABILITY = 'rO0ABXNyABpodWRzb24ucmVtb3RpbmcuQ2FwYWJpbGl0eQAAAAAAAAABAgABSgAEbWFza3hwAAAAAAAAAf4=';

const simulated = await startSimulator({
  agents: {
    canary: { secret: 'canary-secret' },
    held: { secret: 'held-secret', state: 'connected' },
    elsewhere: { secret: 'elsewhere-secret', state: 'ssh' },
  },
});
const { agentPort, counts } = simulated;
t.teardown(() => simulated.close());

t.test('the acknowledgement is asked for before TLS', async (t) => {
  const socket = await dial(agentPort);
  socket.write(JNLP4);
  await once(socket, 'readable');
  t.equal(socket.read().toString('hex'), '000341434b', 'given at once');
  socket.write(Buffer.from('00034e414b', 'hex'));
  t.strictSame(await hear(socket), { text: '', how: 'end' });
});

t.test('the certificate is for the published identity', async (t) => {
  const before = counts.handshakes;
  const connection = await jnlp4(agentPort);
  t.equal(connection.identity, simulated.identity);
  t.match(
    await connection.next(),
    /^\{"JnlpAgentProtocol\.cookie":"[0-9a-f]{64}"\}$/,
    'headers come unasked',
  );
  t.equal(counts.handshakes, before + 1);
  connection.raw.destroy();
  await until(() => counts.openAgentPort === 0);
});

t.test('name and secret bring the capability, and the node stays offline', async (t) => {
  const connection = await jnlp4(agentPort);
  t.equal(await connection.logIn('canary', 'canary-secret'), 'OK');
  t.equal(await connection.next(), CAPABILITY);
  t.equal(counts.logins, 1);
  t.equal(counts.online, 0);
  connection.raw.destroy();
  await until(() => counts.openAgentPort === 0);
  t.equal(counts.closeNotifies, 0);
});

t.test(
  'our capability brings the node online; the name is then taken until the connection ends',
  async (t) => {
    const connection = await jnlp4(agentPort);
    await connection.logIn('canary', 'canary-secret');
    await connection.next();
    connection.tls.write(frame(CAPABILITY));
    await until(() => counts.online === 1);
    const second = await jnlp4(agentPort);
    t.equal(
      await second.logIn('canary', 'canary-secret'),
      'ERROR: canary is already connected to this controller. Rejecting this connection.',
    );
    second.raw.destroy();
    connection.raw.destroy();
    await until(() => counts.openAgentPort === 0);
    const third = await jnlp4(agentPort);
    t.equal(await third.logIn('canary', 'canary-secret'), 'OK');
    third.raw.destroy();
  },
);

t.test('refusals, in the words of a controller, and its close after BYE', async (t) => {
  const refusals = [
    ['nobody', 'x', 'ERROR: Unknown client name: nobody'],
    ['canary', 'x', 'ERROR: Authorization failure'],
    ['held', 'x', 'ERROR: Authorization failure'],
    [
      'held',
      'held-secret',
      'ERROR: held is already connected to this controller. Rejecting this connection.',
    ],
    ['elsewhere', 'elsewhere-secret', 'ERROR: elsewhere is not an inbound agent'],
  ] as const;
  for (const [name, secret, words] of refusals) {
    const connection = await jnlp4(agentPort);
    t.equal(await connection.logIn(name, secret), words);
    connection.tls.write(frame('BYE'));
    await once(connection.tls, 'end');
    connection.raw.destroy();
  }
  await until(() => counts.openAgentPort === 0);
  t.equal(counts.closeNotifies, 0);
});

t.test('headers that are not JSON are refused', async (t) => {
  const connection = await jnlp4(agentPort);
  connection.tls.write(frame('nonsense'));
  await connection.next();
  t.equal(await connection.next(), 'ERROR: Malformed connection header');
  connection.raw.destroy();
});

t.test('a client that refuses the controller gets a BYE', async (t) => {
  const connection = await jnlp4(agentPort);
  connection.tls.write(frame('{"Node-Name":"canary","Secret-Key":"canary-secret"}'));
  await connection.next();
  connection.tls.write(frame('ERROR: not you'));
  t.equal(await connection.next(), 'OK');
  t.equal(await connection.next(), 'BYE');
  connection.raw.destroy();
});

t.test('what is not TLS after the acknowledgement is closed', async (t) => {
  const heard = await say(agentPort, Buffer.concat([JNLP4, ACK, Buffer.from('this is no ClientHello')]));
  t.ok(heard.text.startsWith('\0\x03ACK'));
  await until(() => counts.openAgentPort === 0);
});

t.test(
  'a polite end leaves the connection open for ever, at every step; a bare close does not',
  async (t) => {
    let trapped = 0;
    for (const step of ['tls', 'refused', 'capability'] as const) {
      for (const polite of [false, true]) {
        const connection = await jnlp4(agentPort);
        if (step === 'refused') await connection.logIn('nobody', '');
        if (step === 'capability') {
          await connection.logIn('canary', 'canary-secret');
          await connection.next();
        }
        if (polite) connection.tls.end();
        else connection.raw.destroy();
        trapped += polite ? 1 : 0;
        await until(() => counts.closeNotifies === trapped && counts.openAgentPort === trapped);
        t.pass(`${step}, ${polite ? 'close_notify' : 'bare close'}: ${trapped} left open`);
      }
    }
    await simulated.restart();
    await until(() => counts.openAgentPort === 0);
    t.equal(counts.closeNotifies, 3);
  },
);
