import t from 'tap';
import {
  isLoginAddress,
  judgeListenerResponse,
  type ListenerResponse,
} from '../../src/protocol/announcement.ts';
import { EC_KEY, RSA_KEY, RSA_MD5 } from './keys.ts';

/** The differences of a response to that of a healthy controller. A header that is undefined is missing. */
type Changes = Partial<ListenerResponse>;

const HEALTHY = {
  'x-jenkins-jnlp-port': '50000',
  'x-hudson-jnlp-port': '50000',
  'x-instance-identity': RSA_KEY,
  'x-jenkins-agent-protocols': 'JNLP4-connect, Ping',
  'x-remoting-minimum-version': '3107.v665000b_51092',
};
/** The headers that Jenkins sends here, all missing. */
const NONE = Object.fromEntries(Object.keys(HEALTHY).map((name) => [name, undefined]));
const NO_PORT = { 'x-jenkins-jnlp-port': undefined, 'x-hudson-jnlp-port': undefined };

function judge({ status = 200, headers = {}, bodyStart = 'Jenkins\n' }: Changes, agentVersion?: string) {
  return judgeListenerResponse(
    { status, headers: { ...HEALTHY, ...headers }, bodyStart },
    'web',
    agentVersion,
  );
}

/** Returns the reason of a refusal, or the address to which the agent would connect. */
function outcome(changes: Changes, agentVersion?: string): string {
  const verdict = judge(changes, agentVersion);
  if (!verdict.ok) return verdict.reason;
  const { host, port } = verdict.announcement.agentPort;
  return `${host} ${port}`;
}

t.test("the agent port's own pages are recognised behind any proxy, and similar ones are not", async (t) => {
  const type = 'text/plain;charset=UTF-8';
  const answers = (status: number, bodyStart: string, headers: Changes['headers'] = {}) =>
    outcome({ status, bodyStart, headers: { ...NONE, ...headers } });
  const itself = 'url-points-at-agent-port';
  t.equal(answers(200, 'Jenkins-Agent-Protocols: JNLP4-connect, Ping\r\n'), itself);
  t.equal(answers(404, 'Not Found\n', { 'content-type': type }), itself);
  t.equal(answers(404, 'Not Found\n', { 'content-type': type, 'x-jenkins': '2.516' }), 'listener-not-found');
  t.equal(answers(404, 'Not Found', { 'content-type': type }), 'listener-not-found');
  t.equal(answers(404, 'Not Found\n', { 'content-type': 'text/plain; charset=utf-8' }), 'listener-not-found');
  t.equal(answers(404, 'Not Found\n'), 'listener-not-found');
});

t.test('an address is one of a login, or is not', async (t) => {
  for (const address of [
    'https://sso.example.com/oauth2/start',
    '/login?from=x',
    '/securityRealm/commenceLogin',
  ]) {
    t.equal(isLoginAddress(address), true, address);
  }
  for (const address of ['https://jenkins.example.com/jenkins/', '/']) {
    t.equal(isLoginAddress(address), false, address);
  }
});

t.test('a healthy controller announces all that an agent needs', async (t) => {
  t.match(judge({}), {
    ok: true,
    announcement: {
      agentPort: { host: 'web', port: 50000 },
      identity: { fingerprint: RSA_MD5 },
      protocols: ['JNLP4-connect', 'Ping'],
      remotingMinimumVersion: '3107.v665000b_51092',
      hostAnnounced: false,
    },
  });
});

t.test('an announced host that is not a host name is refused', async (t) => {
  const hosts = [
    'a b',
    'a\u0085b',
    'a\r\nX: y',
    'a:1 HTTP/1.1',
    'user@a',
    'a/b',
    '[a]',
    'ä',
    'x'.repeat(254),
  ];
  for (const host of hosts) {
    const verdict = judge({ headers: { 'x-jenkins-jnlp-host': host } });
    t.match(verdict, { ok: false, reason: 'invalid-agent-port', detail: /^X-Jenkins-JNLP-Host is / }, host);
    t.notMatch(verdict.ok ? '' : verdict.detail, /\p{Cc}/u);
  }
  for (const host of ['agents_1.example.com.', '10.0.0.7', '::1', '[fe80::1]']) {
    t.equal(outcome({ headers: { 'x-jenkins-jnlp-host': host } }), `${host} 50000`);
  }
});

t.test('an announcement of the least', async (t) => {
  const headers = { ...NONE, 'x-hudson-jnlp-port': '41913', 'x-instance-identity': RSA_KEY };
  t.match(judge({ headers }), {
    ok: true,
    announcement: { agentPort: { port: 41913 }, protocols: null, remotingMinimumVersion: null },
  });
});

