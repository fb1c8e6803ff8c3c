import t from 'tap';
import type { ResolvedAddress } from '../../src/model/options.ts';
import { addressHealth } from '../../src/model/result.ts';
import { probeAgentPort } from '../../src/probe/agent-port/probe-agent-port.ts';
import { takeSurvey } from '../../src/probe/take-survey.ts';
import { probeWeb } from '../../src/probe/web/probe-web.ts';
import { buildReport } from '../../src/report/report.ts';
import { simulate } from './simulated.ts';
import { targetOf } from './target.ts';

const resolveTo =
  (...addresses: string[]) =>
  async (): Promise<readonly ResolvedAddress[]> =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

t.test('every address of a name is tried and reported on its own', async (t) => {
  const { simulator, target } = await simulate(t);
  const url = new URL(simulator.url.replace('127.0.0.1', 'jenkins.test'));
  // The simulator listens only on 127.0.0.1; 127.0.0.2 is also this machine, without a listener.
  const seen = await takeSurvey({ ...target, url }, 'handshake', {
    resolve: resolveTo('127.0.0.1', '127.0.0.2'),
  });
  const report = buildReport('test', seen);
  t.equal(report.verdict, 'degraded');
  t.equal(report.diagnoses[0]?.code, 'one-az-of-many-dead');
  const agentPort = seen.results.find(({ entrypoint }) => entrypoint === 'agent-port');
  t.equal(agentPort?.success, true);
  t.strictSame(agentPort && Object.fromEntries(addressHealth(agentPort)), {
    [`127.0.0.1:${simulator.agentPort}`]: true,
    [`127.0.0.2:${simulator.agentPort}`]: false,
  });
});

t.test('IPv4 and IPv6 stand side by side', async (t) => {
  const { simulator, target } = await simulate(t, { host: '::1' });
  const url = new URL(`http://jenkins.test:${simulator.webPort}/`);
  const seen = await takeSurvey({ ...target, url }, 'handshake', { resolve: resolveTo('127.0.0.1', '::1') });
  const web = seen.results.find(({ entrypoint }) => entrypoint === 'web');
  t.strictSame(web && Object.fromEntries(addressHealth(web)), {
    [`127.0.0.1:${simulator.webPort}`]: false,
    [`[::1]:${simulator.webPort}`]: true,
  });
  t.equal(buildReport('test', seen).verdict, 'degraded');
});

t.test('a URL with an IPv6 address needs no resolver', async (t) => {
  const { simulator, target } = await simulate(t, { host: '::1' });
  const report = buildReport(
    'test',
    await takeSurvey({ ...target, url: new URL(`http://[::1]:${simulator.webPort}/`) }, 'login'),
  );
  t.equal(report.verdict, 'reachable', JSON.stringify(report.steps));
});

t.test('a name that does not resolve, resolves to nothing, or whose resolver stays silent', async (t) => {
  const target = targetOf({ url: new URL('http://jenkins.test/'), timeoutMs: 300 });
  const gone = Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
  const cases = [
    [() => Promise.reject(gone), 'dns-not-resolving', /ENOTFOUND/],
    [resolveTo(), 'dns-not-resolving', /no address/],
    [() => new Promise<never>(() => undefined), 'dns-timeout', /within \d+ ms/],
  ] as const;
  for (const [resolve, reason, detail] of cases) {
    const result = await probeWeb(target, { resolve });
    t.match(result.steps[0], { step: 'web-resolve', outcome: 'failed', reason, detail });
    t.equal(result.connections, 0);
  }
});

t.test('a name with very many addresses is looked at only so far, and says so', async (t) => {
  const addresses = Array.from({ length: 20 }, (_, i) => `127.0.1.${i}`);
  const direct = { host: 'jenkins.test', port: 1 };
  const result = await probeAgentPort(targetOf({ direct }), 'ping', null, {
    resolve: resolveTo(...addresses),
  });
  t.equal(result.connections, 8);
  const untried = result.steps.filter(
    ({ outcome, detail }) => outcome === 'skipped' && /only the first 8/.test(detail),
  );
  t.equal(untried.length, 12);
});

t.test('the same address twice is one address', async (t) => {
  const direct = { host: 'jenkins.test', port: 1 };
  const resolve = resolveTo('127.0.0.1', '127.0.0.1');
  t.equal((await probeAgentPort(targetOf({ direct }), 'ping', null, { resolve })).connections, 1);
});

t.test('a resolver that cannot ask its servers is told from a name that does not exist', async (t) => {
  for (const [code, reason] of [
    ['ENOTFOUND', 'dns-not-resolving'],
    // The error of getaddrinfo if name servers are unreachable or fail.
    ['EAI_AGAIN', 'dns-timeout'],
  ] as const) {
    const resolve = () => Promise.reject(Object.assign(new Error(code), { code }));
    const seen = await takeSurvey(targetOf({ url: new URL('http://jenkins.test/') }), 'ping', { resolve });
    t.equal(buildReport('test', seen).diagnoses[0]?.code, reason, code);
  }
});
