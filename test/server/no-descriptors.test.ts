import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { appOf, statusOf } from './app-of.ts';

const SCRIPT = fileURLToPath(new URL('./exhausted-app.ts', import.meta.url));

interface Answer {
  readonly url: string;
  readonly statusCode: number;
  readonly body: string;
}

t.test('without file descriptors every answer is in the usual form', async (t) => {
  const urls = ['/health/nosuch', '/nothing', '/controllers', '/openapi.json', '/health/main'];
  const command = ['-c', 'ulimit -n 256; exec "$@"', 'sh', process.execPath, SCRIPT, ...urls];
  const { stdout, stderr } = spawnSync('sh', command, { encoding: 'utf8' });
  t.equal(stderr, '');
  const { exhausted, free } = JSON.parse(stdout) as Record<'exhausted' | 'free', readonly Answer[]>;
  t.same(
    exhausted.map(({ statusCode }) => statusCode),
    [404, 404, 503, 503, 200],
  );
  for (const { url, body, statusCode } of exhausted) {
    t.notMatch(body, /FST_|EMFILE|node_modules|\.ts\b|too many open/, url);
    if (statusCode !== 200) t.same(Object.keys(JSON.parse(body)).sort(), ['code', 'details', 'message'], url);
  }
  t.same(
    free.map(({ statusCode }) => statusCode),
    [404, 404, 200, 200, 200],
    'nothing is left over',
  );
});

t.test('a bug in the answer to an error tells the client nothing', async (t) => {
  const { app, logged } = await appOf(t, [statusOf('main', [])], {
    now: () => {
      throw new Error('no clock in /work/secret');
    },
  });
  const response = await app.inject({ url: '/nothing', headers: { accept: 'text/html' } });
  t.equal(response.statusCode, 500);
  t.same(response.json(), { code: 'internal-error', message: 'internal error', details: null });
  t.match(logged(), /no clock/);
});
