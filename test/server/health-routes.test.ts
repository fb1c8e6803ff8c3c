import t from 'tap';
import { ENTRYPOINTS } from '../../src/model/result.ts';
import { appOf, entrypoint, statusOf } from './app-of.ts';

const GOOD = statusOf('good', [entrypoint('web', 'up'), entrypoint('agent-port', 'up')]);
const BAD = statusOf('bad', [entrypoint('web', 'up'), entrypoint('agent-port', 'down')]);
const NEW = statusOf('new', [entrypoint('web', 'up'), entrypoint('agent-port', 'unknown')]);
const OLD = statusOf('old', [entrypoint('web', 'up', { stale: true }), entrypoint('agent-port', 'up')]);
const DIRECT = statusOf('direct', [
  entrypoint('web', 'down', { needed: false }),
  entrypoint('agent-port', 'up'),
]);
const ALL = [GOOD, BAD, NEW, OLD, DIRECT];

const TABLE = [
  ['/health/good', 200, { status: 'up', parts: { web: 'up', 'agent-port': 'up' } }],
  ['/health/bad', 503, { status: 'down', parts: { web: 'up', 'agent-port': 'down' } }],
  ['/health/new', 503, { status: 'unknown', parts: { web: 'up', 'agent-port': 'unknown' } }],
  ['/health/old', 503, { status: 'stale', parts: { web: 'stale', 'agent-port': 'up' } }],
  ['/health/direct', 200, { status: 'up', parts: { 'agent-port': 'up' } }],
  ['/health/direct?entrypoint=web', 503, { status: 'down', parts: { web: 'down' } }],
  ['/health/bad?entrypoint=web', 200, { status: 'up', parts: { web: 'up' } }],
  ['/health/bad?entrypoint=agent-port', 503, { status: 'down', parts: { 'agent-port': 'down' } }],
] as const;

for (const [url, code, body] of TABLE) {
  t.test(`GET ${url}`, async (t) => {
    const { app, answered } = await appOf(t, ALL);
    const response = await app.inject(url);
    t.equal(response.statusCode, code);
    t.match(response.json(), body);
    t.same(Object.keys(response.json().parts), Object.keys(body.parts));
    t.equal(response.headers['cache-control'], 'no-store');
    t.same(answered, [`${url.split(/[/?]/)[2]} ${code}`]);
  });
}

t.test('GET /health is up only while all are', async (t) => {
  for (const [controllers, status] of [
    [[GOOD, DIRECT], 'up'],
    [[GOOD, BAD], 'down'],
    [[GOOD, NEW], 'unknown'],
    [[GOOD, OLD], 'stale'],
    [[GOOD, statusOf('unwatched', [])], 'unknown'],
    [[], 'unknown'],
  ] as const) {
    const { app, answered } = await appOf(t, controllers);
    const response = await app.inject('/health');
    const code = status === 'up' ? 200 : 503;
    t.equal(response.statusCode, code);
    t.match(response.json(), { status });
    t.same(
      Object.keys(response.json().parts),
      controllers.map(({ name }) => name),
    );
    t.same(answered, [`null ${code}`]);
  }
});

t.test('?endpoint= is an alias of ?entrypoint=', async (t) => {
  const { app } = await appOf(t, [GOOD, BAD]);
  for (const path of ['/health', '/health/good', '/health/bad']) {
    for (const name of ENTRYPOINTS) {
      const [asked, alias] = await Promise.all([
        app.inject(`${path}?entrypoint=${name}`),
        app.inject(`${path}?endpoint=${name}`),
      ]);
      t.equal(alias.statusCode, asked.statusCode, `${path} ${name}`);
      t.equal(alias.body, asked.body, `${path} ${name}`);
    }
  }
  t.equal(
    (await app.inject('/health/bad?entrypoint=web&endpoint=agent-port')).statusCode,
    200,
    'the new word wins',
  );
});

t.test('GET /health?entrypoint= asks those that have it', async (t) => {
  const both = statusOf('both', [entrypoint('web', 'up'), entrypoint('websocket', 'up')]);
  const { app } = await appOf(t, [BAD, both]);
  const websocket = await app.inject('/health?entrypoint=websocket');
  t.equal(websocket.statusCode, 200);
  t.match(websocket.json(), { status: 'up', parts: { both: 'up' } });
  t.equal((await app.inject('/health?entrypoint=agent-port')).statusCode, 503);
});

t.test('plain text for those who ask for it', async (t) => {
  const { app } = await appOf(t, ALL);
  const response = await app.inject({ url: '/health/bad', headers: { accept: 'text/plain' } });
  t.equal(response.statusCode, 503);
  t.equal(response.body, 'down\n');
  t.equal(response.headers['content-type'], 'text/plain; charset=utf-8');
});

