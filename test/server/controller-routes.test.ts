import t from 'tap';
import { diagnosisOf } from '../../src/catalogue/diagnosis.ts';
import type { HeldCause } from '../../src/daemon/root-causes.ts';
import { ADDRESS, announcing, resultOf, STARTED_AT, stepsAt } from '../daemon/results.ts';
import { appOf, entrypoint, NO_DETAIL, statusOf } from './app-of.ts';

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
  tunnel: null,
  direct: null,
  verdict: 'down',
  state: 'down',
  since: '2026-01-02T03:04:05.000Z',
  drained: false,
  entrypoints: [
    {
      entrypoint: 'web',
      verdict: 'up',
      stale: false,
      needed: true,
      since: '2026-01-02T03:04:05.000Z',
      lastReason: null,
      lastStep: null,
      lastAddress: null,
      lastDetail: null,
      ageMs: 1500,
      addresses: [{ address: ADDRESS, up: true, step: null, reason: null }],
    },
    {
      entrypoint: 'agent-port',
      verdict: 'down',
      stale: false,
      needed: true,
      since: '2026-01-02T03:04:05.000Z',
      lastReason: 'l4-accept-then-close',
      lastStep: 'ping',
      lastAddress: ADDRESS,
      lastDetail: 'went wrong',
      ageMs: 1500,
      addresses: [{ address: ADDRESS, up: false, step: 'ping', reason: 'l4-accept-then-close' }],
    },
  ],
  rootCauses: [],
};

const NOTHING = { tunnel: null, direct: null, verdict: 'unknown', state: 'unknown', since: null };

t.test('the list', async (t) => {
  const { app } = await appOf(t, [MAIN, statusOf('other', [], [], { url: null })]);
  const response = await app.inject('/controllers');
  t.equal(response.statusCode, 200);
  t.same(response.json(), {
    controllers: [
      SUMMARY,
      { name: 'other', url: null, ...NOTHING, drained: false, entrypoints: [], rootCauses: [] },
    ],
  });
});

t.test('one controller', async (t) => {
  const { app } = await appOf(t, [MAIN]);
  const response = await app.inject('/controllers/main');
  t.equal(response.statusCode, 200);
  const { results, recent, failures, ...rest } = response.json();
  t.match(rest, SUMMARY);
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
    t.match(refused.json(), { code: 'invalid-request', message: /^query\./ }, query);
  }
});

t.test('a controller that is not there', async (t) => {
  const { app } = await appOf(t, [MAIN]);
  const response = await app.inject('/controllers/nosuch');
  t.equal(response.statusCode, 404);
  t.match(response.json(), { code: 'unknown-controller', details: { controllers: ['main'] } });
});

t.test('root causes come with their title, confidence, remedy, since and an absolute link', async (t) => {
  const diagnosis = diagnosisOf('l4-accept-then-close', ['closed without a byte']);
  const causes: readonly HeldCause[] = [{ diagnosis, since: STARTED_AT, from: 'probes' }];
  for (const [docsUrl, docs] of [
    [null, 'http://localhost:80/diagnoses/l4-accept-then-close'],
    ['https://docs.example.com/#', 'https://docs.example.com/#l4-accept-then-close'],
  ] as const) {
    const { app } = await appOf(t, [MAIN], { rootCauses: () => causes, docsUrl: () => docsUrl });
    for (const answer of [
      (await app.inject('/controllers')).json().controllers[0],
      (await app.inject('/controllers/main')).json(),
    ]) {
      const wanted = { ...diagnosis, docs, since: '2026-01-02T03:04:05.000Z', from: 'probes' };
      t.same(answer.rootCauses, [wanted]);
    }
  }
});

t.test('one of two addresses that fails makes a controller degraded, and the list says which', async (t) => {
  const failure = { step: 'port-connect', reason: 'agent-port-refused' } as const;
  const steps = [...stepsAt('ping', ADDRESS), ...stepsAt('ping', '10.0.0.8:50000', failure)];
  const half = statusOf('half', [entrypoint('agent-port', 'up')], [resultOf('ping', { steps })], {
    verdict: 'up',
  });
  const { app } = await appOf(t, [half]);
  t.match((await app.inject('/controllers')).json().controllers[0], {
    verdict: 'up',
    state: 'degraded',
    entrypoints: [
      {
        addresses: [
          { address: ADDRESS, up: true, step: null, reason: null },
          { address: '10.0.0.8:50000', up: false, ...failure },
        ],
      },
    ],
  });
});

t.test('what the evidence tells of a controller is part of its detail', async (t) => {
  const certificate = {
    address: '10.0.0.1:443',
    entrypoint: 'web',
    subject: 'CN=jenkins.example.com',
    issuer: 'CN=authority',
    altNames: [],
    notBefore: 0,
    notAfter: Date.UTC(2026, 5, 1),
    sha256: 'ab:cd',
  } as const;
  const presented = [{ address: ADDRESS, fingerprint: 'bb' }];
  const identity = { published: 'aa', pinned: null, presented };
  const unreadable = { ...certificate, address: '10.0.0.2:443', notAfter: Number.NaN };
  const results = [
    resultOf('web', { evidence: { certificates: [certificate, unreadable] } }),
    resultOf('handshake', { evidence: { identity } }),
  ];
  const change = { entrypoint: 'web', from: 'unknown', to: 'up', step: null, reason: null } as const;
  const { app } = await appOf(t, [statusOf('main', [], results)], {
    detail: () => ({
      ...NO_DETAIL,
      changes: [{ at: STARTED_AT, ...change }],
      schedule: [{ depth: 'web', entrypoint: 'web', cadenceMs: 15_000, pauseMs: 15_000.4, dueInMs: 12.3456 }],
      lastStart: STARTED_AT,
    }),
  });
  const { altNames: _, notBefore: __, ...shown } = certificate;
  t.match((await app.inject('/controllers/main')).json(), {
    announced: null,
    identity,
    certificates: [
      { ...shown, notAfter: '2026-06-01T00:00:00.000Z' },
      { address: '10.0.0.2:443', notAfter: null },
    ],
    jenkins: { version: null, session: null },
    lastStart: '2026-01-02T03:04:05.000Z',
    changes: [{ at: '2026-01-02T03:04:05.000Z', ...change }],
    schedule: [{ depth: 'web', entrypoint: 'web', cadenceMs: 15_000, pauseMs: 15_000, dueInMs: 12 }],
    budget: { spent: 3, limit: 30 },
  });
});
