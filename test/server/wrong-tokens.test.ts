import t from 'tap';
import { AllowList, parseAllowEntry } from '../../src/model/allow-list.ts';
import { Secret } from '../../src/model/secret.ts';
import { appOf, statusOf } from './app-of.ts';

const MAIN = statusOf('main', []);
const LIMIT = 10;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const RIGHT = bearer('c0ffee');
const HERE = '10.0.0.1';

/** Every request whose token is checked. */
const GUARDED = [
  { url: '/-/reload' },
  { url: '/controllers/main/drain' },
  { url: '/controllers/main/undrain' },
  { url: '/diagnose', payload: { controller: 'main', deep: true } },
  { url: '/diagnose', payload: { controller: 'main', hold: '1s' } },
  { url: '/diagnose', payload: { log: 'a log' } },
  { url: '/diagnose', payload: { log: 'x'.repeat(5000) } },
  { url: '/diagnose', payload: { url: 'http://a/' } },
] as const;

async function guarded(t: Parameters<typeof appOf>[0]) {
  let changes = 0;
  const { app } = await appOf(t, [MAIN], {
    token: () => new Secret('c0ffee'),
    allow: () => new AllowList([parseAllowEntry('a')]),
    drain: () => {
      changes += 1;
    },
    reload: async () => {
      changes += 1;
      return [];
    },
  });
  const ask = (
    request: { url: string; payload?: object },
    headers: Record<string, string>,
    remoteAddress = HERE,
  ) => app.inject({ method: 'POST', remoteAddress, ...request, headers });
  return { app, ask, changes: () => changes };
}

t.test('wrong tokens of one address share one limit on all routes', async (t) => {
  const { ask } = await guarded(t);
  for (let index = 0; index < LIMIT; index += 1) {
    const request = GUARDED[index % GUARDED.length] ?? GUARDED[0];
    t.equal((await ask(request, bearer(`guess${index}`))).statusCode, 401, request.url);
  }
  for (const request of GUARDED) {
    const response = await ask(request, bearer('guess'));
    t.equal(response.statusCode, 429, request.url);
    const seconds = Number(response.headers['retry-after']);
    t.ok(seconds >= 1 && seconds <= 60, String(response.headers['retry-after']));
    t.same(response.json(), {
      code: 'too-many-requests',
      message: `too many wrong tokens, retry in ${seconds} s`,
      details: { retryAfterSeconds: seconds },
    });
  }
});

t.test('guesses at the same time, on many connections, are limited as well', async (t) => {
  const { app } = await guarded(t);
  const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/-/reload`;
  const guesses = Array.from({ length: 100 }, async (_, index) => {
    const response = await fetch(url, { method: 'POST', headers: bearer(`guess${index}`) });
    await response.arrayBuffer();
    return response.status;
  });
  const statuses = await Promise.all(guesses);
  t.equal(statuses.filter((status) => status === 401).length, LIMIT);
  t.equal(statuses.filter((status) => status === 429).length, 100 - LIMIT);
});

t.test('beyond the limit the right token is refused as well; elsewhere it is not', async (t) => {
  const { ask, changes } = await guarded(t);
  for (let index = 0; index < LIMIT; index += 1) await ask({ url: '/-/reload' }, bearer('guess'));
  for (const request of GUARDED) t.equal((await ask(request, RIGHT)).statusCode, 429, request.url);
  t.equal(changes(), 0);
  t.equal((await ask({ url: '/-/reload' }, RIGHT, '10.0.0.2')).statusCode, 200, 'another address');
  t.equal((await ask({ url: '/-/reload' }, { ...RIGHT, 'x-forwarded-for': '10.0.0.2' })).statusCode, 429);
});

t.test('right tokens do not count, and are accepted up to the limit', async (t) => {
  const { ask } = await guarded(t);
  for (let index = 0; index < LIMIT - 1; index += 1) await ask({ url: '/-/reload' }, bearer('guess'));
  for (let index = 0; index < 5 * LIMIT; index += 1) {
    if ((await ask({ url: '/-/reload' }, RIGHT)).statusCode !== 200) t.fail(`request ${index}`);
  }
  t.equal((await ask({ url: '/-/reload' }, bearer('guess'))).statusCode, 401);
  t.equal((await ask({ url: '/-/reload' }, RIGHT)).statusCode, 429);
});

t.test('requests without a token are no guesses', async (t) => {
  const { app, ask } = await guarded(t);
  for (let index = 0; index < 5 * LIMIT; index += 1) {
    if ((await ask({ url: '/-/reload' }, {})).statusCode !== 401) t.fail(`request ${index}`);
  }
  t.equal((await ask({ url: '/-/reload' }, RIGHT)).statusCode, 200);
  for (let index = 0; index < LIMIT; index += 1) await ask({ url: '/-/reload' }, bearer('guess'));
  t.equal((await ask({ url: '/-/reload' }, {})).statusCode, 401, 'nothing is compared');
  t.equal((await app.inject({ url: '/diagnose?controller=main', remoteAddress: HERE })).statusCode, 200);
  t.equal((await app.inject({ url: '/health', remoteAddress: HERE })).statusCode, 503, 'answered');
});
