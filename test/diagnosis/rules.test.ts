import t from 'tap';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { atMost, isSurer } from '../../src/catalogue/entry.ts';
import { diagnose, RULES } from '../../src/diagnosis/diagnose.ts';
import { beyondStep, describeStep, limitOf } from '../../src/diagnosis/diagnosis-rule.ts';
import { gatherEvidence } from '../../src/diagnosis/evidence.ts';
import type { CheckResult, ExtraCheck, ExtraCheckEvidence } from '../../src/model/extra-check.ts';
import type { ProbeResult } from '../../src/model/result.ts';
import type { Asked } from '../../src/model/survey.ts';
import { PEER_REASONS } from '../../src/protocol/peer-bytes.ts';
import type { Reason } from '../../src/protocol/reason.ts';
import { announcement, hello, PORT, page, portBroken, portOk, result, surveyOf, webOk } from './surveys.ts';

interface Case {
  readonly rule: string;
  readonly name: string;
  readonly results: readonly ProbeResult[];
  readonly asked?: Partial<Asked>;
  readonly checks?: readonly CheckResult[];
  /** The first diagnosis and its confidence; where a rule must not hold, its neighbour. */
  readonly first: string | null;
  /** Nothing else is said. */
  readonly only?: true;
}

function look(kind: ExtraCheck['kind'], evidence: ExtraCheckEvidence): CheckResult {
  return { check: { kind, why: 'to know' } as ExtraCheck, evidence, result: 'seen', spent: {} };
}

const OWN = '11:11';
const OTHER = '22:22';
const identity = (published: string | null, pinned: string | null, ...presented: string[]) => ({
  identity: {
    published,
    pinned,
    presented: presented.map((fingerprint) => ({ address: PORT, fingerprint })),
  },
});
const listenerFails = (reason: Parameters<typeof portBroken>[1], evidence: ProbeResult['evidence'] = {}) =>
  result(
    'web',
    false,
    [
      ['web-connect', 'ok'],
      ['listener', 'failed', reason],
    ],
    {
      listenerResponse: page(404),
      ...evidence,
    },
  );
const repeat = (sessions: readonly string[], loginSession: string | null) =>
  look('repeat-hello', {
    kind: 'repeat-hello',
    hellos: sessions.map((session) => ({ session, server: null })),
    missed: [],
    loginSession,
  });
const elsewhere = (place: 'announced' | 'url-host' | 'port-50000', found: boolean) =>
  look('other-place', {
    kind: 'other-place',
    place,
    at: { host: 'other.example.com', port: 50000 },
    hello: found ? { session: 'aa', server: null } : null,
  });
const bothSilent = portBroken('ping', 'listener-accepts-but-silent', {}, [
  ['port-connect', 'ok'],
  ['hello', 'warning', 'listener-accepts-but-silent'],
]);
const bothClosed = portBroken('ping', 'l4-accept-then-close', {}, [
  ['port-connect', 'ok'],
  ['hello', 'warning', 'l4-accept-then-close'],
]);
const tlsHello = (subject: string | null) =>
  look('tls-hello', {
    kind: 'tls-hello',
    certificate: subject === null ? null : { subject, issuer: 'CN=A public authority' },
  });
const large = (answered: boolean, complete: boolean, bytes: number) =>
  look('large-web', { kind: 'large-web', answered, complete, bytes });
const ackAfter = (ms: number, pingMs = 3) =>
  result('agent-port', true, [
    ['port-connect', 'ok'],
    ['hello', 'ok', null, PORT, 2],
    ['ping', 'ok', null, PORT, pingMs],
    ['ack', 'ok', null, PORT, ms],
    ['tls', 'ok'],
    ['identity', 'ok'],
  ]);
const addresses = (entrypoint: 'web' | 'agent-port', ...states: readonly (readonly [string, boolean])[]) =>
  result(
    entrypoint,
    states.some(([, works]) => works),
    states.map(([address, works]) =>
      works
        ? [entrypoint === 'web' ? 'listener' : 'ping', 'ok', null, address]
        : [
            entrypoint === 'web' ? 'web-connect' : 'port-connect',
            'failed',
            entrypoint === 'web' ? 'discovery-connect-timeout' : 'agent-port-timeout-filtered',
            address,
          ],
    ),
    entrypoint === 'web' ? { listenerResponse: page(200), announcement: announcement() } : {},
  );
const held = (kind: 'hold-port' | 'hold-websocket', outcome: 'survived' | 'cut' | 'dead', heldMs: number) =>
  look(kind, { kind, outcome, heldMs });
const DAY = 86_400_000;
const certificate = (reason: 'cert-expired' | 'cert-not-yet-valid' | 'cert-name-mismatch') =>
  result('web', false, [
    ['web-connect', 'ok'],
    ['web-tls', 'failed', reason],
  ]);
const date = (offsetMs: number | null) => look('unverified-date', { kind: 'unverified-date', offsetMs });
const refused = portBroken('port-connect', 'agent-port-refused');
const unreachable = result('agent-port', false, [
  ['port-connect', 'failed', 'network-unreachable', '10.0.0.1:50000'],
]);
const filtered = portBroken('port-connect', 'agent-port-timeout-filtered');

/** An agent port that answers hello and Ping, at depth ping. */
const pingOk = (evidence: ProbeResult['evidence'] = {}) =>
  result(
    'agent-port',
    true,
    [
      ['port-connect', 'ok', null, PORT],
      ['hello', 'ok', null, PORT],
      ['ping', 'ok', null, PORT],
    ],
    evidence,
  );
const again = (...reasons: readonly (Reason | null)[]) =>
  look('repeat-web', {
    kind: 'repeat-web',
    answers: reasons.map((reason) => ({ reason, detail: reason ?? 'as Jenkins answers' })),
  });
