import { inspect } from 'node:util';
import t from 'tap';
import { parseAgentPod } from '../../../src/kubernetes/discovery/agent-pod.ts';
import { AGENT_SECRET, agentPod, type PodOptions } from '../cluster-objects.ts';

const URL_ENV = { JENKINS_URL: 'https://ci.example.com/jenkins/' };

function parse(options: PodOptions, selected = false) {
  return parseAgentPod(agentPod('one', options), { container: 'jnlp', selected });
}

function connectionOf(options: PodOptions) {
  const finding = parse(options)?.finding;
  if (finding?.usable !== true) throw new Error(finding?.problem ?? 'not an agent');
  const { proxies, ...texts } = finding.connection;
  return JSON.parse(JSON.stringify(texts));
}

t.test('what the environment says', async (t) => {
  t.same(connectionOf({ env: URL_ENV }), { url: URL_ENV.JENKINS_URL });
  t.same(connectionOf({ env: { ...URL_ENV, JENKINS_TUNNEL: 'agents:50000' } }), {
    url: URL_ENV.JENKINS_URL,
    tunnel: 'agents:50000',
  });
  t.match(connectionOf({ env: { ...URL_ENV, JENKINS_WEB_SOCKET: 'true' } }), { websocket: 'only' });
  t.notOk(
    'websocket' in connectionOf({ env: { ...URL_ENV, JENKINS_WEB_SOCKET: 'TRUE' } }),
    'literally true only',
  );
  t.same(connectionOf({ env: { JENKINS_DIRECT_CONNECTION: 'h:50000', JENKINS_INSTANCE_IDENTITY: 'MII' } }), {
    direct: 'h:50000',
    identity: 'MII',
  });
  t.match(connectionOf({ env: { HOST: 'x', ...URL_ENV, JENKINS_TUNNEL: '$(JENKINS_URL)' } }), {
    tunnel: URL_ENV.JENKINS_URL,
  });
});

t.test('what the arguments say goes before it, as in the entry point of the agent image', async (t) => {
  const cases: readonly (readonly [PodOptions, object])[] = [
    [
      { args: ['-url', 'http://a/', '-tunnel', 'b:1', AGENT_SECRET, 'one'] },
      { url: 'http://a/', tunnel: 'b:1' },
    ],
    [
      { env: { ...URL_ENV, JENKINS_TUNNEL: 'a:1' }, args: ['-tunnel', 'b:1'] },
      { ...url(), tunnel: 'b:1' },
    ],
    [
      { env: { ...URL_ENV, REMOTING_OPTS: '-webSocket -noReconnectAfter 1d' } },
      { ...url(), websocket: 'only' },
    ],
    [{ args: ['-url', 'http://first/', '-url', 'http://second/'] }, { url: 'http://first/' }],
    [{ args: ['-jnlpUrl', 'http://a/j/computer/one/jenkins-agent.jnlp'] }, { url: 'http://a/j/' }],
    [
      { args: [`exec java -jar agent.jar -secret ${AGENT_SECRET} -url http://a/ -name one`] },
      { url: 'http://a/' },
    ],
    [{ env: URL_ENV, args: ['-url', '$(JENKINS_URL)', '-secret', '$(JENKINS_SECRET)'] }, url()],
  ];
  for (const [options, expected] of cases) t.same(connectionOf(options), expected, inspect(options.args));
  function url() {
    return { url: URL_ENV.JENKINS_URL };
  }
});

t.test('proxies as an agent sees them', async (t) => {
  const env = { ...URL_ENV, http_proxy: 'http://me:hunter2@proxy:3128', no_proxy: '.svc' };
  const finding = parse({ env })?.finding;
  t.match(finding, {
    connection: { proxies: { fromEnvironment: { host: 'proxy', port: 3128 }, noProxy: '.svc' } },
  });
  t.notMatch(inspect(finding, { depth: 9 }), /hunter2/);
});

t.test('which pods are looked at', async (t) => {
  for (const [labels, expected] of [
    [{ 'kubernetes.jenkins.io/controller': 'x' }, true],
    [{ 'jenkins/label': '' }, true],
    [{ jenkins: 'slave' }, true],
    [{ jenkins: 'controller' }, false],
    [{ app: 'web' }, false],
  ] as const) {
    t.equal(parse({ labels, env: URL_ENV }) !== null, expected, inspect(labels));
  }
  t.ok(parse({ labels: { app: 'web' }, env: URL_ENV }, true), 'a selector has chosen it');
  t.equal(parse({ container: 'other', env: URL_ENV }), null, 'no container of that name');
  for (const broken of [
    null,
    1,
    {},
    { spec: {} },
    { metadata: { labels: { jenkins: 'slave' } }, spec: { containers: [null] } },
  ]) {
    t.equal(parseAgentPod(broken, { container: 'jnlp', selected: true }), null);
  }
});

t.test('what cannot be used says why', async (t) => {
  const problemOf = (options: PodOptions) => JSON.parse(JSON.stringify(parse(options)?.finding)).problem;
  t.match(problemOf({ secretEnv: ['JENKINS_URL'] }), /JENKINS_URL comes from/);
  t.match(problemOf({}), /neither JENKINS_URL nor/);
  t.match(problemOf({ env: { ...URL_ENV, http_proxy: 'ftp://x' } }), /^http_proxy: /);
  t.equal(problemOf({ env: URL_ENV, secretEnv: ['JENKINS_TUNNEL'], args: ['-tunnel', 'a:1'] }), undefined);
  t.equal(problemOf({ env: URL_ENV, secretEnv: ['JENKINS_SECRET', 'OTHER'] }), undefined, 'of no interest');
});

t.test('the version of remoting is in the tag of the image', async (t) => {
  for (const [image, expected] of [
    ['jenkins/inbound-agent:3355.v388858a_47b_33-1-jdk21', '3355.v388858a_47b_33'],
    ['registry:5000/jenkins/inbound-agent:4.13-1@sha256:00', '4.13'],
    ['jenkins/inbound-agent:latest', null],
    ['registry:5000/jenkins/inbound-agent', null],
  ] as const) {
    t.equal(parse({ image, env: URL_ENV })?.remoting, expected, image);
  }
});

t.test('the secret is in nothing that is kept, wherever it stands', async (t) => {
  const kept = parse({
    env: { ...URL_ENV, REMOTING_OPTS: `-secret ${AGENT_SECRET} -tunnel a:1` },
    args: ['-secret', AGENT_SECRET, '-name', 'one', '-credentials', `me:${AGENT_SECRET}`],
  });
  t.match(kept, { finding: { connection: { tunnel: 'a:1' } } });
  t.notMatch(inspect(kept, { depth: 9, showHidden: true }), AGENT_SECRET);
});