t.test('HEAD tells the same without a body', async (t) => {
  const { app } = await appOf(t, ALL);
  for (const [url, code] of [
    ['/health/good', 200],
    ['/health/bad', 503],
    ['/health', 503],
  ] as const) {
    const response = await app.inject({ method: 'HEAD', url });
    t.equal(response.statusCode, code);
    t.equal(response.body, '');
  }
});

t.test('what is not there is 404 with what is, what is wrong is 400', async (t) => {
  const { app, answered } = await appOf(t, [GOOD]);
  const unknown = await app.inject('/health/nosuch');
  t.equal(unknown.statusCode, 404);
  t.same(unknown.json(), {
    code: 'unknown-controller',
    message: 'unknown controller "nosuch"',
    details: { controllers: ['good'], suggestion: null },
  });
  const unprobed = await app.inject('/health/good?entrypoint=websocket');
  t.equal(unprobed.statusCode, 404);
  t.match(unprobed.json(), {
    code: 'entrypoint-not-probed',
    details: { entrypoints: ['web', 'agent-port'] },
  });
  t.equal((await app.inject('/health?entrypoint=websocket')).statusCode, 404);
  for (const query of ['entrypoint=port', 'entrypoint=', 'entrypoint=web&entrypoint=web']) {
    const invalid = await app.inject(`/health/good?${query}`);
    t.equal(invalid.statusCode, 400, query);
    t.match(invalid.json(), { code: 'invalid-request', details: [{ path: 'query.entrypoint' }] });
  }
  t.same(answered, [], 'none of these is an answer to a health check');
});

t.test('headers say the verdict, its age and the reason, also to HEAD', async (t) => {
  const worse = statusOf('worse', [
    entrypoint('web', 'up', { ageMs: 2_000 }),
    entrypoint('agent-port', 'down', { ageMs: 61_400, lastReason: 'l4-accept-then-close' }),
  ]);
  const fresh = statusOf('fresh', [entrypoint('agent-port', 'unknown', { ageMs: null })]);
  const { app } = await appOf(t, [GOOD, worse, fresh]);
  const headers = async (url: string) => (await app.inject({ method: 'HEAD', url })).headers;
  t.match(await headers('/health/worse'), {
    'health-verdict': 'down',
    'health-age': '61',
    'health-reason': 'l4-accept-then-close',
  });
  t.match(await headers('/health'), { 'health-verdict': 'down', 'health-reason': 'l4-accept-then-close' });
  const good = await headers('/health/good');
  t.match(good, { 'health-verdict': 'up', 'health-age': '2' });
  t.notOk('health-reason' in good);
  t.notOk('health-age' in (await headers('/health/fresh')), 'no result yet');
});

t.test('a verdict that goes stale by time alone is answered so at once', async (t) => {
  let stale = false;
  const web = Object.defineProperty(entrypoint('web', 'up'), 'stale', { get: () => stale });
  const { app } = await appOf(t, [statusOf('main', [web])]);
  for (const [is, code, state] of [
    [false, 200, 'up'],
    [true, 503, 'stale'],
    [false, 200, 'up'],
  ] as const) {
    stale = is;
    const response = await app.inject('/health/main');
    t.equal(response.statusCode, code);
    t.equal(response.headers['health-verdict'], state);
  }
});

t.test('the body says since when, why, and how old the results are', async (t) => {
  const at = (minute: number) => Date.UTC(2026, 0, 2, 3, minute);
  const worse = statusOf('worse', [
    entrypoint('web', 'down', { since: at(2), ageMs: 2_000, lastReason: 'agent-port-refused' }),
    entrypoint('agent-port', 'down', { since: at(1), ageMs: 61_400, lastReason: 'l4-accept-then-close' }),
    entrypoint('websocket', 'up', { since: at(0), ageMs: 5 }),
  ]);
  const good = statusOf('good', [entrypoint('web', 'up', { since: at(4) }), entrypoint('agent-port', 'up')]);
  const away = statusOf('away', worse.entrypoints, [], { drained: true });
  const { app } = await appOf(t, [worse, good, away, OLD, statusOf('none', [])]);
  for (const [name, since, reason, ageSeconds] of [
    ['worse', '2026-01-02T03:01:00.000Z', 'agent-port-refused', 61],
    ['good', '2026-01-02T03:04:05.000Z', null, 2],
    ['away', null, 'agent-port-refused', 61],
    ['old', null, null, 2],
    ['none', null, null, null],
  ] as const) {
    t.match((await app.inject(`/health/${name}`)).json(), { since, reason, ageSeconds }, name);
  }
  t.match((await app.inject('/health')).json(), { status: 'down', since: '2026-01-02T03:01:00.000Z' });
});
