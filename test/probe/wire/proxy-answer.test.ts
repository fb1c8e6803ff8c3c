import t from 'tap';
import { AGENT_PORT_CONNECT } from '../../../src/model/connect-reasons.ts';
import { isProxysOwn, reasonOfProxyAnswer } from '../../../src/probe/wire/proxy-answer.ts';

t.test('why a proxy did not connect us', async (t) => {
  const reason = (status: number, headers: Record<string, string> = {}) =>
    reasonOfProxyAnswer({ status, headers }, AGENT_PORT_CONNECT);
  t.equal(reason(407), 'proxy-auth-required');
  for (const status of [400, 403, 404, 405, 501]) t.equal(reason(status), 'proxy-refused-connect');
  for (const status of [500, 502, 503]) t.equal(reason(status), 'agent-port-refused');
  t.equal(reason(504), 'agent-port-timeout-filtered');
  t.equal(reason(503, { 'x-squid-error': 'ERR_CONNECT_FAIL 111' }), 'agent-port-refused');
  t.equal(reason(503, { 'x-squid-error': 'ERR_CONNECT_FAIL 110' }), 'agent-port-timeout-filtered');
  t.equal(reason(503, { 'x-squid-error': 'ERR_CONNECT_FAIL 101' }), 'network-unreachable');
  t.equal(reason(503, { 'x-squid-error': 'ERR_DNS_FAIL 0' }), 'dns-not-resolving');
  const status = (error: string) => reason(502, { 'proxy-status': `proxy.example; error=${error}` });
  t.equal(status('dns_timeout'), 'dns-not-resolving');
  t.equal(status('connection_refused'), 'agent-port-refused');
  t.equal(status('connection_timeout'), 'agent-port-timeout-filtered');
  t.equal(status('destination_ip_unroutable'), 'network-unreachable');
});

t.test("a proxy's own answer, and one that it only passed on", async (t) => {
  const own = (status: number, headers: Record<string, string>) =>
    isProxysOwn({ status, headers, bodyStart: '' });
  t.ok(own(403, { server: 'tinyproxy/1.11.1' }));
  t.ok(own(503, { 'x-squid-error': 'ERR_CONNECT_FAIL 111', server: 'hidden' }));
  t.ok(own(502, { 'proxy-status': 'edge; error=connection_refused' }));
  t.notOk(own(403, { server: 'nginx', via: '1.1 tinyproxy (tinyproxy/1.11.1)' }), 'passed on');
  t.notOk(own(503, { server: 'Jetty(12.0.25)', 'x-jenkins': '2.516', 'x-squid-error': 'odd' }), 'of Jenkins');
  t.notOk(own(200, { server: 'squid/6.6' }), 'no error');
  t.notOk(own(403, { server: 'envoy' }), 'a name that is put on what it passes on, too');
});
