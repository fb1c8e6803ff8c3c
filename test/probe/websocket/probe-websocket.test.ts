import t from 'tap';
import { firstFailure } from '../../../src/model/result.ts';
import { Secret } from '../../../src/model/secret.ts';
import { probeWeb } from '../../../src/probe/web/probe-web.ts';
import { probeWebSocket } from '../../../src/probe/websocket/probe-websocket.ts';
import { simulate } from '../simulated.ts';

t.test('by default one CLI round trip: no credentials are sent, and the node stays offline', async (t) => {
  const { simulator, target } = await simulate(t);
  const result = await probeWebSocket(target);
  t.equal(result.success, true, JSON.stringify(result.steps));
  t.strictSame(
    result.steps.map(({ step, outcome }) => [step, outcome]),
    [
      ['ws-upgrade', 'ok'],
      ['ws-roundtrip', 'ok'],
    ],
  );
  t.equal(result.connections, 2, 'login, as an agent asks it, and the WebSocket');
  t.match(simulator.counts, { online: 0, logins: 0, websockets: 1 });
});

t.test('a login is made when asked for, and takes the node online for a moment', async (t) => {
  const { simulator, target } = await simulate(t);
  const result = await probeWebSocket(target, { login: true });
  t.equal(result.success, true, JSON.stringify(result.steps));
  t.equal(simulator.counts.online, 1);
});

t.test('the controller refuses an agent in its own words', async (t) => {
  const { target } = await simulate(t, {
    agents: { canary: { secret: 'right' }, busy: { secret: 'right', state: 'connected' } },
  });
  for (const [name, secret, reason] of [
    ['canary', 'wrong', 'wrong-secret'],
    ['nobody', 'right', 'unknown-client-name'],
    ['busy', 'right', 'already-connected'],
  ] as const) {
    const result = await probeWebSocket(
      { ...target, agent: { name, secret: new Secret(secret) } },
      { login: true },
    );
    t.match(firstFailure(result), { step: 'ws-login', reason }, `${name} with ${secret}`);
    t.notOk(JSON.stringify(result).includes(secret === 'right' ? '"right"' : 'wrong secret'));
  }
});

t.test('a WebSocket agent needs login to answer 200 first', async (t) => {
  const { target } = await simulate(t, { publishOnly: 'listener' });
  for (const login of [false, true]) {
    const result = await probeWebSocket(target, { login });
    t.match(firstFailure(result), { step: 'ws-upgrade', reason: 'ws-login-precheck-fails', detail: /404/ });
  }
});

t.test('an agent may have any name: it goes over HTTP as UTF-8', async (t) => {
  const name = 'ビルド-é';
  const wire = Buffer.from(name).toString('latin1');
  const { simulator, target } = await simulate(t, { agents: { [wire]: { secret: 'right' } } });
  const agent = { name, secret: new Secret('right') };
  t.equal((await probeWeb({ ...target, agent })).success, true);
  const result = await probeWebSocket({ ...target, agent }, { login: true });
  t.equal(result.success, true, JSON.stringify(result.steps));
  t.equal(simulator.counts.online, 1);
});
