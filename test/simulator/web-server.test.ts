import { once } from 'node:events';
import { connect } from 'node:tls';
import t from 'tap';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { hear, request, say } from './wire.ts';

function headersOf(text: string): Map<string, string> {
  const lines = text.split('\r\n\r\n', 1)[0]?.split('\r\n').slice(1) ?? [];
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
}

t.test('the pages of a healthy controller', async (t) => {
  const simulated = await startSimulator({ contextPath: '/jenkins' });
  t.teardown(() => simulated.close());
  const get = async (path: string) => (await say(simulated.webPort, request(path))).text;
  t.equal(simulated.url, `http://127.0.0.1:${simulated.webPort}/jenkins/`);
  t.match(simulated.fingerprint, /^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);

  const listener = await get('/jenkins/tcpSlaveAgentListener/');
  t.match(listener, /^HTTP\/1\.1 200 OK\r\n/);
  t.match(listener, /\r\n\r\nJenkins$/);
  const headers = headersOf(listener);
  t.equal(headers.get('X-Jenkins-JNLP-Port'), String(simulated.agentPort));
  t.equal(headers.get('X-Hudson-JNLP-Port'), String(simulated.agentPort));
  t.equal(headers.get('X-Instance-Identity'), simulated.identity);
  t.equal(headers.get('X-Jenkins-Agent-Protocols'), 'JNLP4-connect, Ping');
  t.equal(headers.get('X-Remoting-Minimum-Version'), '3107.v665000b_51092');
  t.notOk(headers.has('X-Jenkins-JNLP-Host'));
  t.notOk(headers.has('X-Jenkins'), 'the core version is on other pages');

  const bare = await get('/jenkins/tcpSlaveAgentListener');
  t.match(bare, /^HTTP\/1\.1 302 /);
  t.equal(headersOf(bare).get('Location'), '/jenkins/tcpSlaveAgentListener/');

  const login = await get('/jenkins/login?from=%2F');
  t.match(login, /^HTTP\/1\.1 200 /);
  t.equal(headersOf(login).get('X-Jenkins'), '2.516.3');
  t.equal(headersOf(login).get('X-Jenkins-Session'), simulated.session);

  t.match(await get('/jenkins/'), /^HTTP\/1\.1 403 [\s\S]*X-Jenkins: [\s\S]*Authentication required/);
  const outside = await get('/tcpSlaveAgentListener/');
  t.match(outside, /^HTTP\/1\.1 404 /);
  t.notMatch(outside, /X-Jenkins/);
  t.match(
    await get('/jenkins/wsagents/'),
    /^HTTP\/1\.1 400 [\s\S]*only for use from agent\.jar in WebSocket mode/,
  );
  t.match(await get('/jenkins/cli/ws'), /^HTTP\/1\.1 403 [\s\S]*X-CLI-Error: Unexpected request origin/);
  t.equal(simulated.counts.webRequests, 7);
  t.equal(simulated.counts.webConnections, 7);
});

t.test('what is announced can differ from what is', async (t) => {
  const simulated = await startSimulator({
    advertise: { host: 'agents.test', port: 50000 },
    version: '2.600',
    minimumRemotingVersion: '9999.1',
  });
  t.teardown(() => simulated.close());
  const headers = headersOf((await say(simulated.webPort, request('/tcpSlaveAgentListener/'))).text);
  t.equal(headers.get('X-Jenkins-JNLP-Host'), 'agents.test');
  t.equal(headers.get('X-Jenkins-JNLP-Port'), '50000');
  t.equal(headers.get('X-Remoting-Minimum-Version'), '9999.1');
  t.match((await say(simulated.webPort, request('/login'))).text, /X-Jenkins: 2\.600\r\n/);
});

t.test('a private ingress publishes the listener page only', async (t) => {
  const simulated = await startSimulator({ contextPath: '/jenkins', publishOnly: 'listener' });
  t.teardown(() => simulated.close());
  const get = async (path: string) => (await say(simulated.webPort, request(path))).text;
  t.match(await get('/jenkins/tcpSlaveAgentListener/'), /^HTTP\/1\.1 200 [\s\S]*X-Instance-Identity/);
  for (const path of ['/jenkins/login', '/jenkins/', '/jenkins/wsagents/', '/jenkins/cli/ws', '/']) {
    t.match(await get(path), /^HTTP\/1\.1 404 Not Found\r\nServer: nginx\r\n/, path);
  }
});

t.test('https, under an authority of its own', async (t) => {
  const simulated = await startSimulator({ https: true });
  t.teardown(() => simulated.close());
  t.match(simulated.url, /^https:/);
  for (const servername of ['localhost', 'jenkins.test']) {
    const tls = connect({
      port: simulated.webPort,
      host: '127.0.0.1',
      servername,
      ca: simulated.caPem ?? '',
    });
    await once(tls, 'secureConnect');
    t.ok(tls.authorized, servername);
    tls.write(request('/tcpSlaveAgentListener/'));
    t.match((await hear(tls)).text, /X-Jenkins-JNLP-Port/);
  }
});
