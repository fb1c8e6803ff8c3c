import t from 'tap';
import { AdHocBusy, TargetNotAllowed } from '../../src/daemon/ad-hoc.ts';
import { AllowList, parseAllowEntry } from '../../src/model/allow-list.ts';
import { Secret } from '../../src/model/secret.ts';
import type { Target } from '../../src/model/target.ts';
import { appOf, REPORT, statusOf } from './app-of.ts';

const MAIN = statusOf('main', []);
const ALLOW = new AllowList([parseAllowEntry('*.example.com')]);
const post = (payload: object, headers: Record<string, string> = {}) =>
  ({ method: 'POST', url: '/diagnose', payload, headers }) as const;

t.test('without an allow-list no target but the configured ones', async (t) => {
  const { app, diagnosed } = await appOf(t, [MAIN], {
    diagnoseTarget: () => Promise.reject(new Error('nothing may be dialled')),
  });
  for (const payload of [{ url: 'http://169.254.169.254/' }, { direct: 'b:1' }, { tunnel: 'b:1' }]) {
    const response = await app.inject(post(payload));
    t.equal(response.statusCode, 403);
    t.match(response.json(), { code: 'not-enabled', details: { controllers: ['main'] } });
  }
  t.same(diagnosed, []);
});

t.test('with one, the request becomes a target by the rules of the configuration', async (t) => {
  const seen: { target: Target; depth: string }[] = [];
  const { app } = await appOf(t, [MAIN], {
    allow: () => ALLOW,
    diagnoseTarget: async (target, depth, allow) => {
      t.equal(allow, ALLOW);
      seen.push({ target, depth });
      return REPORT;
    },
  });
  const url = 'https://ci.example.com/jenkins';
  t.same((await app.inject(post({ url }))).json(), REPORT);
  const full = { url, tunnel: 'agents.example.com:50000', websocket: true, depth: 'ping', timeout: '2s' };
  t.equal((await app.inject(post(full))).statusCode, 200);
  t.match(seen, [
    {
      depth: 'handshake',
      target: { name: 'ci.example.com', websocket: 'off', tunnel: null, timeoutMs: 10_000 },
    },
    {
      depth: 'ping',
      target: {
        websocket: 'on',
        tunnel: { host: 'agents.example.com', port: 50_000 },
        timeoutMs: 2000,
      },
    },
  ]);
  for (const { target } of seen) {
    t.equal(target.url?.href, 'https://ci.example.com/jenkins/');
    t.match(target, {
      agent: null,
      credentials: null,
      tls: { ca: null, serverName: null, insecureSkipVerify: false },
    });
    t.same(target.proxy, { always: null, fromEnvironment: null, noProxy: null });
  }
});

t.test('nothing that is a secret, a file, a proxy or a laxer check can be asked for', async (t) => {
  const { app } = await appOf(t, [MAIN], {
    allow: () => ALLOW,
    diagnoseTarget: () => Promise.reject(new Error('nothing may be dialled')),
  });
  const url = 'https://ci.example.com/';
  for (const more of [
    { agent: { name: 'a', secretFile: '/etc/passwd' } },
    { secret: 'x' },
    { credentials: { user: 'a', passwordFile: '/etc/passwd' } },
    { proxy: 'http://proxy:3128' },
    { tls: { caFile: '/etc/passwd' } },
    { caFile: '/etc/passwd' },
    { insecureSkipVerify: true },
    { depth: 'login' },
    { websocket: 'on' },
    { controller: 'main' },
  ]) {
    const response = await app.inject(post({ url, ...more }));
    t.equal(response.statusCode, 400, JSON.stringify(more));
    t.match(response.json(), { code: 'invalid-request' });
  }
});

t.test(
  'what is wrong with a target is said as the configuration says it, by the keys of the request',
  async (t) => {
    const { app } = await appOf(t, [MAIN], { allow: () => ALLOW });
    for (const [payload, path, message] of [
      [{ url: 'ftp://a' }, 'url', /scheme ftp/],
      [{ url: 'http://me:hunter2@ci.example.com/' }, 'url', /must not contain a user or password/],
      [{ url: 'http://a', tunnel: 'b' }, 'tunnel', /has no port/],
      [{ direct: 'b:1' }, 'identity', /direct needs the instance identity/],
      [{ tunnel: 'b:1' }, 'body', /must have a url, or direct with identity/],
      [{ url: 'http://a', identity: 'xx' }, 'identity', /./],
      [{ url: 'http://a', timeout: '1h' }, 'timeout', /from 100ms to 1m/],
      [
        { url: 'http://a', websocket: 'only', tunnel: 'b:1' },
        'tunnel',
        /websocket and tunnel cannot be used together/,
      ],
    ] as const) {
      const response = await app.inject(post(payload));
      t.equal(response.statusCode, 400, JSON.stringify(payload));
      t.match(response.json(), { code: 'invalid-target', details: [{ path, message }] });
      t.notMatch(response.body, /hunter2/);
    }
  },
);

t.test('with a token configured only who has it may', async (t) => {
  let dialled = 0;
  const { app, diagnosed } = await appOf(t, [MAIN], {
    allow: () => ALLOW,
    token: () => new Secret('c0ffee'),
    diagnoseTarget: async () => {
      dialled += 1;
      return REPORT;
    },
  });
  const payload = { url: 'https://ci.example.com/' };
  for (const authorization of ['', 'Bearer c0ffe', 'Basic c0ffee']) {
    const response = await app.inject(post(payload, authorization === '' ? {} : { authorization }));
    t.equal(response.statusCode, 401);
    t.equal(response.headers['www-authenticate'], 'Bearer');
    t.match(response.json(), { code: 'wrong-token' });
  }
  t.equal(dialled, 0);
  t.equal((await app.inject(post(payload, { authorization: 'Bearer c0ffee' }))).statusCode, 200);
  t.equal(dialled, 1);
  t.equal((await app.inject(post({ controller: 'main' }))).statusCode, 200, 'a configured one needs none');
  t.same(diagnosed, ['main']);
});

t.test('refusals', async (t) => {
  let error: Error = new TargetNotAllowed({ host: 'ci.example.com', port: 50_000 });
  const { app, logged } = await appOf(t, [MAIN], {
    allow: () => ALLOW,
    diagnoseTarget: async () => {
      throw error;
    },
  });
  const payload = { url: 'https://ci.example.com/' };
  for (const headers of [{}, { accept: 'text/event-stream' }, { accept: 'text/plain' }]) {
    const refused = await app.inject(post(payload, headers));
    t.equal(refused.statusCode, 403);
    t.same(refused.json(), {
      code: 'target-not-allowed',
      message: 'diagnose.allow does not permit ci.example.com:50000',
      details: { host: 'ci.example.com', port: 50_000 },
    });
  }
  error = new AdHocBusy('too many diagnoses are running');
  const busy = await app.inject(post(payload));
  t.equal(busy.statusCode, 429);
  t.equal(busy.headers['retry-after'], '10');
  t.match(busy.json(), { code: 'too-many-requests' });
  t.equal(logged(), '', 'neither is a bug');
});
