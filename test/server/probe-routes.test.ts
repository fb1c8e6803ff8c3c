import t from 'tap';
import { resultOf } from '../daemon/results.ts';
import { appOf, statusOf } from './app-of.ts';

const MAIN = statusOf('main', []);

t.test('a probe answers the metrics of this probe alone', async (t) => {
  const asked: string[] = [];
  const { app } = await appOf(t, [MAIN], {
    probe: async (name, depth) => {
      asked.push(`${name} ${depth}`);
      return resultOf(depth, { failure: { step: 'ping', reason: 'l4-accept-then-close' } });
    },
  });
  const { statusCode, headers, body } = await app.inject('/probe?target=main&module=handshake');
  t.equal(statusCode, 200);
  t.match(headers['content-type'], /^text\/plain; version=0\.0\.4/);
  t.match(body, /^probe_success\{cluster="a"\} 0$/m);
  t.match(body, /^probe_duration_seconds\{cluster="a"\} [\d.]+$/m);
  t.match(
    body,
    /^probe_failure_info\{controller="main",depth="handshake",step="ping",reason="l4-accept-then-close",cluster="a"\} 1$/m,
  );
  t.match(
    body,
    /^jenkins_agent_probe_step_duration_seconds\{controller="main",step="ping",cluster="a"\} 0.02$/m,
  );
  t.notMatch(body, /health_requests_total|build_info|process_|_bucket|counter|histogram/);
  for (const family of body.split('\n\n')) t.match(family, /^[^#\s]/m, 'no family without a series');
  await app.inject('/probe?target=main');
  t.same(asked, ['main handshake', 'main ping'], 'ping by default');
});

t.test('what cannot be probed is refused with a reason', async (t) => {
  const { app } = await appOf(t, [MAIN], { probe: async () => null });
  for (const [url, status, code] of [
    ['/probe', 400, 'invalid-request'],
    ['/probe?target=main&module=deep', 400, 'invalid-request'],
    ['/probe?target=nobody', 404, 'unknown-controller'],
    ['/probe?target=main&module=login', 400, 'module-not-available'],
  ] as const) {
    const response = await app.inject(url);
    t.equal(response.statusCode, status, url);
    t.match(response.json(), { code }, url);
  }
});

t.test('the answer is there before the scrape times out', async (t) => {
  const never = new Promise<never>(() => undefined);
  const { app } = await appOf(t, [MAIN], { probe: () => never });
  const headers = { 'x-prometheus-scrape-timeout-seconds': '0.2' };
  const response = await app.inject({ url: '/probe?target=main', headers });
  t.equal(response.statusCode, 503);
  t.match(response.json(), { code: 'probe-too-slow' });
});

t.test('HEAD does not probe', async (t) => {
  let probed = 0;
  const { app } = await appOf(t, [MAIN], {
    probe: async (_name, depth) => {
      probed += 1;
      return resultOf(depth);
    },
  });
  t.equal((await app.inject({ method: 'HEAD', url: '/probe?target=main' })).statusCode, 404);
  t.equal(probed, 0);
});