t.test('an agent takes', async (t) => {
  for (const [sentence, headers, place] of [
    ['the announced host', { 'x-jenkins-jnlp-host': 'agents' }, 'agents 50000'],
    ['the host of the URL where the announced one is blank', { 'x-jenkins-jnlp-host': ' ' }, 'web 50000'],
    ['the newer of two port headers', { 'x-jenkins-jnlp-port': '50001' }, 'web 50001'],
    ['the older one where it stands alone', { ...NO_PORT, 'x-hudson-jnlp-port': '50002' }, 'web 50002'],
    ['a port with a plus sign', { 'x-jenkins-jnlp-port': '+50000' }, 'web 50000'],
    ['a port with leading zeros', { 'x-jenkins-jnlp-port': '0000000050000' }, 'web 50000'],
    ['a port between blanks', { 'x-jenkins-jnlp-port': ' 50000 ' }, 'web 50000'],
    ['the lowest port', { 'x-jenkins-jnlp-port': '1' }, 'web 1'],
    ['the highest port', { 'x-jenkins-jnlp-port': '65535' }, 'web 65535'],
    [
      'a controller that does not list its protocols',
      { 'x-jenkins-agent-protocols': undefined },
      'web 50000',
    ],
    [
      'one that lists more than it needs',
      { 'x-jenkins-agent-protocols': ',Ping , JNLP4-connect' },
      'web 50000',
    ],
  ] as const) {
    t.equal(outcome({ headers }), place, sentence);
  }
  t.match(judge({ headers: { 'x-jenkins-jnlp-host': 'agents' } }), { announcement: { hostAnnounced: true } });
});

t.test('a minimum version refuses older agents only', async (t) => {
  t.equal(outcome({}, '3107.v665000b_51092'), 'web 50000', 'the same version');
  t.equal(outcome({}, '3355.v388858a_47b_33'), 'web 50000', 'a newer one');
  t.equal(outcome({}), 'web 50000', 'an unknown one');
  t.equal(
    outcome({ headers: { 'x-remoting-minimum-version': undefined } }, '2.0'),
    'web 50000',
    'no minimum',
  );
  t.match(judge({}, '4.13.3'), {
    reason: 'remoting-too-old',
    detail: 'the controller requires remoting 3107.v665000b_51092 or newer, the agents run 4.13.3',
  });
});

t.test('a status that is not 200 refuses', async (t) => {
  const starting = 'Please wait while Jenkins is getting ready to work ...';
  for (const [sentence, changes, reason] of [
    [
      'a redirect to an identity provider',
      { status: 302, headers: { location: 'https://idp/oauth2/start' } },
      'sso-or-login-in-front',
    ],
    [
      'a redirect to a login page',
      { status: 307, headers: { location: '/login?from=%2F' } },
      'sso-or-login-in-front',
    ],
    [
      'a redirect to another scheme',
      { status: 301, headers: { location: 'https://jenkins/' } },
      'discovery-redirect-only',
    ],
    ['a redirect to nowhere', { status: 302 }, 'discovery-redirect-only'],
    ['a choice of places', { status: 300 }, 'discovery-redirect-only'],
    ['a request that is taken for a bad one', { status: 400 }, 'http-status-unexpected'],
    ['a demand for credentials', { status: 401 }, 'sso-or-login-in-front'],
    ['a ban by address', { status: 403, bodyStart: '<h1>403 Forbidden</h1>' }, 'ip-allowlist-403'],
    ['a ban that sets a cookie', { status: 403, headers: { 'set-cookie': 'a=b' } }, 'sso-or-login-in-front'],
    ['a ban with a login form', { status: 403, bodyStart: '<form>Sign in' }, 'sso-or-login-in-front'],
    ['a path that is not there', { status: 404 }, 'listener-not-found'],
    ['a proxy that wants credentials', { status: 407 }, 'proxy-auth-required'],
    ['a controller that starts, by its page', { status: 503, bodyStart: starting }, 'controller-starting'],
    [
      'a controller that restarts, by its page',
      { status: 503, bodyStart: 'Jenkins is restarting' },
      'controller-starting',
    ],
    [
      'a controller that starts, by its header',
      { status: 503, headers: { 'x-jenkins': '2.528.3' } },
      'controller-starting',
    ],
    ['a load balancer without a backend', { status: 503, bodyStart: '' }, 'ingress-no-backend-503'],
    ['a load balancer whose backend is broken', { status: 502 }, 'ingress-no-backend-503'],
    ['a load balancer whose backend is slow', { status: 504 }, 'ingress-no-backend-503'],
    ['any other status', { status: 500 }, 'http-status-unexpected'],
    ['not even no content', { status: 204 }, 'http-status-unexpected'],
    ['a status below all others', { status: 199 }, 'http-status-unexpected'],
  ] as const) {
    t.equal(outcome(changes), reason, sentence);
  }
});

