import t from 'tap';
import { Secret } from '../../../src/model/secret.ts';
import type { ProxyPolicy } from '../../../src/model/target.ts';
import { takeSurvey } from '../../../src/probe/take-survey.ts';
import { buildReport } from '../../../src/report/report.ts';
import { simulate } from '../simulated.ts';
import { startProxy } from './proxy-server.ts';

/** A name of the simulator that `no_proxy` and the rule for loopback do not match. */
const NAME = 'jenkins.test';

function through(port: number, how: 'always' | 'environment', login: string | null = null): ProxyPolicy {
  const [user = '', password = ''] = login?.split(':') ?? [];
  const proxy = {
    host: '127.0.0.1',
    port,
    credentials: login === null ? null : { user, password: new Secret(password) },
  };
  return how === 'always'
    ? { always: proxy, fromEnvironment: null, noProxy: null }
    : { always: null, fromEnvironment: proxy, noProxy: null };
}

t.test(
  'with http_proxy, http discovery is forwarded and the agent port tunnelled, as for an agent',
  async (t) => {
    const proxy = await startProxy(t);
    const { simulator, target } = await simulate(t, {}, { proxy: through(proxy.port, 'environment') });
    // The proxy resolves names, so this process needs no resolver for the name.
    const url = new URL(simulator.url.replace('127.0.0.1', 'localtest.invalid'));
    t.equal(
      buildReport('x', await takeSurvey({ ...target, url }, 'ping')).verdict,
      'unreachable',
      'a name the proxy does not know',
    );
    t.match(proxy.seen, [/^GET http:\/\/localtest\.invalid:\d+\/tcpSlaveAgentListener\/$/]);
  },
);

t.test('a configured proxy serves discovery, agent port and WebSocket, with credentials', async (t) => {
  for (const https of [false, true]) {
    const proxy = await startProxy(t, { credentials: 'me:pa55' });
    const { simulator, target } = await simulate(
      t,
      { https },
      { proxy: through(proxy.port, 'always', 'me:pa55'), websocket: 'on' },
    );
    const report = buildReport('x', await takeSurvey(target, 'login'));
    t.equal(report.verdict, 'reachable', JSON.stringify(report.steps));
    const agentPort = `CONNECT 127.0.0.1:${simulator.agentPort}`;
    t.equal(
      proxy.seen.filter((line) => line === agentPort).length,
      3,
      'hello, ping and JNLP4, each its own tunnel',
    );
    const web = https
      ? `CONNECT 127.0.0.1:${simulator.webPort}`
      : `GET ${simulator.url}tcpSlaveAgentListener/`;
    t.ok(proxy.seen.includes(web), web);
    t.equal(simulator.counts.bareConnects, 0);
    t.notMatch(JSON.stringify(report), /pa55/);
  }
});

t.test('wrong proxy credentials are told from a proxy that forbids the port', async (t) => {
  const asking = await startProxy(t, { credentials: 'me:pa55' });
  const { target } = await simulate(t, {}, { proxy: through(asking.port, 'always', 'me:wrong') });
  const refused = buildReport('x', await takeSurvey(target, 'ping'));
  t.equal(refused.diagnoses[0]?.code, 'proxy-auth-required');

  const forbidding = await startProxy(t, { connect: 'forbid' });
  const policy = { ...target, proxy: through(forbidding.port, 'always') };
  const forbidden = buildReport('x', await takeSurvey(policy, 'ping'));
  t.strictSame(
    forbidden.diagnoses.map(({ code }) => code),
    ['corporate-proxy-captures-agent-port'],
  );
  t.match(forbidden.diagnoses[0]?.evidence, [/answered HTTP\/1\.1 403 Forbidden/]);
});

t.test('a proxy that hangs up, and one that is not there', async (t) => {
  const rude = await startProxy(t, { connect: 'hang-up' });
  const { target } = await simulate(t, {}, { proxy: through(rude.port, 'always') });
  t.equal(buildReport('x', await takeSurvey(target, 'ping')).diagnoses[0]?.code, 'proxy-bad-answer');
  const gone = { ...target, proxy: through(1, 'always') };
  t.equal(buildReport('x', await takeSurvey(gone, 'ping')).diagnoses[0]?.code, 'proxy-unreachable');
});

t.test(`${NAME} goes direct when no_proxy names its suffix`, async (t) => {
  const proxy = await startProxy(t);
  const { simulator, target } = await simulate(t);
  const url = new URL(simulator.url.replace('127.0.0.1', NAME));
  const policy = { ...through(proxy.port, 'environment'), noProxy: '.test' };
  const resolve = async () => [{ address: '127.0.0.1', family: 4 as const }];
  const report = buildReport(
    'x',
    await takeSurvey({ ...target, url, proxy: policy }, 'handshake', { resolve }),
  );
  t.equal(report.verdict, 'reachable', JSON.stringify(report.steps));
  t.strictSame(proxy.seen, []);
});

t.test('what a proxy says of the host behind it, at the page and at the agent port', async (t) => {
  for (const [squid, atPage, atPort] of [
    [
      [403, 'ERR_ACCESS_DENIED 0'],
      'proxy-refused-connect likely',
      'corporate-proxy-captures-agent-port likely',
    ],
    [[503, 'ERR_CONNECT_FAIL 111'], 'discovery-connect-refused possible', 'agent-port-refused possible'],
    [[503, 'ERR_CONNECT_FAIL 110'], 'discovery-connect-timeout likely', 'agent-port-timeout-filtered likely'],
    [[503, 'ERR_CONNECT_FAIL 113'], 'network-unreachable likely', 'network-unreachable likely'],
    [[503, 'ERR_DNS_FAIL 0'], 'dns-not-resolving certain', 'dns-not-resolving certain'],
  ] as const) {
    const proxy = await startProxy(t, { squid });
    const { simulator, target } = await simulate(t, {}, { proxy: through(proxy.port, 'always') });
    const first = async (which: typeof target) => {
      const [found] = buildReport('x', await takeSurvey(which, 'ping')).diagnoses;
      return `${found?.code} ${found?.confidence}`;
    };
    t.equal(await first(target), atPage, squid[1]);
    const direct = { host: '127.0.0.1', port: simulator.agentPort };
    t.equal(await first({ ...target, url: null, direct }), atPort, squid[1]);
  }
});
