import { once } from 'node:events';
import t from 'tap';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { clientMessage, dial, hear, request, say, UPGRADE, until } from './wire.ts';

const CAPABILITY = 'rO0ABXNyABpodWRzb24ucmVtb3RpbmcuQ2FwYWJpbGl0eQAAAAAAAAABAgABSgAEbWFza3hwAAAAAAAAAf4=';
const CLOSE_1000 = Buffer.from('888200000000' + '03e8', 'hex');

const simulated = await startSimulator({ contextPath: '/jenkins' });
const { webPort, counts } = simulated;
const origin = `http://127.0.0.1:${webPort}`;
t.teardown(() => simulated.close());

const agentHeaders = (name: string, secret: string) => ({
  ...UPGRADE,
  'Node-Name': name,
  'Secret-Key': secret,
  'X-Remoting-Capability': CAPABILITY,
});

t.test('cli/ws answers START without a command, and closes', async (t) => {
  const socket = await dial(webPort);
  socket.write(request('/jenkins/cli/ws', { ...UPGRADE, Origin: origin }));
  await once(socket, 'readable');
  t.match(
    socket.read().toString('latin1'),
    /^HTTP\/1\.1 101 [\s\S]*Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/,
  );
  socket.write(clientMessage(Buffer.from([3])));
  setImmediate(() => socket.write(CLOSE_1000));
  const { text } = await hear(socket);
  const stderr = 'Connection closed before arguments received\n';
  t.equal(
    text,
    `\x82${String.fromCharCode(stderr.length + 1)}\x08${stderr}` +
      '\x82\x05\x04\0\0\0\x02' +
      '\x88\x02\x03\xe8',
  );
});

t.test('cli/ws knows no command', async (t) => {
  const socket = await dial(webPort);
  socket.write(request('/jenkins/cli/ws', { ...UPGRADE, Origin: origin }));
  await once(socket, 'readable');
  socket.read();
  socket.write(clientMessage(Buffer.from('\0\0\x04help', 'latin1')));
  socket.write(clientMessage(Buffer.from([3])));
  socket.write(CLOSE_1000);
  t.ok((await hear(socket)).text.includes('\x08No such command help\n\x82\x05\x04\0\0\0\x02'));
});

t.test('cli/ws asks for the origin of the Jenkins URL', async (t) => {
  for (const headers of [
    UPGRADE,
    { ...UPGRADE, Origin: `http://localhost:${webPort}` },
    { ...UPGRADE, Origin: `${origin}/jenkins` },
  ]) {
    const { text } = await say(webPort, request('/jenkins/cli/ws', headers));
    t.match(
      text,
      /^HTTP\/1\.1 403 Forbidden\r\n[\s\S]*X-CLI-Error: Unexpected request origin \(check your reverse proxy settings\)\r\n/,
    );
  }
  const { text } = await say(webPort, request('/jenkins/cli/ws', { Origin: origin }));
  t.match(text, /^HTTP\/1\.1 400 [\s\S]*only WS connections accepted here/);
});

t.test('wsagents/ judges the headers in order', async (t) => {
  const { 'X-Remoting-Capability': _, ...incomplete } = agentHeaders('canary', simulated.agentSecret);
  t.match(
    (await say(webPort, request('/jenkins/wsagents/', incomplete))).text,
    /^HTTP\/1\.1 400 [\s\S]*only for use from agent\.jar/,
  );
  t.match(
    (await say(webPort, request('/jenkins/wsagents/', agentHeaders('nobody', 'x')))).text,
    /^HTTP\/1\.1 400 [\s\S]*no such agent/,
  );
  t.match(
    (await say(webPort, request('/jenkins/wsagents/', agentHeaders('canary', 'x')))).text,
    /^HTTP\/1\.1 403 /,
  );
  t.match(
    (await say(webPort, request('/jenkins/wsagents', UPGRADE))).text,
    /^HTTP\/1\.1 302 [\s\S]*Location: \/jenkins\/wsagents\/\r\n/,
  );
  t.equal(counts.online, 0);
});

t.test('wsagents/ brings the node online with the right secret, once', async (t) => {
  const opened = counts.websockets;
  const socket = await dial(webPort);
  socket.write(request('/jenkins/wsagents/', agentHeaders('canary', simulated.agentSecret)));
  await once(socket, 'readable');
  const response = socket.read().toString('latin1');
  t.match(response, /^HTTP\/1\.1 101 /);
  t.match(response, `X-Remoting-Capability: ${CAPABILITY}\r\n`);
  t.match(response, /X-Remoting-Minimum-Version: 3107\.v665000b_51092\r\n/);
  t.match(response, /Connection-Cookie: [0-9a-f]{64}\r\n/);
  t.equal(counts.online, 1);
  t.equal(counts.websockets, opened + 1);
  const second = await say(
    webPort,
    request('/jenkins/wsagents/', agentHeaders('canary', simulated.agentSecret)),
  );
  t.match(second.text, /^HTTP\/1\.1 400 [\s\S]*canary is already connected to this controller/);

  socket.destroy();
  await once(socket, 'close');
  await until(() => counts.online === 1);
  let again = '';
  while (!again.startsWith('HTTP/1.1 101')) {
    again = (
      await say(webPort, request('/jenkins/wsagents/', agentHeaders('canary', simulated.agentSecret)), 12)
    ).text;
  }
  t.equal(counts.online, 2, 'the name is free again');
});