const missedHello = (reason: Reason) =>
  look('repeat-hello', {
    kind: 'repeat-hello',
    hellos: [{ session: 'aa', server: null }],
    missed: [{ reason, detail: reason }],
    loginSession: null,
  });

/** Every cause that one of several backends can have, met by a repeated request alone, and met by all of them. */
const ALTERNATING: readonly Case[] = [
  ...(
    [
      'url-points-at-agent-port',
      'ingress-no-backend-503',
      'not-jenkins-200',
      'listener-not-found',
      'listener-closed',
      'listener-timeout',
      'response-malformed',
      'connection-reset',
      'http-status-unexpected',
      'ip-allowlist-403',
      'sso-or-login-in-front',
    ] as const
  ).flatMap((code): readonly Case[] => [
    {
      rule: code,
      name: 'one of several requests gets it, where the first was answered',
      results: [webOk(), portOk()],
      checks: [again(null, code)],
      first: `${code} ${atMost('likely', CATALOGUE[code].confidence)}`,
    },
    {
      rule: code,
      name: 'the first request gets it, a later one does not',
      results: [listenerFails(code)],
      checks: [again(null, code)],
      first: `${code} ${atMost('likely', CATALOGUE[code].confidence)}`,
    },
    {
      rule: code,
      name: 'not alternating: every request is answered',
      results: [webOk(), portOk()],
      checks: [again(null, null)],
      first: null,
    },
  ]),
  ...[
    ...PEER_REASONS,
    ...([
      'l4-accept-then-close',
      'listener-accepts-but-silent',
      'agent-port-refused',
      'agent-port-timeout-filtered',
    ] as const),
  ].flatMap((code): readonly Case[] => [
    {
      rule: code,
      name: 'a further hello gets it, where all steps went well',
      results: [webOk(), portOk()],
      checks: [missedHello(code)],
      first: `${code} likely`,
    },
    {
      rule: code,
      name: 'hello and handshake get it, the ping in between does not',
      results: [
        webOk(),
        result('agent-port', false, [
          ['port-connect', 'ok', null, PORT],
          ['hello', 'warning', code, PORT],
          ['ping', 'ok', null, PORT],
          ['ack', 'failed', code === 'l4-accept-then-close' ? 'jnlp4-closed-no-ack' : code, PORT],
        ]),
      ],
      first: `${code} likely`,
      only: true,
    },
    {
      rule: code,
      name: 'not alternating: every hello is answered',
      results: [webOk(), portOk()],
      checks: [repeat(['aa', 'aa'], null)],
      first: null,
    },
  ]),
];

