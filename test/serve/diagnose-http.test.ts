import { pino } from 'pino';
import t from 'tap';
import { emptySettings } from '../../src/config/file-settings.ts';
import type { Settings } from '../../src/config/settings.ts';
import { AllowList, parseAllowEntry } from '../../src/model/allow-list.ts';
import { Secret } from '../../src/model/secret.ts';
import { startDaemon } from '../../src/serve/daemon.ts';
import { controllerOf } from '../daemon/settings-of.ts';
import { simulate } from '../probe/simulated.ts';

type Simulated = Awaited<ReturnType<typeof simulate>>;

/** Starts a daemon with a controller of this name and without a schedule. */
async function start(
  t: { teardown(close: () => Promise<void>): void },
  { target }: Simulated,
  allow: readonly string[],
) {
  const settings: Settings = {
    ...emptySettings(),
    listen: { host: '127.0.0.1', port: 0 },
    controllers: [{ ...controllerOf({}), target }],
    token: new Secret('c0ffee'),
    allow: allow.length === 0 ? null : new AllowList(allow.map(parseAllowEntry)),
  };
  const daemon = await startDaemon(settings, { logger: pino({ level: 'silent' }) });
  t.teardown(() => daemon.close());
  const url = `http://127.0.0.1:${daemon.address.port}`;
  const post = (body: object, headers: Record<string, string> = {}) =>
    fetch(`${url}/diagnose`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  return { daemon, settings, url, post };
}

t.test('two who follow the same diagnosis get all its steps, and it is made once', async (t) => {
  const simulated = await simulate(t, {}, { name: 'main' });
  const { url } = await start(t, simulated, []);
  const follow = async () => {
    const accept = { accept: 'text/event-stream' };
    return (await fetch(`${url}/diagnose?controller=main`, { headers: accept })).text();
  };
  const [first, second] = await Promise.all([follow(), follow()]);
  t.equal(first.match(/^event: .*$/gm)?.at(-1), 'event: report');
  const steps = (text: string) => text.match(/^event: step\ndata: .*$/gm) ?? [];
  t.ok(steps(first).length >= 9, first);
  t.same(steps(second), steps(first));
  t.match(first, /"step":"identity","entrypoint":"agent-port","address":"127\.0\.0\.1:\d+","outcome":"ok"/);
  const late = await follow();
  t.same(steps(late), steps(first), 'who comes after its end gets it whole');
  t.equal(simulated.simulator.counts.pings, 1, JSON.stringify(simulated.simulator.counts));
});

t.test(
  'an ad-hoc target over HTTP: the token, the allow-list, and a reload that takes it away',
  async (t) => {
    const simulated = await simulate(t, {}, { name: 'main' });
    const { daemon, settings, post } = await start(t, simulated, ['127.0.0.1']);
    const body = { url: simulated.simulator.url };
    const token = { authorization: 'Bearer c0ffee' };
    t.equal((await post(body)).status, 401);
    const good = await post(body, token);
    t.equal(good.status, 200);
    t.match(await good.json(), { controller: '127.0.0.1', verdict: 'reachable', diagnoses: [] });
    const refused = await post({ url: 'http://127.0.0.2:1/' }, token);
    t.equal(refused.status, 403);
    t.match(await refused.json(), { code: 'target-not-allowed', details: { host: '127.0.0.2', port: 1 } });
    await daemon.apply({ ...settings, allow: null });
    const after = await post(body, token);
    t.equal(after.status, 403);
    t.match(await after.json(), { code: 'not-enabled' });
  },
);

t.test('closing does not wait for an ad-hoc diagnosis that hangs', async (t) => {
  const simulated = await simulate(t, { fault: 'web-silent' }, { name: 'main' });
  const { daemon, post } = await start(t, simulated, ['127.0.0.1']);
  const body = { url: simulated.simulator.url, timeout: '1m' };
  const response = await post(body, { authorization: 'Bearer c0ffee', accept: 'text/event-stream' });
  t.equal(response.status, 200, 'the stream has begun');
  const reading = response.text().catch(() => 'cut');
  const startedAt = Date.now();
  await daemon.close();
  t.equal(await reading, 'cut');
  t.ok(Date.now() - startedAt < 2000);
});
