import t from 'tap';
import { extraCheckPlanner } from '../../src/diagnosis/plan-extra-checks.ts';
import type { CheckResult } from '../../src/model/extra-check.ts';
import { CHEAP_CHECKS, type ExtraCheckPermissions } from '../../src/model/extra-check-permissions.ts';
import type { Survey } from '../../src/model/survey.ts';
import { buildReport } from '../../src/report/report.ts';
import {
  announcement,
  hello,
  page,
  portBroken,
  portOk,
  type Row,
  result,
  surveyOf,
  webOk,
} from './surveys.ts';

const DEEP: ExtraCheckPermissions = { deep: true, holdMs: null };
const HOLD: ExtraCheckPermissions = { deep: false, holdMs: 400_000 };
const noTls: CheckResult = {
  check: { kind: 'tls-hello', address: null, why: 'to know' },
  evidence: { kind: 'tls-hello', certificate: null },
  result: 'no TLS there',
  spent: {},
};
const silentRows: readonly Row[] = [
  ['port-connect', 'ok'],
  ['hello', 'warning', 'listener-accepts-but-silent'],
];
const silent = portBroken('ping', 'listener-accepts-but-silent', {}, silentRows);
const helloOnly = portBroken('ping', 'listener-accepts-but-silent');
const refused = portBroken('port-connect', 'agent-port-refused');
const named = announcement({ host: 'tcp.example.com', port: 31_000, hostAnnounced: true });
/** The Jenkins URL is asked twice more wherever it answers. */
const TWICE = ['repeat-web 2'];
const webSocketOk = result('websocket', true, [['ws-roundtrip', 'ok']]);

t.test('each look is planned where it tells two candidates apart, and nowhere else', async (t) => {
  const table: readonly (readonly [
    what: string,
    Survey,
    ExtraCheckPermissions,
    planned: readonly string[],
  ])[] = [
    ['all is well', surveyOf([webOk(), portOk()]), CHEAP_CHECKS, [...TWICE, 'repeat-hello 2']],
    [
      'sessions differ',
      surveyOf([webOk({ loginResponse: page(200, { session: 'aa' }) }), portOk({ hellos: [hello('bb')] })]),
      CHEAP_CHECKS,
      [...TWICE, 'repeat-hello 5'],
    ],
    [
      'another identity',
      surveyOf([webOk(), portBroken('identity', 'identity-mismatch')]),
      CHEAP_CHECKS,
      [...TWICE, 'repeat-hello 5'],
    ],
    ['a hello, and then silence', surveyOf([webOk(), helloOnly]), DEEP, [...TWICE, 'repeat-hello 5']],
    ['silent to both', surveyOf([webOk(), silent]), CHEAP_CHECKS, [...TWICE, 'tls-hello']],
    ['an echo only after TLS was excluded', surveyOf([webOk(), silent]), DEEP, [...TWICE, 'tls-hello']],
    ['then the echo', surveyOf([webOk(), silent], {}, [noTls]), DEEP, [...TWICE, 'tls-hello', 'proxy-echo']],
    [
      'no echo unless it is allowed',
      surveyOf([webOk(), silent], {}, [noTls]),
      CHEAP_CHECKS,
      [...TWICE, 'tls-hello'],
    ],
    [
      'TLS behind a proxy',
      surveyOf([webOk(), { ...silent, evidence: { proxy: 'http://proxy:3128' } }]),
      DEEP,
      [...TWICE, 'tls-hello'],
    ],
    ['refused where everyone expects it', surveyOf([webOk(), refused]), CHEAP_CHECKS, [...TWICE]],
    [
      'refused at an announced host and port',
      surveyOf([webOk({ announcement: named }), refused]),
      CHEAP_CHECKS,
      [...TWICE, 'other-place url-host', 'other-place port-50000'],
    ],
    [
      'a tunnel to elsewhere',
      surveyOf([webOk(), refused], { way: 'tunnel', agentPort: { host: 'tcp.example.com', port: 1 } }),
      CHEAP_CHECKS,
      [...TWICE, 'other-place announced'],
    ],
    [
      'a tunnel to the announced place',
      surveyOf([webOk(), refused], { way: 'tunnel' }),
      CHEAP_CHECKS,
      [...TWICE],
    ],
    [
      'a proxy that refuses',
      surveyOf([
        webOk(),
        portBroken('port-connect', 'proxy-refused-connect', { proxy: 'http://proxy:3128' }),
      ]),
      CHEAP_CHECKS,
      [...TWICE, 'without-proxy'],
    ],
    [
      'no acknowledgement',
      surveyOf([webOk(), portBroken('ack', 'ack-timeout')]),
      CHEAP_CHECKS,
      [...TWICE, 'repeat-hello 2', 'patient-ack'],
    ],
    [
      'no TLS in JNLP4',
      surveyOf([webOk(), portBroken('tls', 'jnlp4-tls-timeout')]),
      CHEAP_CHECKS,
      [...TWICE, 'repeat-hello 2', 'large-web'],
    ],
    [
      'no web to ask',
      surveyOf([portBroken('tls', 'jnlp4-tls-timeout')], { way: 'direct', web: null }),
      CHEAP_CHECKS,
      ['repeat-hello 2'],
    ],
    [
      'expired',
      surveyOf([result('web', false, [['web-tls', 'failed', 'cert-expired']])]),
      CHEAP_CHECKS,
      ['unverified-date'],
    ],
    [
      'a hold at each door',
      surveyOf([webOk(), portOk(), webSocketOk], { websocket: 'on' }),
      HOLD,
      [...TWICE, 'repeat-hello 2', 'hold-port 400000', 'hold-websocket 400000'],
    ],
    ['no hold on a way that is broken', surveyOf([webOk(), refused]), HOLD, [...TWICE]],
  ];
  for (const [what, seen, permissions, planned] of table) {
    const checks = extraCheckPlanner(permissions)(seen);
    t.strictSame(
      checks.map((look) => {
        if (look.kind === 'repeat-hello' || look.kind === 'repeat-web') return `${look.kind} ${look.times}`;
        if (look.kind === 'other-place') return `${look.kind} ${look.place}`;
        return 'holdMs' in look ? `${look.kind} ${look.holdMs}` : look.kind;
      }),
      planned,
      what,
    );
    for (const { why } of checks) t.match(why, /^[a-z].{15,}/, `${what}: says why`);
  }
});

t.test('a report says what was not checked', async (t) => {
  const gaps = (seen: Survey) => buildReport('x', seen).notChecked.map(({ what }) => what);
  const handshake = gaps(surveyOf([webOk(), portOk()]));
  t.ok(handshake.includes('name and secret of an agent'));
  t.ok(handshake.includes('WebSocket'));
  t.ok(handshake.includes('idle limits on the path'));
  t.notMatch(gaps(surveyOf([webOk(), portOk()], { depth: 'login', hasAgent: true })).join(), /secret/);
  t.match(gaps(surveyOf([webOk(), portOk()], { depth: 'ping' })).join(), /JNLP4 handshake/);
  t.match(gaps(surveyOf([webOk(), webSocketOk], { websocket: 'only' })).join(), /the TCP agent port/);
  t.match(gaps(surveyOf([portOk()], { way: 'direct', web: null })).join(), /the Jenkins URL/);
  t.match(gaps(surveyOf([webOk({ proxy: 'http://proxy:3128' }), portOk()])).join(), /behind the proxy/);
  t.notMatch(handshake.join(), /behind the proxy/, 'none was used');
  t.match(gaps(surveyOf([webOk(), silent])).join(), /PROXY header/);
});