const CASES: readonly Case[] = [
  ...ALTERNATING,
  {
    rule: 'not-jenkins-200',
    name: 'agents use only WebSocket, and another application answers every page',
    results: [
      result('web', true, [['listener', 'warning', 'not-jenkins-200']], { loginResponse: page(200) }),
      result('websocket', false, [['ws-upgrade', 'failed', 'ws-upgrade-stripped']]),
    ],
    asked: { websocket: 'only' },
    first: 'not-jenkins-200 likely',
    only: true,
  },
  {
    rule: 'wrong-context-path',
    name: 'agents use only WebSocket, and neither page is of Jenkins',
    results: [
      result('web', true, [['listener', 'warning', 'listener-not-found']], { loginResponse: page(404) }),
      result('websocket', false, [['ws-upgrade', 'failed', 'ws-login-precheck-fails']]),
    ],
    asked: { websocket: 'only' },
    first: 'wrong-context-path likely',
    only: true,
  },
  {
    rule: 'clock-skew',
    name: 'a certificate that has expired for our clock alone',
    results: [certificate('cert-expired')],
    checks: [date(-30 * DAY)],
    first: 'clock-skew likely',
  },
  {
    rule: 'clock-skew',
    name: 'not: both clocks agree',
    results: [certificate('cert-expired')],
    checks: [date(500)],
    first: 'cert-expired certain',
  },
  {
    rule: 'clock-skew',
    name: 'not the cause: our clock is behind, which makes no certificate look expired',
    results: [certificate('cert-expired')],
    checks: [date(30 * DAY)],
    first: 'cert-expired certain',
  },
  {
    rule: 'cert-expired',
    name: 'both clocks agree',
    results: [certificate('cert-expired')],
    checks: [date(500)],
    first: 'cert-expired certain',
  },
  {
    rule: 'cert-expired',
    name: 'not known: the clock of the controller was not seen',
    results: [certificate('cert-expired')],
    first: 'cert-expired likely',
  },
  {
    rule: 'cert-expired',
    name: 'at one of two addresses: that only some fail comes first',
    results: [
      result('web', true, [
        ['listener', 'ok', null, '10.0.0.2:443'],
        ['web-tls', 'failed', 'cert-expired', '10.0.0.3:443'],
      ]),
    ],
    checks: [date(500)],
    first: 'one-az-of-many-dead certain',
  },
  {
    rule: 'cert-not-yet-valid',
    name: 'too new by both clocks, the one that is behind among them',
    results: [certificate('cert-not-yet-valid')],
    checks: [date(-30 * DAY)],
    first: 'cert-not-yet-valid certain',
  },
  {
    rule: 'cert-not-yet-valid',
    name: 'not: the controller is ahead',
    results: [certificate('cert-not-yet-valid')],
    checks: [date(30 * DAY)],
    first: 'clock-skew likely',
  },
  {
    rule: 'clock-skew',
    name: 'not: the name does not match, whatever the time',
    results: [certificate('cert-name-mismatch')],
    checks: [date(null)],
    first: 'cert-name-mismatch certain',
  },
  {
    rule: 'agent-port-disabled',
    name: "Jenkins' own 404",
    results: [listenerFails('listener-not-found', { listenerResponse: page(404, { version: '2.516' }) })],
    first: 'agent-port-disabled certain',
  },
  {
    rule: 'agent-port-disabled',
    name: 'less sure where the tunnel answers all the same',
    results: [
      listenerFails('listener-not-found', { listenerResponse: page(404, { version: '2.516' }) }),
      portOk(),
    ],
    asked: { way: 'tunnel' },
    first: 'agent-port-disabled likely',
  },
  {
    rule: 'agent-port-disabled',
    name: 'not: nothing says that Jenkins is behind it',
    results: [listenerFails('listener-not-found', { loginResponse: page(502) })],
    first: 'listener-not-found possible',
  },
  {
    rule: 'headers-stripped-by-proxy',
    name: 'not: the agent port shows no key either',
    results: [listenerFails('instance-identity-missing'), refused],
    asked: { way: 'tunnel' },
    first: 'instance-identity-missing likely',
  },
  {
    rule: 'random-agent-port',
    name: 'not: always the same, usual port',
    results: [webOk(), refused],
    asked: { earlierPorts: [50000] },
    first: 'agent-port-refused likely',
  },
  {
    rule: 'listener-thread-dead',
    name: 'not: another address than that of Jenkins',
    results: [webOk({ listenerResponse: page(200, { server: 'Jetty(12.0.25)' }) }), refused],
    first: 'agent-port-refused likely',
  },
  {
    rule: 'listener-accepts-but-silent',
    name: 'not known to be the controller: the web door is quick',
    results: [webOk(), bothSilent],
    first: 'listener-accepts-but-silent likely',
  },
  {
    rule: 'hello-refused',
    name: 'not: Ping is not answered either',
    results: [webOk(), bothSilent],
    first: 'listener-accepts-but-silent likely',
  },
  {
    rule: 'jnlp4-tls-timeout',
    name: 'not ruled out: the page is too small to tell',
    results: [webOk(), portBroken('tls', 'jnlp4-tls-timeout')],
    checks: [large(true, true, 600)],
    first: 'jnlp4-tls-timeout likely',
  },
  {
    rule: 'identity-stale-direct',
    name: 'not: nothing is pinned',
    results: [webOk(), portBroken('identity', 'identity-mismatch', identity(OWN, null, OTHER))],
    first: 'identity-mismatch likely',
  },
  {
    rule: 'identity-mismatch',
    name: 'not: all keys agree',
    results: [webOk(), portOk(identity(OWN, OWN, OWN))],
    first: null,
  },
  {
    rule: 'wrong-context-path',
    name: 'neither page is of Jenkins',
    results: [listenerFails('listener-not-found', { loginResponse: page(404) })],
    first: 'wrong-context-path likely',
  },
  {
    rule: 'wrong-context-path',
    name: 'not: login could not be asked',
    results: [listenerFails('listener-not-found')],
    first: 'listener-not-found possible',
  },
  {
    rule: 'headers-stripped-by-proxy',
    name: 'the header is missing, the key is there',
    results: [listenerFails('instance-identity-missing'), portOk(identity(null, null, OWN))],
    asked: { way: 'tunnel' },
    first: 'headers-stripped-by-proxy likely',
  },
  {
    rule: 'headers-stripped-by-proxy',
    name: 'surer where page and port are the same process',
    results: [
      listenerFails('instance-identity-missing', {
        loginResponse: page(200, { version: '2', session: 'aa' }),
      }),
      portOk(identity(null, null, OWN)),
    ],
    asked: { way: 'tunnel' },
    first: 'headers-stripped-by-proxy certain',
  },
  {
    rule: 'headers-stripped-by-proxy',
    name: '502 for this page alone, while Jenkins answers login through the same door',
    results: [
      listenerFails('ingress-no-backend-503', {
        listenerResponse: page(502),
        loginResponse: page(200, { version: '2.516' }),
      }),
    ],
    first: 'headers-stripped-by-proxy likely',
    only: true,
  },
  {
    rule: 'headers-stripped-by-proxy',
    name: 'not: 502 for login as well',
    results: [
      listenerFails('ingress-no-backend-503', { listenerResponse: page(502), loginResponse: page(502) }),
    ],
    first: 'ingress-no-backend-503 likely',
  },
  {
    rule: 'headers-stripped-by-proxy',
    name: 'not: 503, which no proxy says for an answer that it got',
    results: [
      listenerFails('ingress-no-backend-503', {
        listenerResponse: page(503),
        loginResponse: page(200, { version: '2.516' }),
      }),
    ],
    first: 'ingress-no-backend-503 likely',
  },
  {
    rule: 'instance-identity-missing',
    name: 'the header is missing, and JNLP4 fails',
    results: [listenerFails('instance-identity-missing'), portBroken('ack', 'jnlp4-closed-no-ack')],
    asked: { way: 'tunnel' },
    first: 'instance-identity-missing certain',
  },
  {
    rule: 'instance-identity-missing',
    name: 'less sure where the agent port could not be asked',
    results: [listenerFails('instance-identity-missing')],
    first: 'instance-identity-missing likely',
  },
  {
    rule: 'sso-or-login-in-front',
    name: 'the login that discovery met stops the WebSocket too',
    results: [
      result('web', true, [['listener', 'warning', 'sso-or-login-in-front']]),
      result('websocket', false, [['ws-upgrade', 'failed', 'ws-blocked-by-proxy']], {
        websocketResponse: page(302),
      }),
    ],
    asked: { websocket: 'only' },
    first: 'sso-or-login-in-front likely',
  },
  {
    rule: 'sso-or-login-in-front',
    name: 'not: the WebSocket is stopped in another way',
    results: [
      result('web', true, [['listener', 'warning', 'sso-or-login-in-front']]),
      result('websocket', false, [['ws-upgrade', 'failed', 'ws-upgrade-stripped']], {
        websocketResponse: page(400),
      }),
    ],
    asked: { websocket: 'only' },
    first: 'ws-upgrade-stripped likely',
  },
  {
    rule: 'remoting-too-old',
    name: 'agents older than what is asked for',
    results: [webOk(), portOk()],
    asked: { agentVersion: '4.13' },
    first: 'remoting-too-old certain',
  },
  {
    rule: 'remoting-too-old',
    name: 'not: the very version',
    results: [webOk(), portOk()],
    asked: { agentVersion: '3107.v665000b_51092' },
    first: null,
  },
  {
    rule: 'ipv6-ipv4-mismatch',
    name: 'every IPv6 address fails, every IPv4 address works',
    results: [
      webOk(),
      addresses(
        'agent-port',
        ['10.0.0.2:50000', true],
        ['[fd00::2]:50000', false],
        ['[fd00::3]:50000', false],
      ),
    ],
    first: 'ipv6-ipv4-mismatch certain',
  },
  {
    rule: 'ipv6-ipv4-mismatch',
    name: 'not: one of two IPv4 addresses fails as well',
    results: [
      webOk(),
      addresses(
        'agent-port',
        ['10.0.0.2:50000', true],
        ['10.0.0.3:50000', false],
        ['[fd00::3]:50000', false],
      ),
    ],
    first: 'one-az-of-many-dead certain',
  },
  {
    rule: 'ipv6-ipv4-mismatch',
    name: 'at both doors, one address of each family: nothing else is said',
    results: [
      addresses('web', ['10.0.0.2:443', true], ['[fd00::2]:443', false]),
      addresses('agent-port', ['10.0.0.2:50000', true], ['[fd00::2]:50000', false]),
    ],
    first: 'ipv6-ipv4-mismatch likely',
    only: true,
  },
  {
    rule: 'one-az-of-many-dead',
    name: 'one of two addresses',
    results: [webOk(), addresses('agent-port', ['10.0.0.2:50000', true], ['10.0.0.3:50000', false])],
    first: 'one-az-of-many-dead certain',
  },
  {
    rule: 'one-az-of-many-dead',
    name: 'not: both addresses',
    results: [webOk(), addresses('agent-port', ['10.0.0.2:50000', false], ['10.0.0.3:50000', false])],
    first: 'agent-port-timeout-filtered likely',
  },
  {
    rule: 'advertised-host-wrong',
    name: 'the announced host refuses, the host of the URL says hello',
    results: [
      webOk({ announcement: announcement({ host: 'tcp.example.com', hostAnnounced: true }) }),
      refused,
    ],
    checks: [elsewhere('url-host', true)],
    first: 'advertised-host-wrong certain',
  },
  {
    rule: 'advertised-host-wrong',
    name: 'not: neither host has the port',
    results: [
      webOk({ announcement: announcement({ host: 'tcp.example.com', hostAnnounced: true }) }),
      refused,
    ],
    checks: [elsewhere('url-host', false)],
    first: 'agent-port-refused likely',
  },
  {
    rule: 'advertised-port-mismatch',
    name: 'the usual port says hello instead',
    results: [webOk({ announcement: announcement({ port: 31000 }) }), refused],
    checks: [elsewhere('port-50000', true)],
    first: 'advertised-port-mismatch certain',
  },
  {
    rule: 'advertised-port-mismatch',
    name: 'not: the usual port is shut as well',
    results: [webOk({ announcement: announcement({ port: 31000 }) }), refused],
    checks: [elsewhere('port-50000', false)],
    first: 'agent-port-refused likely',
  },
  {
    rule: 'tunnel-target-wrong',
    name: 'the announced place says hello: what the tunnel met comes first all the same',
    results: [webOk(), refused],
    asked: { way: 'tunnel' },
    checks: [elsewhere('announced', true)],
    first: 'agent-port-refused likely',
  },
  {
    rule: 'tunnel-target-wrong',
    name: 'what was observed comes before the comparison, however unsure it is',
    results: [webOk(), portBroken('port-connect', 'connection-failed')],
    asked: { way: 'tunnel' },
    checks: [elsewhere('announced', true)],
    first: 'connection-failed possible',
  },
  {
    rule: 'tunnel-target-wrong',
    name: 'the tunnel is the web port',
    results: [webOk(), portBroken('ping', 'alb-or-http-lb-on-50000')],
    asked: { way: 'tunnel', agentPort: { host: 'jenkins.example.com', port: 443 } },
    first: 'tunnel-target-wrong certain',
  },
  {
    rule: 'tunnel-target-wrong',
    name: 'not: the proxy refuses the way to the tunnel, so nothing is known of it',
    results: [webOk(), portBroken('port-connect', 'proxy-refused-connect', { proxy: 'http://proxy:3128' })],
    asked: { way: 'tunnel' },
    checks: [elsewhere('announced', true)],
    first: 'corporate-proxy-captures-agent-port likely',
    only: true,
  },
  {
    rule: 'tunnel-target-wrong',
    name: 'not: the proxy towards the tunnel is down',
    results: [webOk(), portBroken('port-connect', 'proxy-unreachable', { proxy: 'http://proxy:3128' })],
    asked: { way: 'tunnel' },
    checks: [elsewhere('announced', true)],
    first: 'proxy-unreachable likely',
    only: true,
  },
  {
    rule: 'tunnel-target-wrong',
    name: 'not: the tunnel ends at an agent port, and the handshake fails',
    results: [webOk(), portBroken('ack', 'ack-timeout')],
    asked: { way: 'tunnel' },
    checks: [elsewhere('announced', true)],
    first: 'ack-timeout likely',
  },
  {
    rule: 'direct-host-wrong',
    name: 'the web host has no agent port',
    results: [webOk(), refused],
    asked: { way: 'direct' },
    first: 'direct-host-wrong likely',
  },
  {
    rule: 'direct-host-wrong',
    name: 'not: another host refuses',
    results: [webOk(), refused],
    asked: { way: 'direct', agentPort: { host: 'tcp.example.com', port: 50000 } },
    first: 'agent-port-refused likely',
  },
  {
    rule: 'random-agent-port',
    name: 'another port was announced before',
    results: [webOk({ announcement: announcement({ port: 41913 }) }), refused],
    asked: { earlierPorts: [40001, 41913] },
    first: 'random-agent-port likely',
  },
  {
    rule: 'random-agent-port',
    name: 'not at first rank: one look alone',
    results: [webOk({ announcement: announcement({ port: 41913 }) }), refused],
    first: 'agent-port-refused likely',
  },
  {
    rule: 'agent-port-timeout-filtered',
    name: 'the web port of the same address answers',
    results: [
      webOk(),
      result('agent-port', false, [
        ['port-connect', 'failed', 'agent-port-timeout-filtered', '10.0.0.1:50000'],
      ]),
    ],
    first: 'agent-port-timeout-filtered likely',
  },
  {
    rule: 'agent-port-timeout-filtered',
    name: 'less sure for another address',
    results: [webOk(), filtered],
    first: 'agent-port-timeout-filtered likely',
  },
  {
    rule: 'agent-port-timeout-filtered',
    name: 'said to be unreachable, while the web port of the same address answers',
    results: [webOk(), unreachable],
    first: 'agent-port-timeout-filtered likely',
    only: true,
  },
  {
    rule: 'agent-port-timeout-filtered',
    name: 'not: unreachable, and it is a proxy that reaches the web port',
    results: [webOk({ proxy: 'http://proxy:3128' }), unreachable],
    first: 'network-unreachable likely',
  },
  {
    rule: 'listener-thread-dead',
    name: 'never at first rank from outside',
    results: [
      webOk({ listenerResponse: page(200, { server: 'Jetty(12.0.25)' }) }),
      result('agent-port', false, [['port-connect', 'failed', 'agent-port-refused', '10.0.0.1:50000']]),
    ],
    first: 'agent-port-refused likely',
  },
  {
    rule: 'corporate-proxy-captures-agent-port',
    name: 'it refuses, and without it the agent port says hello',
    results: [webOk(), portBroken('port-connect', 'proxy-refused-connect', { proxy: 'http://proxy:3128' })],
    checks: [look('without-proxy', { kind: 'without-proxy', hello: { session: 'aa', server: null } })],
    first: 'corporate-proxy-captures-agent-port certain',
    only: true,
  },
  ...(['proxy-unreachable', 'proxy-auth-required', 'proxy-bad-answer'] as const).map(
    (reason): Case => ({
      rule: 'corporate-proxy-captures-agent-port',
      name: `${reason} is what the proxy does itself: the way without it only adds to that`,
      results: [webOk(), portBroken('port-connect', reason, { proxy: 'http://proxy:3128' })],
      checks: [look('without-proxy', { kind: 'without-proxy', hello: { session: 'aa', server: null } })],
      first: `${reason} ${CATALOGUE[reason].observedAlone}`,
    }),
  ),
  {
    rule: 'ws-login-precheck-fails',
    name: 'login is forbidden, and the listener page is not',
    results: [
      webOk({ loginResponse: page(403) }),
      result('websocket', false, [['ws-upgrade', 'failed', 'ip-allowlist-403']]),
    ],
    asked: { websocket: 'only' },
    first: 'ws-login-precheck-fails likely',
    only: true,
  },
  {
    rule: 'ws-login-precheck-fails',
    name: 'not: everything is forbidden',
    results: [
      result('web', true, [['listener', 'warning', 'ip-allowlist-403']], { loginResponse: page(403) }),
      result('websocket', false, [['ws-upgrade', 'failed', 'ip-allowlist-403']]),
    ],
    asked: { websocket: 'only' },
    first: 'ip-allowlist-403 likely',
  },
  ...PEER_REASONS.map(
    (code): Case => ({
      rule: code,
      name: 'the hello got its bytes, and Ping got silence',
      results: [
        webOk(),
        result('agent-port', false, [
          ['port-connect', 'ok', null, PORT],
          ['hello', 'warning', code, PORT],
          ['ping', 'failed', 'listener-accepts-but-silent', PORT],
        ]),
      ],
      first: `${code} ${CATALOGUE[code].confidence}`,
      only: true,
    }),
  ),
  {
    rule: 'corporate-proxy-captures-agent-port',
    name: 'not: it refuses everything, the Jenkins URL too',
    results: [
      result('web', false, [['web-connect', 'failed', 'proxy-refused-connect']]),
      portBroken('port-connect', 'proxy-refused-connect', { proxy: 'http://proxy:3128' }),
    ],
    first: 'proxy-refused-connect certain',
  },
  {
    rule: 'corporate-proxy-captures-agent-port',
    name: 'the proxy cannot connect, and without it the agent port says hello',
    results: [webOk(), portBroken('port-connect', 'agent-port-refused', { proxy: 'http://proxy:3128' })],
    checks: [look('without-proxy', { kind: 'without-proxy', hello: { session: 'aa', server: null } })],
    first: 'corporate-proxy-captures-agent-port certain',
    only: true,
  },
  {
    rule: 'corporate-proxy-captures-agent-port',
    name: 'not: the proxy cannot connect, and neither can we',
    results: [webOk(), portBroken('port-connect', 'agent-port-refused', { proxy: 'http://proxy:3128' })],
    checks: [look('without-proxy', { kind: 'without-proxy', hello: null })],
    first: 'agent-port-refused possible',
  },
  {
    rule: 'agent-port-refused',
    name: "less sure by a proxy's word",
    results: [webOk(), portBroken('port-connect', 'agent-port-refused', { proxy: 'http://proxy:3128' })],
    first: 'agent-port-refused possible',
    only: true,
  },
  {
    rule: 'agent-port-refused',
    name: 'not: no proxy on the way to the port',
    results: [webOk({ proxy: 'http://proxy:3128' }), refused],
    first: 'agent-port-refused likely',
  },
  {
    rule: 'discovery-connect-refused',
    name: "less sure by a proxy's word",
    results: [listenerFails('discovery-connect-refused', { proxy: 'http://proxy:3128' })],
    first: 'discovery-connect-refused possible',
    only: true,
  },
  {
    rule: 'discovery-connect-refused',
    name: 'not: no proxy on the way',
    results: [result('web', false, [['web-connect', 'failed', 'discovery-connect-refused']])],
    first: 'discovery-connect-refused likely',
  },
  {
    rule: 'proxy-refused-connect',
    name: "the proxy's own 403 for a page",
    results: [listenerFails('proxy-refused-connect', { proxy: 'http://proxy:3128' })],
    first: 'proxy-refused-connect likely',
    only: true,
  },
  {
    rule: 'proxy-refused-connect',
    name: 'not: the answer to CONNECT, which leaves no doubt',
    results: [
      result('web', false, [['web-connect', 'failed', 'proxy-refused-connect']], {
        proxy: 'http://proxy:3128',
      }),
    ],
    first: 'proxy-refused-connect certain',
  },
  {
    rule: 'corporate-proxy-captures-agent-port',
    name: 'not: the proxy is dead for everybody',
    results: [webOk(), portBroken('port-connect', 'proxy-unreachable', { proxy: 'http://proxy:3128' })],
    checks: [look('without-proxy', { kind: 'without-proxy', hello: null })],
    first: 'proxy-unreachable likely',
  },
  {
    rule: 'mesh-http-sniffing',
    name: 'Envoy answers',
    results: [
      webOk(),
      portBroken('ping', 'alb-or-http-lb-on-50000', {
        unexpected: [{ address: PORT, step: 'hello', peer: 'http', hex: '48', server: 'istio-envoy' }],
      }),
    ],
    first: 'mesh-http-sniffing likely',
  },
  {
    rule: 'mesh-http-sniffing',
    name: 'not: a load balancer answers',
    results: [
      webOk(),
      portBroken('ping', 'alb-or-http-lb-on-50000', {
        unexpected: [{ address: PORT, step: 'hello', peer: 'http', hex: '48', server: 'awselb/2.0' }],
      }),
    ],
    first: 'alb-or-http-lb-on-50000 certain',
  },
  {
    rule: 'tls-terminated-on-50000',
    name: 'a certificate where nothing plain is answered',
    results: [webOk(), bothClosed],
    checks: [tlsHello('CN=agents.example.com')],
    first: 'tls-terminated-on-50000 certain',
  },
  {
    rule: 'tls-terminated-on-50000',
    name: 'not: no TLS either',
    results: [webOk(), bothClosed],
    checks: [tlsHello(null)],
    first: 'l4-accept-then-close likely',
  },
  {
    rule: 'proxy-protocol-injected',
    name: 'the header comes back',
    results: [webOk(), bothSilent],
    checks: [
      look('proxy-echo', {
        kind: 'proxy-echo',
        echo: 'Unrecognized protocol: OXY TCP4 10.1.2.3',
        closed: true,
      }),
    ],
    first: 'proxy-protocol-injected certain',
  },
  {
    rule: 'proxy-protocol-injected',
    name: 'not: only our own bytes come back',
    results: [webOk(), bothSilent],
    checks: [look('proxy-echo', { kind: 'proxy-echo', echo: 'Unrecognized protocol: AA', closed: true })],
    first: 'listener-accepts-but-silent likely',
  },
  {
    rule: 'proxy-protocol-injected',
    name: 'not: still silent',
    results: [webOk(), bothSilent],
    checks: [look('proxy-echo', { kind: 'proxy-echo', echo: null, closed: false })],
    first: 'listener-accepts-but-silent likely',
  },
  {
    rule: 'listener-accepts-but-silent',
    name: 'both doors stall',
    results: [listenerFails('listener-timeout'), bothSilent],
    asked: { way: 'direct' },
    first: 'listener-accepts-but-silent likely',
  },
  {
    rule: 'hello-refused',
    name: 'Ping is answered, the hello is not',
    results: [
      webOk(),
      result('agent-port', true, [
        ['hello', 'warning', 'alb-or-http-lb-on-50000'],
        ['ping', 'ok'],
      ]),
    ],
    first: 'hello-refused certain',
  },
  {
    rule: 'slow-reverse-dns',
    name: 'five seconds',
    results: [webOk(), ackAfter(5080)],
    first: 'slow-reverse-dns likely',
  },
  {
    rule: 'slow-reverse-dns',
    name: 'less sure: late, but no multiple of a resolver time-out',
    results: [webOk(), ackAfter(2900)],
    first: 'slow-reverse-dns possible',
  },
  {
    rule: 'slow-reverse-dns',
    name: 'not: Ping is as slow, so it is the controller',
    results: [webOk(), ackAfter(5080, 4000)],
    first: null,
  },
  {
    rule: 'slow-reverse-dns',
    name: 'not: late, but our own process stood still meanwhile',
    results: [webOk(), { ...ackAfter(2900), stalledMs: 2000 }],
    first: null,
  },
  {
    rule: 'slow-reverse-dns',
    name: 'not: as late as the timeout of a resolver, but for the time of our own stalls',
    results: [webOk(), { ...ackAfter(5000), stalledMs: 4000 }],
    first: null,
  },
  { rule: 'slow-reverse-dns', name: 'not: half a second', results: [webOk(), ackAfter(500)], first: null },
  {
    rule: 'mtu-black-hole',
    name: 'TLS never comes, and a page stops in the middle',
    results: [webOk(), portBroken('tls', 'jnlp4-tls-timeout')],
    checks: [large(true, false, 1448)],
    first: 'mtu-black-hole certain',
  },
  {
    rule: 'mtu-black-hole',
    name: 'less sure where nothing large was tried: TLS stalls at both entrypoints',
    results: [
      result('web', false, [
        ['web-connect', 'ok'],
        ['web-tls', 'failed', 'tls-timeout'],
      ]),
      portBroken('tls', 'jnlp4-tls-timeout'),
    ],
    asked: { way: 'tunnel' },
    first: 'mtu-black-hole likely',
  },
  {
    rule: 'jnlp4-tls-timeout',
    name: 'large packets pass at the web port',
    results: [webOk(), portBroken('tls', 'jnlp4-tls-timeout')],
    checks: [large(true, true, 9000)],
    first: 'jnlp4-tls-timeout likely',
  },
  {
    rule: 'mtu-black-hole',
    name: 'not: TLS fails, it does not stall',
    results: [webOk(), portBroken('tls', 'jnlp4-tls-failed')],
    checks: [large(false, false, 0)],
    first: 'jnlp4-tls-failed likely',
  },
  {
    rule: 'two-controllers-one-service',
    name: 'sessions that come back',
    results: [webOk({ loginResponse: page(200, { version: '2', session: 'aa' }) }), portOk()],
    checks: [repeat(['bb', 'aa'], 'aa')],
    first: 'two-controllers-one-service likely',
  },
  {
    rule: 'two-controllers-one-service',
    name: 'the entrypoints differ, again and again, with one identity: replicas, or a copy',
    results: [webOk({ loginResponse: page(200, { session: 'aa' }) }), portOk({ hellos: [hello('bb')] })],
    checks: [repeat(['bb', 'bb', 'bb'], 'aa')],
    first: 'two-controllers-one-service possible',
  },
  {
    rule: 'two-controllers-one-service',
    name: 'sessions come back at the agent port, and so do the identities',
    results: [
      webOk({ loginResponse: page(200, { session: 'aa' }) }),
      portBroken('identity', 'identity-mismatch', { ...identity(OWN, null, OTHER), hellos: [hello('bb')] }),
    ],
    checks: [repeat(['aa', 'bb', 'aa'], 'aa')],
    first: 'two-controllers-one-service certain',
  },
  {
    rule: 'two-controllers-one-service',
    name: 'not: a restart, after which both doors agree',
    results: [webOk({ loginResponse: page(200, { session: 'aa' }) }), portOk({ hellos: [hello('bb')] })],
    checks: [repeat(['bb', 'bb', 'bb'], 'bb')],
    first: null,
  },
  {
    rule: 'two-controllers-one-service',
    name: 'less sure: two sessions, seen once',
    results: [webOk({ loginResponse: page(200, { session: 'aa' }) }), portOk({ hellos: [hello('bb')] })],
    first: 'two-controllers-one-service possible',
  },
  {
    rule: 'two-controllers-one-service',
    name: 'two sessions, and no identity was asked for',
    results: [webOk({ loginResponse: page(200, { session: 'aa' }) }), pingOk({ hellos: [hello('bb')] })],
    checks: [repeat(['bb', 'bb'], 'aa')],
    first: 'two-controllers-one-service likely',
  },
  {
    rule: 'identity-mismatch',
    name: 'URL and port disagree',
    results: [webOk(), portBroken('identity', 'identity-mismatch', identity(OWN, null, OTHER))],
    first: 'identity-mismatch likely',
  },
  {
    rule: 'identity-mismatch',
    name: 'another key and another session',
    results: [
      webOk({ loginResponse: page(200, { version: '2', session: 'aa' }) }),
      portBroken('identity', 'identity-mismatch', { ...identity(OWN, null, OTHER), hellos: [hello('bb')] }),
    ],
    first: 'identity-mismatch certain',
  },
  {
    rule: 'identity-mismatch',
    name: 'the pin agrees with the URL: the port is the wrong one',
    results: [webOk(), portBroken('identity', 'identity-mismatch', identity(OWN, OWN, OTHER))],
    first: 'identity-mismatch likely',
  },
  {
    rule: 'identity-stale-direct',
    name: 'URL and port agree, the pin is old',
    results: [webOk(), portBroken('identity', 'identity-stale-direct', identity(OWN, OTHER, OWN))],
    first: 'identity-stale-direct certain',
  },
  {
    rule: 'identity-stale-direct',
    name: 'less sure without a URL',
    results: [portBroken('identity', 'identity-stale-direct', identity(null, OTHER, OWN))],
    asked: { way: 'direct', web: null },
    first: 'identity-stale-direct likely',
  },
  {
    rule: 'lb-idle-timeout-tcp',
    name: 'closed at 60 s',
    results: [webOk(), portOk()],
    checks: [held('hold-port', 'cut', 60_200)],
    first: 'lb-idle-timeout-tcp likely',
  },
  {
    rule: 'lb-idle-timeout-tcp',
    name: 'forgotten within 400 s',
    results: [webOk(), portOk()],
    checks: [held('hold-port', 'dead', 400_000)],
    first: 'lb-idle-timeout-tcp likely',
  },
  {
    rule: 'lb-idle-timeout-tcp',
    name: 'not: alive after 400 s',
    results: [webOk(), portOk()],
    checks: [held('hold-port', 'survived', 400_000)],
    first: null,
  },
  {
    rule: 'ws-idle-timeout',
    name: 'closed at 60 s',
    results: [webOk(), result('websocket', true, [['ws-roundtrip', 'ok']])],
    asked: { websocket: 'only' },
    checks: [held('hold-websocket', 'cut', 59_900)],
    first: 'ws-idle-timeout likely',
  },
  {
    rule: 'ws-idle-timeout',
    name: 'not: the WebSocket lived, the TCP connection did not',
    results: [webOk(), portOk(), result('websocket', true, [['ws-roundtrip', 'ok']])],
    asked: { websocket: 'on' },
    checks: [held('hold-websocket', 'survived', 400_000), held('hold-port', 'cut', 350_000)],
    first: 'lb-idle-timeout-tcp likely',
  },
];