t.test('a page without the headers of Jenkins is refused for what it is', async (t) => {
  const html = { 'content-type': 'text/html' };
  for (const [sentence, { headers, bodyStart }, reason] of [
    ['a login page, by its type', { headers: html, bodyStart: 'Please log in' }, 'sso-or-login-in-front'],
    ['a login page, by its tag', { headers: {}, bodyStart: '<HTML>SAML' }, 'sso-or-login-in-front'],
    [
      'a login page, by its doctype',
      { headers: {}, bodyStart: '<!DOCTYPE html><a href=/login>' },
      'sso-or-login-in-front',
    ],
    ['another application', { headers: html, bodyStart: 'Welcome to nginx!' }, 'not-jenkins-200'],
    ['a text about logins that is no page', { headers: {}, bodyStart: 'login' }, 'not-jenkins-200'],
    ['nothing', { headers: {}, bodyStart: '' }, 'not-jenkins-200'],
    ['the body of Jenkins', { headers: {}, bodyStart: 'Jenkins\n' }, 'headers-stripped-by-proxy'],
    [
      'a page that kept the minimum version',
      { headers: { 'x-remoting-minimum-version': '1' }, bodyStart: '' },
      'headers-stripped-by-proxy',
    ],
    [
      'a page that kept the protocols',
      { headers: { 'x-jenkins-agent-protocols': 'Ping' }, bodyStart: '' },
      'headers-stripped-by-proxy',
    ],
  ] as const) {
    t.equal(outcome({ headers: { ...NONE, ...headers }, bodyStart }), reason, sentence);
  }
});

t.test('an announcement with a hole or a fault is refused', async (t) => {
  for (const [sentence, headers, reason] of [
    ['a port, but no identity', { 'x-instance-identity': undefined }, 'instance-identity-missing'],
    ['a port, and an empty identity', { 'x-instance-identity': '' }, 'instance-identity-missing'],
    [
      'an identity that is cut',
      { 'x-instance-identity': RSA_KEY.slice(0, 300) },
      'instance-identity-invalid',
    ],
    ['an identity of another kind of key', { 'x-instance-identity': EC_KEY }, 'instance-identity-invalid'],
    ['an identity, but no port', NO_PORT, 'headers-stripped-by-proxy'],
    ['a port that is empty', { 'x-jenkins-jnlp-port': '' }, 'invalid-agent-port'],
    ['port 0', { 'x-jenkins-jnlp-port': '0' }, 'invalid-agent-port'],
    ['a port that is disabled', { 'x-jenkins-jnlp-port': '-1' }, 'invalid-agent-port'],
    ['a port above the highest', { 'x-jenkins-jnlp-port': '65536' }, 'invalid-agent-port'],
    ['two ports in one', { 'x-jenkins-jnlp-port': '50000, 50000' }, 'invalid-agent-port'],
    ['an empty list of protocols', { 'x-jenkins-agent-protocols': ' , ' }, 'headers-stripped-by-proxy'],
    ['a list without JNLP4', { 'x-jenkins-agent-protocols': 'Ping, jnlp4-connect' }, 'jnlp4-disabled'],
  ] as const) {
    t.equal(outcome({ headers }), reason, sentence);
  }
});

t.test('the first failure wins, in the order of an agent', async (t) => {
  const defects: readonly (readonly [reason: string, changes: Changes])[] = [
    ['http-status-unexpected', { status: 500 }],
    ['remoting-too-old', { headers: { 'x-remoting-minimum-version': '9999.v0' } }],
    ['instance-identity-invalid', { headers: { 'x-instance-identity': 'AAAA' } }],
    ['headers-stripped-by-proxy', { headers: NO_PORT }],
    ['invalid-agent-port', { headers: { 'x-jenkins-jnlp-port': 'x', 'x-hudson-jnlp-port': 'x' } }],
    ['jnlp4-disabled', { headers: { 'x-jenkins-agent-protocols': 'Ping' } }],
  ];
  for (let subset = 1; subset < 2 ** defects.length; subset++) {
    // The first defect takes precedence, so it is applied last: a missing port is not invalid.
    const chosen = defects.filter((_, i) => (subset >> i) & 1).reverse();
    const headers = Object.assign({}, ...chosen.map(([, changes]) => changes.headers));
    const status = chosen.some(([, changes]) => changes.status) ? 500 : 200;
    const names = chosen.map(([reason]) => reason).reverse();
    t.equal(outcome({ status, headers }, '3355.v388858a_47b_33'), names[0], names.join(', '));
  }
});

t.test('a detail says what came, and how much of it is bounded', async (t) => {
  for (const [changes, detail] of [
    [{ status: 500 }, 'HTTP status 500'],
    [
      { status: 302, headers: { location: 'l'.repeat(9999), server: 's'.repeat(9999) } },
      `HTTP status 302, redirect to ${'l'.repeat(200)} (server: ${'s'.repeat(60)})`,
    ],
    [
      { headers: { 'x-jenkins-jnlp-port': `"${'x'.repeat(9999)}` } },
      `X-Jenkins-JNLP-Port is "\\"${'x'.repeat(39)}"`,
    ],
    [
      { headers: { 'x-instance-identity': '<' } },
      'X-Instance-Identity is invalid: the identity is not base64',
    ],
    [
      { headers: { 'x-jenkins-agent-protocols': 'a,'.repeat(9999) } },
      'the controller offers only a, a, a, a, a, a, a, a',
    ],
  ] as const) {
    const verdict = judge(changes);
    t.equal(verdict.ok ? null : verdict.detail, detail);
  }
});
