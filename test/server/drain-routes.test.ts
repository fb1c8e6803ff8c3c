import t from 'tap';
import { Secret } from '../../src/model/secret.ts';
import { appOf, entrypoint, statusOf } from './app-of.ts';

const UP = statusOf('up', [entrypoint('web', 'up'), entrypoint('agent-port', 'up')]);
const DOWN = statusOf('down', [entrypoint('agent-port', 'down')]);
const DRAINED = statusOf('drained', UP.entrypoints, [], { drained: true });

t.test('a controller is taken out and in again by whoever has the token', async (t) => {
  const calls: unknown[] = [];
  const { app } = await appOf(t, [UP], {
    token: () => new Secret('c0ffee'),
    drain: (...call) => calls.push(call),
  });
  const headers = { authorization: 'Bearer c0ffee' };
  for (const [path, drained] of [
    ['drain', true],
    ['undrain', false],
  ] as const) {
    const response = await app.inject({ method: 'POST', url: `/controllers/up/${path}`, headers });
    t.equal(response.statusCode, 200);
    t.same(response.json(), { controller: 'up', drained });
  }
  t.same(calls, [
    ['up', true],
    ['up', false],
  ]);
  t.equal((await app.inject({ method: 'POST', url: '/controllers/up/drain' })).statusCode, 401);
  t.equal((await app.inject({ method: 'POST', url: '/controllers/nobody/drain', headers })).statusCode, 404);
  t.equal(calls.length, 2);
});

t.test('one that is taken out is not healthy, at any of its doors, whatever its verdict', async (t) => {
  const { app } = await appOf(t, [UP, DRAINED, DOWN]);
  const drained = await app.inject('/health/drained');
  t.equal(drained.statusCode, 503);
  t.match(drained.json(), { status: 'drain' });
  t.equal(drained.headers['health-verdict'], 'drain');
  t.equal((await app.inject('/health/drained?entrypoint=web')).statusCode, 503);
  t.match((await app.inject('/health')).json(), {
    status: 'down',
    parts: { up: 'up', drained: 'drain', down: 'down' },
  });
  const { app: two } = await appOf(t, [UP, DRAINED]);
  t.match((await two.inject('/health')).json(), { status: 'drain' });
  t.match((await two.inject('/controllers/drained')).json(), { drained: true, verdict: 'unknown' });
});
