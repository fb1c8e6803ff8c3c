import t from 'tap';
import { ADDRESS, announcing, resultOf } from '../daemon/results.ts';
import { appOf, entrypoint, statusOf } from './app-of.ts';

const FAILED = resultOf('ping', {
  failure: { step: 'ping', reason: 'l4-accept-then-close' },
  evidence: { refusal: 'not to be shown' },
});
const MAIN = statusOf(
  'main',
  [entrypoint('web', 'up'), entrypoint('agent-port', 'down', { lastReason: 'l4-accept-then-close' })],
  [announcing(), FAILED],
  { verdict: 'down' },
);

const SUMMARY = {
  name: 'main',
  url: 'https://jenkins.example.com/',
  verdict: 'down',
  drained: false,
  entrypoints: [
    {
      entrypoint: 'web',
      verdict: 'up',
      stale: false,
      needed: true,
      since: '2026-01-02T03:04:05.000Z',
      lastReason: null,
      ageMs: 1500,
    },
    {
      entrypoint: 'agent-port',
      verdict: 'down',
      stale: false,
      needed: true,
      since: '2026-01-02T03:04:05.000Z',
      lastReason: 'l4-accept-then-close',
      ageMs: 1500,
    },
  ],
};

t.test('the list', async (t) => {
  const { app } = await appOf(t, [MAIN, statusOf('other', [], [], { url: null })]);
  const response = await app.inject('/controllers');
  t.equal(response.statusCode, 200);
  t.same(response.json(), {
    controllers: [SUMMARY, { name: 'other', url: null, verdict: 'unknown', drained: false, entrypoints: [] }],
  });
});

t.test('one controller', async (t) => {
  const { app } = await appOf(t, [MAIN]);
  const response = await app.inject('/controllers/main');
  t.equal(response.statusCode, 200);
  const { results, recent, failures, ...summary } = response.json();
  t.same(summary, SUMMARY);
  t.match(results, [
    { depth: 'web', success: true },
    {
      depth: 'ping',
      entrypoint: 'agent-port',
      startedAt: '2026-01-02T03:04:05.000Z',
      success: false,
      steps: [
        { step: 'port-connect', outcome: 'ok', reason: null, address: ADDRESS },
        { step: 'hello', outcome: 'ok' },
        { step: 'ping', outcome: 'failed', reason: 'l4-accept-then-close', detail: 'went wrong' },
      ],
    },
  ]);
  t.match(recent, [
    { depth: 'ping', step: 'ping' },
    { depth: 'web', step: null, detail: null },
  ]);
  t.equal(failures.length, 1);
  t.notMatch(response.body, /not to be shown/, 'evidence is not part of it');
});

t.test('a history flooded by successes still shows its failures, as many as are asked for', async (t) => {
  const flooded = [
    ...Array.from({ length: 60 }, (_, index) =>
      resultOf('ping', {
        failure: { step: 'ping', reason: 'l4-accept-then-close' },
        startedAt: Date.UTC(2026, 0, 1) + index,
      }),
    ),
    ...Array.from({ length: 1000 }, (_, index) =>
      resultOf('ping', { startedAt: Date.UTC(2026, 0, 2) + index }),
    ),
  ];
  const { app } = await appOf(t, [statusOf('main', [], flooded)]);
  for (const [query, recent, failures] of [
    ['', 50, 50],
    ['?limit=1', 1, 1],
    ['?limit=7', 7, 7],
    ['?limit=100', 100, 50],
  ] as const) {
    const body = (await app.inject(`/controllers/main${query}`)).json();
    t.equal(body.recent.length, recent, query);
    t.equal(body.failures.length, failures, query);
    t.equal(body.recent[0].startedAt, '2026-01-02T00:00:00.999Z', 'newest first');
    t.equal(body.failures[0].startedAt, '2026-01-01T00:00:00.059Z', 'newest first');
    t.ok(body.recent.every(({ success }: { success: boolean }) => success));
  }
  for (const query of ['limit=0', 'limit=101', 'limit=-1', 'limit=1.5', 'limit=x', 'limit=', 'limt=5']) {
    const refused = await app.inject(`/controllers/main?${query}`);
    t.equal(refused.statusCode, 400, query);
    t.match(refused.json(), { code: 'invalid-request', message: /^querystring/ }, query);
  }
});

t.test('a controller that is not there', async (t) => {
  const { app } = await appOf(t, [MAIN]);
  const response = await app.inject('/controllers/nosuch');
  t.equal(response.statusCode, 404);
  t.match(response.json(), { code: 'unknown-controller', details: { controllers: ['main'] } });
});
