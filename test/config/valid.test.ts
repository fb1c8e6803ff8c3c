import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import t from 'tap';
import { loadSettings } from '../../src/config/load.ts';

const file = fileURLToPath(new URL('testdata/valid-full.yaml', import.meta.url));

t.test('a file with everything: own values, then common ones, then defaults', async (t) => {
  const settings = loadSettings({ file, env: {} });
  t.match(settings, { listen: { host: '127.0.0.1', port: 0 }, labels: { cluster: 'us-east-2-agents' } });
  const [main, plain, sockets] = settings.controllers;
  t.match(main, { rise: 3, fall: 1 });
  t.strictSame(main?.cadenceMs, {
    web: 30_000,
    ping: 10_000,
    handshake: 600_000,
    login: 3_600_000,
    websocket: null,
  });
  t.match(main?.target, {
    name: 'main',
    tunnel: { host: 'agents.example.com', port: 50_000 },
    websocket: 'off',
    timeoutMs: 1000,
    tls: { ca: null, serverName: 'other.example.com', insecureSkipVerify: true },
  });
  t.equal(main?.target.url?.href, 'https://jenkins.example.com/jenkins/', 'the slash is added');
  t.equal(main?.target.agent?.secret.reveal(), 'c0ffee');
  t.equal(main?.target.credentials?.password.reveal(), 'c0ffee');
  t.match(main?.target.proxy.always, { host: 'proxy', port: 3128, credentials: { user: 'me' } });
  t.equal(main?.target.proxy.always?.credentials?.password.reveal(), 'pa ss');
  t.match(plain, { rise: 3, fall: 4, target: { timeoutMs: 3000, agent: null } });
  t.equal(sockets?.target.websocket, 'only');
  t.strictSame(settings.gates, [{ controller: 'main', port: 9181, entrypoint: 'agent-port' }]);
  t.strictSame(settings.allow?.toJSON(), ['*.example.com', '10.0.0.0/8:50000-50010']);
  t.strictSame(settings.agentChecks, [{ controller: 'plain', port: 9182, entrypoint: null }]);
});

t.test('settings show no secret, however they are printed', async (t) => {
  const settings = loadSettings({ file, env: {} });
  for (const text of [JSON.stringify(settings), inspect(settings, { depth: 10 })]) {
    t.notMatch(text, /c0ffee|pa ss/);
  }
});

t.test('what the file leaves out has the documented default', async (t) => {
  const path = `${t.testdir({ 'small.yaml': 'controllers: [{ name: a, url: "http://a" }]\n' })}/small.yaml`;
  const { listen, labels, allow, controllers } = loadSettings({ file: path, env: {} });
  t.equal(allow, null, 'nothing is permitted unless it is said');
  t.strictSame({ listen, labels }, { listen: { host: '0.0.0.0', port: 9180 }, labels: {} });
  t.match(controllers[0], { rise: 2, fall: 3, target: { timeoutMs: 5000 } });
  t.strictSame(controllers[0]?.cadenceMs, {
    web: 15_000,
    ping: 15_000,
    handshake: 300_000,
    login: null,
    websocket: 300_000,
  });
});

t.test("an agent's proxy variables apply beside the file", async (t) => {
  const { controllers } = loadSettings({
    file,
    env: { http_proxy: 'http://env:8080', NO_PROXY: '.internal' },
  });
  t.match(controllers[1]?.target.proxy, {
    always: null,
    fromEnvironment: { host: 'env', port: 8080 },
    noProxy: '.internal',
  });
});

t.test('where agents use WebSocket alone the web probe may be off', async (t) => {
  const controller = '{ name: a, url: "http://a", websocket: only, probe: { cadence: { web: off } } }';
  const path = `${t.testdir({ 'probe.yaml': `controllers: [${controller}]\n` })}/probe.yaml`;
  t.equal(loadSettings({ file: path, env: {} }).controllers[0]?.cadenceMs.web, null);
});
