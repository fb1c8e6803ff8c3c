import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { firstFailure } from '../../../src/model/result.ts';
import { Secret } from '../../../src/model/secret.ts';
import { probeWeb } from '../../../src/probe/web/probe-web.ts';
import { simulate } from '../simulated.ts';
import { targetOf } from '../target.ts';

t.test('the certificate is described even when it is not accepted', async (t) => {
  const { target } = await simulate(t, { https: true, fault: 'expired-certificate' });
  const result = await probeWeb(target);
  t.match(firstFailure(result), { step: 'web-tls', reason: 'cert-expired', detail: /CERT_HAS_EXPIRED/ });
  const [certificate] = result.evidence.certificates ?? [];
  t.ok(certificate !== undefined && certificate.notAfter < Date.now(), 'its end is in the past');
  t.match(certificate?.sha256, /^[0-9a-f]{64}$/);
});

t.test('insecureSkipVerify goes on and says so', async (t) => {
  const { target } = await simulate(t, { https: true, fault: 'untrusted-certificate' });
  const result = await probeWeb({ ...target, tls: { ...target.tls, insecureSkipVerify: true } });
  t.equal(result.success, true);
  const tls = result.steps.find(({ step }) => step === 'web-tls');
  t.match(tls, { outcome: 'warning', reason: 'cert-unknown-ca', detail: /as configured/ });
});

t.test('another server name is verified instead of the host', async (t) => {
  const { target } = await simulate(t, { https: true });
  const other = await probeWeb({ ...target, tls: { ...target.tls, serverName: 'other.example' } });
  t.match(firstFailure(other), { step: 'web-tls', reason: 'cert-name-mismatch' });
});

t.test('without the private authority the certificate is unknown', async (t) => {
  const { target } = await simulate(t, { https: true });
  const result = await probeWeb({ ...target, tls: { ...target.tls, ca: null } });
  t.match(firstFailure(result), { step: 'web-tls', reason: 'cert-unknown-ca' });
});

t.test('https on a plain port, and http on a TLS port', async (t) => {
  const plain = await simulate(t);
  const asHttps = new URL(plain.simulator.url.replace('http:', 'https:'));
  t.match(firstFailure(await probeWeb({ ...plain.target, url: asHttps })), {
    step: 'web-tls',
    reason: 'tls-not-spoken',
  });
  const secure = await simulate(t, { https: true });
  const asHttp = new URL(secure.simulator.url.replace('https:', 'http:'));
  const result = await probeWeb({ ...secure.target, url: asHttp, timeoutMs: 1000 });
  t.match(firstFailure(result)?.step, 'listener');
});

t.test('an agent port in place of the Jenkins URL is recognised', async (t) => {
  const { simulator, target } = await simulate(t);
  const result = await probeWeb({ ...target, url: new URL(`http://127.0.0.1:${simulator.agentPort}/`) });
  t.match(firstFailure(result), { step: 'listener', reason: 'url-points-at-agent-port' });
});

t.test('name and credentials go along as an agent sends them, and never come back in a result', async (t) => {
  let seen: Record<string, unknown> = {};
  const server = createServer((request, response) => {
    seen = request.headers;
    // A hostile server that echoes requests.
    response.setHeader('X-Echo', String(request.headers.authorization));
    response.setHeader('Location', `http://x/${request.headers.authorization}`);
    response.writeHead(302).end(`you sent ${request.headers.authorization}, pa55`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const target = targetOf({
    url: new URL(`http://127.0.0.1:${port}/ctx/`),
    agent: { name: 'canary', secret: new Secret('c0ffee') },
    credentials: { user: 'me', password: new Secret('pa55') },
  });
  const result = await probeWeb(target, { login: true });
  const basic = Buffer.from('me:pa55').toString('base64');
  t.match(seen, { 'node-name': 'canary', authorization: `Basic ${basic}`, connection: 'close' });
  const text = JSON.stringify(result);
  t.notOk(text.includes('pa55') || text.includes(basic), 'masked');
  t.match(text, /\*\*\*/);
});

t.test('every probe is a connection of its own: nothing is reused or resumed', async (t) => {
  const { simulator, target } = await simulate(t, { https: true });
  for (let i = 0; i < 3; i++) await probeWeb(target);
  t.equal(simulator.counts.webConnections, 3);
});

t.test('login is evidence: version and session, and no failure where it is missing', async (t) => {
  const open = await simulate(t, { version: '2.516.1' });
  const { evidence } = await probeWeb(open.target, { login: true });
  t.match(evidence.loginResponse, {
    status: 200,
    jenkinsVersion: '2.516.1',
    jenkinsSession: open.simulator.session,
  });
  const narrow = await simulate(t, { publishOnly: 'listener' });
  const result = await probeWeb(narrow.target, { login: true });
  t.equal(result.success, true);
  t.match(result.evidence.loginResponse, { status: 404, jenkinsVersion: null });
});