for (const { rule, name, results, asked, checks, first, only } of CASES) {
  t.test(`${rule}: ${name}`, async (t) => {
    const found = diagnose(surveyOf(results, asked, checks));
    const top = found[0];
    t.equal(
      top === undefined ? null : `${top.code} ${top.confidence}`,
      first,
      JSON.stringify(found.map(({ code, evidence }) => [code, evidence])),
    );
    t.equal(new Set(found.map(({ code }) => code)).size, found.length, 'no code twice');
    if (only) t.equal(found.length, 1, 'and nothing else');
    for (const { evidence } of found) t.ok(evidence.length > 0, 'every diagnosis rests on something');
  });
}

t.test(
  'every rule is in the table, with a case in which it holds and a neighbour in which it does not',
  async (t) => {
    for (const { code, judge } of RULES) {
      const held = CASES.filter(({ rule }) => rule === code).map(
        ({ results, asked, checks }) => judge(gatherEvidence(surveyOf(results, asked, checks))) !== null,
      );
      t.ok(held.includes(true), `${code} holds: add a case with this rule to CASES`);
      t.ok(held.includes(false), `${code} does not hold: add a neighbour to CASES`);
    }
  },
);

t.test('no rule is surer than the catalogue allows, and none finds a code at another step', async (t) => {
  for (const { name, results, asked, checks } of CASES) {
    const evidence = gatherEvidence(surveyOf(results, asked, checks));
    for (const { code, judge } of RULES) {
      const claim = judge(evidence);
      if (claim === null) continue;
      const limit = limitOf(code, claim, evidence);
      t.notOk(isSurer(claim.confidence, limit), `${name}: ${code} ${claim.confidence}, at most ${limit}`);
      t.ok(
        CATALOGUE[code].steps.includes(claim.at),
        `${name}: ${code}: add ${claim.at} to the steps of its entry`,
      );
    }
  }
});

