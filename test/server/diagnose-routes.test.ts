import t from 'tap';
import type { ExtraCheckPermissions } from '../../src/model/extra-check-permissions.ts';
import { Secret } from '../../src/model/secret.ts';
import { renderReport } from '../../src/report/render-report.ts';
import { appOf, REPORT, statusOf } from './app-of.ts';

const MAIN = statusOf('main', []);

t.test('a report as JSON, whole', async (t) => {
  const { app, diagnosed } = await appOf(t, [MAIN]);
  const posted = await app.inject({ method: 'POST', url: '/diagnose', payload: { controller: 'main' } });
  t.equal(posted.statusCode, 200);
  t.match(posted.headers['content-type'], /^application\/json/);
  t.same(posted.json(), REPORT);
  const got = await app.inject('/diagnose?controller=main');
  t.same(got.json(), REPORT);
  t.same(diagnosed, ['main', 'main']);
});

t.test('a report as text, as the command line prints it', async (t) => {
  const { app } = await appOf(t, [MAIN]);
  const response = await app.inject({ url: '/diagnose?controller=main', headers: { accept: 'text/plain' } });
  t.equal(response.statusCode, 200);
  t.equal(response.headers['content-type'], 'text/plain; charset=utf-8');
  t.equal(response.body, renderReport(REPORT));
  t.match(response.body, /l4-accept-then-close/);
});

t.test('what costs the controller more is done where it is asked for, and is bounded', async (t) => {
  const allowed: ExtraCheckPermissions[] = [];
  const { app } = await appOf(t, [MAIN], {
    token: () => new Secret('c0ffee'),
    diagnose: async (_name, permissions) => {
      allowed.push(permissions);
      return REPORT;
    },
  });
  const headers = { authorization: 'Bearer c0ffee' };
  const post = (more: object) =>
    app.inject({ method: 'POST', url: '/diagnose', headers, payload: { controller: 'main', ...more } });
  t.equal((await post({})).statusCode, 200);
  t.equal((await post({ deep: true, hold: '400s' })).statusCode, 200);
  t.equal((await app.inject('/diagnose?controller=main')).statusCode, 200);
  t.same(allowed, [
    { deep: false, holdMs: null },
    { deep: true, holdMs: 400_000 },
    { deep: false, holdMs: null },
  ]);
  for (const hold of ['2h', '0s', '', 'for ever', '-1s']) {
    t.equal((await post({ hold })).statusCode, 400, hold);
  }
  t.equal(allowed.length, 3);
});

t.test('deep and hold need a token, also where none is configured', async (t) => {
  for (const [token, status] of [
    [null, 403],
    [new Secret('c0ffee'), 401],
  ] as const) {
    const { app, diagnosed } = await appOf(t, [MAIN], { token: () => token });
    for (const more of [{ deep: true }, { hold: '400s' }]) {
      const payload = { controller: 'main', ...more };
      t.equal((await app.inject({ method: 'POST', url: '/diagnose', payload })).statusCode, status);
    }
    t.same(diagnosed, []);
  }
});

t.test('wrong requests', async (t) => {
  const { app, diagnosed } = await appOf(t, [MAIN]);
  const post = (payload: unknown) =>
    app.inject({
      method: 'POST',
      url: '/diagnose',
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify(payload),
    });
  for (const payload of [
    {},
    [],
    null,
    'main',
    { controler: 'main' },
    { controller: 1 },
    { controller: '' },
  ]) {
    const response = await post(payload);
    t.equal(response.statusCode, 400, JSON.stringify(payload));
    t.match(response.json(), { code: 'invalid-request', message: /^body/ });
  }
  const unknown = await post({ controller: 'nosuch' });
  t.equal(unknown.statusCode, 404);
  t.match(unknown.json(), { code: 'unknown-controller', details: { controllers: ['main'] } });
  t.equal((await post({ controller: '__proto__' })).statusCode, 404);
  t.equal((await app.inject('/diagnose')).statusCode, 400);
  t.equal((await app.inject({ method: 'HEAD', url: '/diagnose?controller=main' })).statusCode, 404);
  t.same(diagnosed, []);
});
