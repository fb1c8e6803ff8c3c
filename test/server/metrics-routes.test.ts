import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { appOf, statusOf } from './app-of.ts';

const SOURCE = { contentType: 'text/plain', constantLabels: {} };

t.test(
  'those that ask for metrics at the same time share one text, the next ones get a new one',
  async (t) => {
    const waiting: PromiseWithResolvers<string>[] = [];
    const asked = Promise.withResolvers<void>();
    const text = () => {
      const made = Promise.withResolvers<string>();
      waiting.push(made);
      asked.resolve();
      return made.promise;
    };
    const { app } = await appOf(t, [statusOf('main', [])], { metrics: { ...SOURCE, text } });
    const get = async () => {
      const { statusCode, body } = await app.inject('/metrics');
      return [statusCode, body];
    };
    const all = Promise.all(Array.from({ length: 50 }, get));
    await asked.promise;
    // This is the answer of another route: the earlier requests have reached the server, too.
    await app.inject('/livez');
    t.equal(waiting.length, 1);
    waiting[0]?.resolve('up 1\n');
    for (const got of await all) t.strictSame(got, [200, 'up 1\n']);

    const failing = get();
    await app.inject('/livez');
    waiting[1]?.reject(new Error('no'));
    t.equal((await failing)[0], 500);
    const next = get();
    await app.inject('/livez');
    t.equal(waiting.length, 3, 'a failure is shared no longer than a text');
    waiting[2]?.resolve('up 2\n');
    t.strictSame(await next, [200, 'up 2\n']);
  },
);

t.test('the text is compressed for those that accept gzip', async (t) => {
  const metrics = { ...SOURCE, text: async () => 'up 1\n'.repeat(1000) };
  const { app } = await appOf(t, [statusOf('main', [])], { metrics });
  for (const [accepted, compressed] of [
    ['gzip', true],
    ['deflate, GZIP;q=0.5', true],
    ['br, gzip ; q=1.0', true],
    ['gzip;q=0', false],
    ['gzip;q=0.00', false],
    ['xgzip, identity', false],
    ['', false],
  ] as const) {
    const { headers, rawPayload } = await app.inject({
      url: '/metrics',
      headers: { 'accept-encoding': accepted },
    });
    t.equal(headers['content-encoding'], compressed ? 'gzip' : undefined, accepted);
    t.equal(headers.vary, 'accept-encoding');
    const text = compressed ? gunzipSync(rawPayload) : rawPayload;
    t.equal(text.toString(), 'up 1\n'.repeat(1000), accepted);
    if (compressed) t.ok(rawPayload.length < 100, accepted);
  }
});