t.test('the step that failed is no evidence beyond itself', async (t) => {
  const evidence = gatherEvidence(surveyOf([webOk(), refused]));
  const [broken] = evidence.breaks;
  if (broken === undefined) return t.fail('nothing is broken');
  const own = {
    confidence: 'certain',
    at: broken.step,
    explains: [],
    evidence: [describeStep(broken)],
  } as const;
  t.strictSame(beyondStep(own, evidence), []);
  t.strictSame(beyondStep({ ...own, evidence: [...own.evidence, 'a look'] }, evidence), ['a look']);
  t.equal(limitOf('cert-expired', own, evidence), 'likely');
  t.equal(limitOf('cert-expired', { ...own, evidence: ['a look'] }, evidence), 'certain');
  return undefined;
});

t.test('names of hops come with the value at which they cut', async (t) => {
  const at = (outcome: 'cut' | 'dead', ms: number) =>
    diagnose(surveyOf([webOk(), portOk()], {}, [held('hold-port', outcome, ms)]))[0]?.evidence.join('; ');
  t.match(at('cut', 60_000), /ELB/);
  t.match(at('cut', 240_500), /Azure/);
  t.match(at('cut', 350_000), /Network Load Balancer/);
  t.match(at('cut', 600_000), /nginx stream/);
  t.notMatch(at('cut', 137_000), /limit of/);
  t.match(at('dead', 400_000), /Network Load Balancer/);
});

