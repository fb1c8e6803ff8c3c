import t from 'tap';
import { type Environment, nameOf } from '../../src/config/environment.ts';
import { loadSettings } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/problems.ts';

const IDENTITY =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0c7XR5c5kduHEukXFVlmtCkWyTXmfFa+6VM5qLry5QLt3dQlIWrJf1wds+fGnwK7CzY3Vtxn/soSNvG5MImYvJ+sAVbL9IZIE81qd6lL4sLYjZ12dxX4ibEDzuRQZ0pVT7h7Hom/bLrtOSw2NYFpfV13lECTAqQwZm5U+5Eh88obTc9AhHMItq/6D+FyzeNeedEiDBMJuY0EYRi+UkcN0r7tYJaJHtZWmPGmQTIJ/3CMUHcIgAkrwosz5kh//KAfK0sYJDI0yrkEQZKxmmZRJb4oBm3GTleP8/hDtuZXAhX6fXNQ89wRehwLfnYJdKVFrRNWNza0dkOC9RyXNHWFlwIDAQAB';

const load = (env: Environment) => loadSettings({ env }).controllers[0]?.target;

function refusal(env: Environment): string {
  try {
    loadSettings({ env });
    return '';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
}

t.test('the environment that an agent container gets is enough', async (t) => {
  const target = load({
    JENKINS_URL: 'https://jenkins.example.com/jenkins/',
    JENKINS_TUNNEL: 'agents.example.com:50000',
    JENKINS_AGENT_NAME: 'pod-1',
    JENKINS_SECRET: 'c0ffee',
  });
  t.match(target, {
    name: 'jenkins.example.com',
    tunnel: { host: 'agents.example.com', port: 50_000 },
    websocket: 'off',
    agent: { name: 'pod-1' },
  });
  t.equal(target?.agent?.secret.reveal(), 'c0ffee');
});

t.test('direct needs no URL', async (t) => {
  const env = { JENKINS_DIRECT_CONNECTION: 'agents:50000', JENKINS_INSTANCE_IDENTITY: IDENTITY };
  t.match(load(env), { name: 'agents', url: null, direct: { host: 'agents', port: 50_000 } });
  t.equal(load(env)?.identity?.fingerprint, '9b:76:df:42:c1:d5:83:37:5d:0c:2e:b4:e7:41:68:6b');
});

t.test('WebSocket is on for the literal true alone', async (t) => {
  const env = { JENKINS_URL: 'https://x/' };
  t.equal(load({ ...env, JENKINS_WEB_SOCKET: 'true' })?.websocket, 'only');
  for (const value of ['TRUE', '1', 'false', ''])
    t.equal(load({ ...env, JENKINS_WEB_SOCKET: value })?.websocket, 'off');
});

t.test('JENKINS_NAME goes before JENKINS_AGENT_NAME; a secret may be a file', async (t) => {
  const folder = t.testdir({ secret: 'c0ffee\n' });
  const env = { JENKINS_URL: 'https://x/', JENKINS_AGENT_NAME: 'a', JENKINS_NAME: 'b' };
  t.equal(load({ ...env, JENKINS_SECRET: 's' })?.agent?.name, 'b');
  t.equal(load({ ...env, JENKINS_SECRET: `@${folder}/secret` })?.agent?.secret.reveal(), 'c0ffee');
  t.equal(load({ ...env, JENKINS_SECRET_FILE: `${folder}/secret` })?.agent?.secret.reveal(), 'c0ffee');
  t.equal(load(env)?.agent, null, 'no secret, no login');
});

t.test('what makes an agent exit names both variables, what is wrong names its own', async (t) => {
  const url = 'https://x/';
  const table: readonly (readonly [Environment, string])[] = [
    [{}, 'no configuration: pass --config FILE, or set JENKINS_URL'],
    [
      { JENKINS_URL: url, JENKINS_TUNNEL: 'a:1', JENKINS_WEB_SOCKET: 'true' },
      'JENKINS_TUNNEL: JENKINS_WEB_SOCKET and JENKINS_TUNNEL cannot be used together if agents use only WebSocket; an agent does not start with both',
    ],
    [
      { JENKINS_DIRECT_CONNECTION: 'a:1', JENKINS_INSTANCE_IDENTITY: IDENTITY, JENKINS_TUNNEL: 'a:1' },
      'JENKINS_TUNNEL: JENKINS_DIRECT_CONNECTION and JENKINS_TUNNEL cannot be used together; an agent does not start with both',
    ],
    [
      { JENKINS_URL: url, JENKINS_DIRECT_CONNECTION: 'a:1', JENKINS_INSTANCE_IDENTITY: IDENTITY },
      'JENKINS_DIRECT_CONNECTION: JENKINS_DIRECT_CONNECTION and JENKINS_URL cannot be used together; an agent does not start with both',
    ],
    [
      { JENKINS_URL: url, JENKINS_TUNNEL: 'tcp://a:1' },
      'JENKINS_TUNNEL: "tcp://a:1" looks like a URL; an agent accepts only HOST:PORT, write "a:1"',
    ],
    [{ JENKINS_URL: 'x' }, 'JENKINS_URL: "x" has no scheme, write https://x/'],
    [
      { JENKINS_URL: url, http_proxy: 'http://u:hunter2@proxy' },
      'http_proxy: the port is missing, write http://host:port',
    ],
    [
      { JENKINS_URL: url, JENKINS_AGENT_NAME: 'a', JENKINS_SECRET_FILE: '/nowhere' },
      'JENKINS_SECRET_FILE: cannot read /nowhere (ENOENT)',
    ],
    [
      { JENKINS_URL: url, JENKINS_AGENT_NAME: 'a', JENKINS_SECRET: '@/nowhere' },
      'JENKINS_SECRET: cannot read /nowhere (ENOENT)',
    ],
    [
      { JENKINS_URL: url, JENKINS_AGENT_NAME: 'a', JENKINS_SECRET: 'hunter2\nX: y' },
      'JENKINS_SECRET: the value has more than one line; a secret must be one line',
    ],
    [
      { JENKINS_URL: url, JENKINS_NAME: 'a\r\nX: y', JENKINS_SECRET: 'c0ffee' },
      'JENKINS_NAME: must not contain control characters',
    ],
  ];
  for (const [env, message] of table) t.equal(refusal(env), message);
});

t.test('a controller is called after its host', async (t) => {
  for (const [location, name] of [
    ['https://jenkins.example.com:8443/x', 'jenkins.example.com'],
    ['agents:50000', 'agents'],
    ['http://[::1]:8080/', 'controller'],
    ['http://_x_/', 'x_'],
  ] as const) {
    t.equal(nameOf(location), name);
  }
});
