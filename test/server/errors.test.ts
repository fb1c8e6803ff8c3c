import type { InjectOptions } from 'fastify';
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
  t.same(response.json(), { code: 'internal-error', message: 'internal error', details: null });
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

t.test('an error names what is wrong, what is allowed and what was probably meant', async (t) => {
  const { app } = await appOf(t, [MAIN]);
  const post = (payload: object) => ({ method: 'POST', url: '/diagnose', payload }) as const;
  for (const [request, message, detail] of [
    [
      '/health/main?entrypont=web',
      'query.entrypont: unknown query parameter, did you mean "entrypoint"?',
      {},
    ],
    ['/health?x=1', 'query.x: unknown query parameter, allowed: entrypoint, endpoint', {}],
    [
      '/health?entrypoint=port',
      'query.entrypoint: must be one of web, agent-port, websocket',
      { allowed: ['web', 'agent-port', 'websocket'] },
    ],
    ['/diagnose', 'query: the query parameter "controller" is missing', { path: 'query' }],
    ['/controllers/main?limit=0', 'query.limit: must be at least 1', {}],
    ['/probe?target=main&modul=ping', 'query.modul: unknown query parameter, did you mean "module"?', {}],
    [post({ controler: 'main' }), 'body.controler: unknown key, did you mean "controller"?', {}],
    [post({ url: 'http://a/', depth: 'login' }), 'body.depth: must be one of ping, handshake', {}],
    [post({ controller: 7 }), 'body.controller: must be a string, not a number', {}],
    [
      post({ controller: 'main', hold: '400' }),
      'body.hold: must be a duration with a unit, for example 400s',
      {},
    ],
    [post({}), 'body: must have a controller, a url, a direct address or a log', {}],
  ] as const) {
    const response = await app.inject(request);
    t.equal(response.statusCode, 400, message);
    const body = response.json();
    t.equal(body.message, message);
    t.match(body.details[0], detail);
  }
});

t.test('a value of a request, which may be a secret, is never repeated', async (t) => {
  const { app } = await appOf(t, [MAIN]);
  for (const request of [
    '/health?entrypoint=s3cret',
    '/s3cret?s3cret',
    { method: 'POST', url: '/diagnose', payload: { controller: 'main', hold: 's3cret' } },
    { method: 'POST', url: '/diagnose', payload: { url: { s3cret: true } } },
  ] as const) {
    t.notMatch((await app.inject(request)).body, /s3cret/, JSON.stringify(request));
  }
});

t.test('a missing route says which one was probably meant, and what a route takes', async (t) => {
  const { app } = await appOf(t, [MAIN]);
  const message = async (request: string | InjectOptions) => {
    const response = await app.inject(request);
    t.equal(response.statusCode, 404);
    t.ok(response.json().details.routes.includes('/controllers/:controller'));
    return response.json().message;
  };
  t.equal(await message('/helth'), 'no such route, did you mean /health?');
  t.equal(await message('/a/b/c/d'), 'no such route; see details.routes for all routes');
  t.equal(
    await message({ method: 'POST', url: '/controllers/main' }),
    '/controllers/:controller does not support POST, use GET or HEAD',
  );
});

t.test('a controller with a misspelt name', async (t) => {
  const { app } = await appOf(t, [MAIN]);
  t.match((await app.inject('/health/mian')).json(), {
    message: 'unknown controller "mian", did you mean "main"?',
    details: { controllers: ['main'], suggestion: 'main' },
  });
});
