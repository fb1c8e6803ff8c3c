import t from 'tap';
import { BudgetSpent } from '../../src/daemon/budget.ts';
import { appOf, statusOf } from './app-of.ts';

const MAIN = statusOf('main', []);

t.test('every error has the same form', async (t) => {
  const { app } = await appOf(t, [MAIN]);
  const json = { 'content-type': 'application/json' };
  const post = { method: 'POST', url: '/diagnose' } as const;
  const cases = [
    [{ url: '/nothing' }, 404, 'not-found'],
    [{ method: 'DELETE', url: '/health' }, 404, 'not-found'],
    [{ url: '/health/%zz' }, 400, 'bad-request'],
    [{ url: `/health/${'x'.repeat(101)}` }, 414, 'uri-too-long'],
    [{ ...post, headers: json, payload: '{' }, 400, 'bad-request'],
    [{ ...post, headers: json, payload: '' }, 400, 'bad-request'],
    [{ ...post, headers: json, payload: '{"__proto__":{"controller":"main"}}' }, 400, 'bad-request'],
    [{ ...post, headers: json, payload: `"${'x'.repeat(1024 * 1024)}"` }, 413, 'body-too-large'],
    [{ ...post, headers: { 'content-type': 'text/plain' }, payload: 'main' }, 415, 'unsupported-media-type'],
    [
      { ...post, headers: { 'content-type': 'application/xml' }, payload: '<a/>' },
      415,
      'unsupported-media-type',
    ],
  ] as const;
  for (const [request, status, code] of cases) {
    const response = await app.inject(request);
    t.equal(response.statusCode, status, code);
    const body = response.json();
    t.same(Object.keys(body).sort(), ['code', 'details', 'message']);
    t.equal(body.code, code);
    t.notMatch(body.message, /FST_|Unexpected|position/, 'in our own words');
  }
});

t.test('where the budget of a controller is spent the client is told when to come again', async (t) => {
  const { app, logged } = await appOf(t, [MAIN], {
    diagnose: async () => {
      throw new BudgetSpent('main', 12_300);
    },
  });
  const response = await app.inject({ url: '/diagnose?controller=main' });
  t.equal(response.statusCode, 429);
  t.equal(response.headers['retry-after'], '13');
  t.match(response.json(), { code: 'connection-budget-spent', message: /main/, details: null });
  t.equal(logged(), '', 'which is no error of ours');
});

t.test('a bug tells the client nothing and the log everything', async (t) => {
  const { app, logged } = await appOf(t, [MAIN], {
    diagnose: async () => {
      throw new Error('the reactor is on fire');
    },
  });
  const response = await app.inject('/diagnose?controller=main');
  t.equal(response.statusCode, 500);
  t.same(response.json(), { code: 'internal-error', message: 'something went wrong in here', details: null });
  t.match(logged(), /the reactor is on fire/);
  t.match(logged(), /"route":"\/diagnose"/);
});

t.test('the process answers for itself', async (t) => {
  let isReady = false;
  const { app } = await appOf(t, [MAIN], { ready: () => isReady });
  t.equal((await app.inject('/livez')).statusCode, 200);
  t.equal((await app.inject('/readyz')).statusCode, 503);
  isReady = true;
  t.equal((await app.inject('/readyz')).statusCode, 200);
});

t.test('metrics are served in the one format, whatever is accepted', async (t) => {
  const { app } = await appOf(t, [MAIN]);
  const response = await app.inject({
    url: '/metrics',
    headers: { accept: 'application/openmetrics-text; version=1.0.0' },
  });
  t.equal(response.statusCode, 200);
  t.equal(response.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  t.equal(response.body, 'up 1\n');
});
