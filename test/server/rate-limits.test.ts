import t from 'tap';
import { resultOf } from '../daemon/results.ts';
import { appOf, statusOf } from './app-of.ts';

const MAIN = statusOf('main', []);

t.test('an address that asks for too many diagnoses has to wait; others do not', async (t) => {
  const { app, diagnosed } = await appOf(t, [MAIN]);
  const get = { url: '/diagnose?controller=main' };
  const post = { method: 'POST', url: '/diagnose', payload: { controller: 'main' } } as const;
  for (let index = 0; index < 30; index += 1) {
    t.equal((await app.inject(get)).statusCode, 200);
    t.equal((await app.inject(post)).statusCode, 200);
  }
  for (const request of [get, post, { ...get, headers: { accept: 'text/event-stream' } }]) {
    const response = await app.inject(request);
    t.equal(response.statusCode, 429, 'GET and POST share one count');
    const seconds = Number(response.headers['retry-after']);
    t.ok(seconds >= 1 && seconds <= 60, String(response.headers['retry-after']));
    t.same(response.json(), {
      code: 'too-many-requests',
      message: `rate limit exceeded, retry in ${seconds} s`,
      details: { retryAfterSeconds: seconds },
    });
  }
  t.equal(diagnosed.length, 60);
  t.equal((await app.inject({ ...get, remoteAddress: '10.0.0.7' })).statusCode, 200, 'another address');
  t.equal((await app.inject({ ...get, headers: { 'x-forwarded-for': '10.0.0.8' } })).statusCode, 429);
  t.equal((await app.inject('/probe?target=main')).statusCode, 200, 'another route');
  t.equal((await app.inject('/controllers/main')).statusCode, 200);
});

t.test('wrong requests count as well, so that nothing can be guessed at speed', async (t) => {
  const { app } = await appOf(t, [MAIN]);
  const wrong = { method: 'POST', url: '/diagnose', payload: { url: 'http://a/' } } as const;
  for (let index = 0; index < 60; index += 1) t.equal((await app.inject(wrong)).statusCode, 403);
  t.equal((await app.inject(wrong)).statusCode, 429);
});

t.test('probes have a larger share, which grows with the controllers', async (t) => {
  for (const [controllers, expected] of [
    [1, 600],
    [30, 900],
  ] as const) {
    let probed = 0;
    const all = Array.from({ length: controllers }, (_, index) => statusOf(`c${index}`, []));
    const { app } = await appOf(t, all, {
      probe: async (_name, depth) => {
        probed += 1;
        return resultOf(depth);
      },
    });
    let status = 200;
    for (let index = 0; index <= expected && status === 200; index += 1) {
      status = (await app.inject('/probe?target=c0')).statusCode;
    }
    t.equal(status, 429);
    t.equal(probed, expected);
  }
});

t.test('health checks and scrapes are never limited', async (t) => {
  const { app } = await appOf(t, [MAIN]);
  for (let index = 0; index < 700; index += 1) {
    if ((await app.inject('/metrics')).statusCode !== 200) t.fail('a scrape was refused');
    if ((await app.inject('/health')).statusCode !== 503) t.fail('a health check was refused');
  }
  const { headers } = await app.inject('/health');
  t.notMatch(Object.keys(headers).join(), /ratelimit/);
});
