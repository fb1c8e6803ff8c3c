import fc from 'fast-check';
import t from 'tap';
import { type Connection, covers, settingsOf } from '../../../src/kubernetes/discovery/connection.ts';
import { controllerOf } from '../../daemon/settings-of.ts';

const NO_PROXY = { fromEnvironment: null, noProxy: null };
const { target: _, ...schedule } = controllerOf({ web: 15_000, ping: 15_000 });
const PROBE = { ...schedule, timeoutMs: 3000 };

function made(connection: Omit<Connection, 'proxies'>) {
  const result = settingsOf({ proxies: NO_PROXY, ...connection }, PROBE);
  if ('problem' in result) throw new Error(result.problem);
  return result.settings;
}

t.test(
  'a controller is named after its host, and after all in which its connection may differ',
  async (t) => {
    const url = 'https://ci.example.com/jenkins/';
    const plain = made({ url });
    t.match(plain.target.name, /^ci\.example\.com-[0-9a-f]{8}$/);
    t.match(plain, { rise: 2, fall: 3, target: { timeoutMs: 3000 } });
    t.equal(made({ url }).target.name, plain.target.name, 'the same every time');
    t.equal(
      made({ url: 'https://ci.example.com/jenkins' }).target.name,
      plain.target.name,
      'slash or no slash',
    );
    const others = [
      made({ url, tunnel: 'a:1' }),
      made({ url, websocket: 'only' }),
      made({ url: 'http://ci.example.com/jenkins/' }),
      made({ url: 'https://ci.example.com/other/' }),
    ].map(({ target }) => target.name);
    t.equal(new Set([plain.target.name, ...others]).size, 5);
  },
);

t.test('whatever the cluster says, a name can be used or a problem is said', async () => {
  fc.assert(
    fc.property(fc.webUrl(), fc.option(fc.string()), (url, tunnel) => {
      const result = settingsOf({ url, tunnel: tunnel ?? undefined, proxies: NO_PROXY }, PROBE);
      if ('problem' in result) return result.problem.length > 0;
      return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(result.settings.target.name);
    }),
  );
});

t.test('what an agent would not start with is a problem', async (t) => {
  const problemOf = (connection: Omit<Connection, 'proxies'>) => {
    const result = settingsOf({ proxies: NO_PROXY, ...connection }, PROBE);
    return 'problem' in result ? result.problem : '';
  };
  t.match(problemOf({ url: 'http://a/', tunnel: 'http://b:1' }), /^tunnel: .*looks like a URL/);
  t.match(problemOf({ url: 'http://a/', tunnel: 'b:1', websocket: 'only' }), /cannot be used together/);
  t.match(problemOf({ direct: 'a:1' }), /^identity: /);
  t.match(problemOf({ tunnel: 'a:1' }), /must have a url/);
  t.match(problemOf({ url: `http://a/${'x'.repeat(20_000)}` }), /too long/);
});

t.test('a configured controller stands for a discovered one that agents reach in the same way', async (t) => {
  const url = new URL('https://ci.example.com/');
  const found = made({ url: url.href }).target;
  t.ok(covers(controllerOf({}, { url }).target, found));
  t.ok(covers(controllerOf({}, { url, websocket: 'on' }).target, found));
  t.notOk(covers(controllerOf({}, { url, websocket: 'only' }).target, found));
  t.notOk(covers(controllerOf({}, { url, tunnel: { host: 'a', port: 1 } }).target, found));
  t.notOk(covers(controllerOf({}, { url: new URL('https://other/') }).target, found));
});
