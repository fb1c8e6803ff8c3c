import { once } from 'node:events';
import t from 'tap';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { dial, frame, HELLO, hear, PING, say, sayAndFinish, until } from './wire.ts';

const simulated = await startSimulator();
const { agentPort, counts } = simulated;
t.teardown(() => simulated.close());

t.test('the hello tells version, session and addresses', async (t) => {
  const before = counts.hellos;
  const { text } = await say(agentPort, HELLO);
  const [head = '', body = ''] = text.split('\r\n\r\n');
  t.match(head, /^HTTP\/1\.0 200 OK\r\n/);
  t.strictSame(body.split('\r\n'), [
    'Jenkins-Agent-Protocols: JNLP4-connect, Ping',
    'Jenkins-Version: 2.516.3',
    `Jenkins-Session: ${simulated.session}`,
    'Client: 127.0.0.1',
    'Server: 127.0.0.1',
    'Remoting-Minimum-Version: 3107.v665000b_51092',
    '',
  ]);
  t.equal(counts.hellos, before + 1);
});

t.test('after a hello the connection stays until the client closes it', async (t) => {
  const socket = await dial(agentPort);
  socket.write(HELLO);
  socket.resume();
  await once(socket, 'end');
  t.equal(counts.openAgentPort, 1);
  socket.end();
  await once(socket, 'close');
  await until(() => counts.openAgentPort === 0);
});

t.test('any other path is 404, with bare line feeds', async (t) => {
  const { text } = await say(agentPort, 'GET /login HTTP/1.1\r\nHost: x\r\n\r\n');
  t.match(text, /^HTTP\/1\.0 404 Not Found\n/);
  t.notMatch(text, /\r/);
});

t.test('Ping is answered with five bytes and a close, however it is cut', async (t) => {
  const before = counts.pings;
  t.strictSame(await say(agentPort, PING), { text: 'Ping\n', how: 'end' });
  for (let cut = 1; cut < PING.length; cut++) {
    const socket = await dial(agentPort);
    socket.write(PING.subarray(0, cut));
    // Two writes are two segments: the connection has no Nagle delay and the first segment is on its way.
    setImmediate(() => socket.write(PING.subarray(cut)));
    t.equal((await hear(socket)).text, 'Ping\n', `cut at ${cut}`);
  }
  t.equal(counts.pings, before + PING.length);
});

t.test('nothing is said before ten bytes came, nor when they look like a length', async (t) => {
  for (const bytes of [
    'GET /',
    'HEAD / HTTP/1.1\r\n\r\n',
    'PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  ]) {
    const { text, how } = await sayAndFinish(agentPort, Buffer.from(bytes, 'latin1'));
    t.strictSame([text, how], ['', 'end'], JSON.stringify(bytes));
  }
});

t.test('a protocol that it does not have, and what is no protocol', async (t) => {
  t.equal((await say(agentPort, frame('Protocol:Pong'))).text, 'Unknown protocol:\n');
  t.equal((await say(agentPort, frame('protocol:Ping'))).text, 'Unrecognized protocol: protocol:Ping\n');
  t.equal((await say(agentPort, frame('Protocol:\xff\xfe'))).text, 'Unknown protocol:\n', 'as UTF-8');
  const broken = Buffer.concat([Buffer.from([0, 10]), Buffer.from('Protocol:\xff', 'latin1')]);
  t.equal((await say(agentPort, broken)).text, '', 'closed without a word');
});

t.test('connections that say fewer than ten bytes are counted', async (t) => {
  const before = counts.bareConnects;
  for (const bytes of ['', '123456789']) {
    await sayAndFinish(agentPort, Buffer.from(bytes));
  }
  const socket = await dial(agentPort);
  socket.resetAndDestroy();
  await until(() => counts.bareConnects === before + 3);
  await sayAndFinish(agentPort, Buffer.from('1234567890'));
  t.equal(counts.bareConnects, before + 3);
  await until(() => counts.openAgentPort === 0);
});