t.test('what follows from an earlier broken hop is left out', async (t) => {
  const codes = (results: readonly ProbeResult[], asked: Partial<Asked>) =>
    diagnose(surveyOf(results, asked)).map(({ code }) => code);
  t.strictSame(
    codes([listenerFails('controller-starting'), refused], { way: 'tunnel' }),
    ['controller-starting'],
    'a port that is not open yet',
  );
  t.strictSame(
    codes(
      [
        listenerFails('ip-allowlist-403'),
        result('websocket', false, [['ws-upgrade', 'failed', 'ws-blocked-by-proxy']]),
      ],
      { websocket: 'on' },
    ),
    ['ip-allowlist-403'],
    'a WebSocket through the same door',
  );
  t.strictSame(
    codes(
      [
        listenerFails('listener-not-found', { listenerResponse: page(404, { version: '2' }) }),
        result('websocket', false, [['ws-upgrade', 'failed', 'ws-upgrade-stripped']]),
      ],
      { websocket: 'on' },
    ),
    ['agent-port-disabled', 'ws-upgrade-stripped'],
    'but not where only the listener is amiss',
  );
});

t.test('agents that connect directly hear of the agent port first', async (t) => {
  const results = [listenerFails('ingress-no-backend-503'), portBroken('ack', 'jnlp4-closed-no-ack')];
  const codes = (way: Asked['way']) => diagnose(surveyOf(results, { way })).map(({ code }) => code);
  t.strictSame(codes('direct'), ['jnlp4-closed-no-ack', 'ingress-no-backend-503']);
  t.strictSame(codes('tunnel'), ['ingress-no-backend-503', 'jnlp4-closed-no-ack']);
});

t.test('what comes and goes lowers the confidence', async (t) => {
  const flapping = result('agent-port', false, [
    ['port-connect', 'ok'],
    ['hello', 'ok'],
    ['ping', 'failed', 'l4-accept-then-close'],
  ]);
  t.match(diagnose(surveyOf([webOk(), flapping])), [
    {
      code: 'l4-accept-then-close',
      confidence: 'possible',
      evidence: [/./, /hello was answered just before/],
    },
  ]);
});
