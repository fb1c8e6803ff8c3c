import t from 'tap';
import { Secret } from '../../src/model/secret.ts';
import { appOf, statusOf } from './app-of.ts';

const MAIN = statusOf('main', []);
const RIGHT = { authorization: 'Bearer c0ffee' };

t.test('with the token the configuration is read anew', async (t) => {
  let reloads = 0;
  const { app } = await appOf(t, [MAIN], {
    token: () => new Secret('c0ffee'),
    reload: async () => {
      reloads += 1;
      return [];
    },
  });
  const response = await app.inject({ method: 'POST', url: '/-/reload', headers: RIGHT });
  t.equal(response.statusCode, 200);
  t.same(response.json(), { status: 'reloaded' });
  t.equal(reloads, 1);
});

t.test('without it, or with another one, nothing happens', async (t) => {
  let reloads = 0;
  const { app, logged } = await appOf(t, [MAIN], {
    token: () => new Secret('c0ffee'),
    reload: async () => {
      reloads += 1;
      return [];
    },
  });
  for (const authorization of [
    undefined,
    'Bearer c0ffe',
    'Bearer c0ffeee',
    'Bearer',
    'Basic c0ffee',
    'c0ffee',
    `Bearer ${'x'.repeat(5000)}`,
  ]) {
    const headers = authorization === undefined ? {} : { authorization };
    const response = await app.inject({ method: 'POST', url: '/-/reload', headers });
    t.equal(response.statusCode, 401, authorization?.slice(0, 20) ?? 'no header');
    t.equal(response.headers['www-authenticate'], 'Bearer');
    t.match(response.json(), { code: 'wrong-token' });
    t.notMatch(response.body, /c0ffee/);
  }
  t.equal(reloads, 0);
  t.notMatch(logged(), /c0ffee/);
});

t.test('without a configured token nobody may', async (t) => {
  const { app } = await appOf(t, [MAIN]);
  const response = await app.inject({ method: 'POST', url: '/-/reload', headers: RIGHT });
  t.equal(response.statusCode, 403);
  t.match(response.json(), { code: 'not-enabled' });
});

t.test('a configuration that cannot be used is explained', async (t) => {
  const problem = 'probe.yaml:3: controllers[0].tunel: unknown key, did you mean "tunnel"?';
  const { app } = await appOf(t, [MAIN], {
    token: () => new Secret('c0ffee'),
    reload: async () => [problem],
  });
  const response = await app.inject({ method: 'POST', url: '/-/reload', headers: RIGHT });
  t.equal(response.statusCode, 422);
  t.match(response.json(), { code: 'invalid-configuration', details: { problems: [problem] } });
});

t.test('the token is checked before the body is read', async (t) => {
  const { app } = await appOf(t, [MAIN], { token: () => new Secret('c0ffee') });
  const json = { 'content-type': 'application/json' };
  const broken = { method: 'POST', headers: json, payload: `{"log":"${'x'.repeat(5000)}` } as const;
  for (const url of ['/-/reload', '/controllers/main/drain', '/controllers/main/undrain', '/diagnose']) {
    t.equal((await app.inject({ ...broken, url })).statusCode, 401, `${url} without`);
    const response = await app.inject({ ...broken, url, headers: { ...json, ...RIGHT } });
    t.equal(response.statusCode, 400, `${url} with it: the body is broken`);
  }
});
