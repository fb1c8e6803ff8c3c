import t from 'tap';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { HttpEvidence, ProbeResult } from '../../src/model/result.ts';
import type { Survey } from '../../src/model/survey.ts';
import { renderMarkdown } from '../../src/report/render-markdown.ts';
import { renderReport } from '../../src/report/render-report.ts';
import { buildReport } from '../../src/report/report.ts';
import { hello, page, type Row, result, surveyOf } from '../diagnosis/surveys.ts';

const survey = (results: readonly ProbeResult[], direct = false) =>
  surveyOf(results, { way: direct ? 'direct' : 'discovery' });
const diagnosed = (results: readonly ProbeResult[]) => diagnose(surveyOf(results));

const webOk = result('web', true, [['listener', 'ok']]);
const portOk = result('agent-port', true, [['ping', 'ok']]);
const portDown = result('agent-port', false, [['ping', 'failed', 'l4-accept-then-close']]);
const webDown = result('web', false, [['listener', 'failed', 'controller-starting']]);
const wsOk = result('websocket', true, [['ws-roundtrip', 'ok']]);
const wsDown = result('websocket', false, [['ws-upgrade', 'failed', 'ws-upgrade-stripped']]);

const BEFORE_PING: readonly Row[] = [
  ['port-resolve', 'ok', null, null],
  ['port-connect', 'ok'],
  ['hello', 'ok'],
];

t.test('the verdict says whether an agent gets in', async (t) => {
  const table: readonly (readonly [string, Survey, 'reachable' | 'degraded' | 'unreachable'])[] = [
    ['everything works', survey([webOk, portOk]), 'reachable'],
    ['the agent port is down while the web is up', survey([webOk, portDown]), 'unreachable'],
    ['the web is down, so no agent finds the port', survey([webDown, portOk]), 'unreachable'],
    ['agents connect directly and need no web', survey([webDown, portOk], true), 'degraded'],
    ['directly, without any URL', survey([portOk], true), 'reachable'],
    ['WebSocket alone', survey([webOk, wsOk]), 'reachable'],
    ['WebSocket works where TCP does not', survey([webOk, portDown, wsOk]), 'degraded'],
    ['TCP works where WebSocket does not', survey([webOk, portOk, wsDown]), 'degraded'],
    ['neither works', survey([webOk, portDown, wsDown]), 'unreachable'],
    ['only the web was looked at', survey([webOk]), 'unreachable'],
  ];
  for (const [name, seen, verdict] of table) t.equal(buildReport('x', seen).verdict, verdict, name);
});

t.test('a healthy survey has an empty diagnosis and all its steps in order', async (t) => {
  const report = buildReport('main', survey([portOk, webOk]));
  t.match(report, {
    controller: 'main',
    startedAt: '2026-01-02T00:00:00.000Z',
    durationMs: 12,
    diagnoses: [],
  });
  t.strictSame(
    report.steps.map(({ step }) => step),
    ['listener', 'ping'],
  );
});

t.test('scheduled probes of several depths are one list of steps', async (t) => {
  const at = (startedAt: number, depth: ProbeResult['depth'], result: ProbeResult) => ({
    ...result,
    depth,
    startedAt,
  });
  const results = [
    at(
      3,
      'ping',
      result('agent-port', false, [...BEFORE_PING, ['ping', 'failed', 'listener-accepts-but-silent']]),
    ),
    at(1, 'handshake', result('agent-port', true, [...BEFORE_PING, ['ping', 'ok'], ['ack', 'ok']])),
    at(
      2,
      'login',
      result('agent-port', false, [
        ...BEFORE_PING,
        ['ping', 'failed', 'listener-accepts-but-silent'],
        ['ack', 'skipped'],
      ]),
    ),
    at(1, 'web', webOk),
  ];
  const report = buildReport('main', { ...survey(results), durationMs: 0, scheduled: true });
  t.strictSame(
    report.steps.map(({ step, outcome }) => `${step} ${outcome}`),
    ['listener ok', 'port-resolve ok', 'port-connect ok', 'hello ok', 'ping failed', 'ack ok'],
  );
  t.notMatch(report.notChecked, [{ what: /^steps/ }]);
  for (const text of [renderReport(report), renderMarkdown(report)]) {
    t.match(text, /From the scheduled probes, latest result 2026-01-02T00:00:00\.000Z/);
    t.match(text, /broken hop[\s\S]*✓ ack/, 'every step once, the broken one marked');
    t.notMatch(text, /in 0\.0 ms|Diagnosed/);
  }
});

t.test('a 404 of the listener is told apart by what login says', async (t) => {
  const notFound = (loginResponse?: HttpEvidence) =>
    diagnosed([
      result(
        'web',
        false,
        [['listener', 'failed', 'listener-not-found']],
        loginResponse && { loginResponse, listenerResponse: page(404) },
      ),
    ])[0]?.code;
  t.equal(notFound(), 'listener-not-found');
  t.equal(notFound(page(200, { version: '2.516' })), 'agent-port-disabled');
  t.equal(notFound(page(403, { version: '2.516' })), 'agent-port-disabled');
  t.equal(notFound(page(404)), 'wrong-context-path');
  t.equal(notFound(page(502)), 'listener-not-found');
});

t.test('an address breaks once, and a code is told once with all its evidence', async (t) => {
  const found = diagnosed([
    result('agent-port', false, [
      ['port-connect', 'failed', 'agent-port-refused', 'a'],
      ['ping', 'failed', 'agent-port-refused', 'a'],
      ['port-connect', 'failed', 'agent-port-refused', 'b'],
    ]),
  ]);
  t.equal(found.length, 1);
  t.strictSame(found[0]?.evidence, [
    'port-connect at a: port-connect failed',
    'port-connect at b: port-connect failed',
  ]);
  t.equal(found[0]?.docs, null);
});

t.test('what works at one address and fails at another is first of all that', async (t) => {
  const found = diagnosed([
    result('agent-port', true, [
      ['ping', 'ok', null, 'a'],
      ['port-connect', 'failed', 'agent-port-timeout-filtered', 'b'],
    ]),
  ]);
  t.strictSame(
    found.map(({ code }) => code),
    ['one-az-of-many-dead', 'agent-port-timeout-filtered'],
  );
  t.strictSame(found[0]?.evidence, ['a: works', 'b: fails']);
});

t.test('the same session at both doors is one controller, two sessions are two', async (t) => {
  const doors = (session: string) => [
    result('web', true, [], { loginResponse: page(200, { version: '2', session: 'aa' }) }),
    result('agent-port', true, [], { hellos: [hello(session)] }),
  ];
  t.strictSame(diagnosed(doors('aa')), []);
  t.equal(diagnosed(doors('bb'))[0]?.code, 'two-controllers-one-service');
});

t.test(
  'a hello that fails where Ping answers is a remark; where Ping fails too, it adds nothing',
  async (t) => {
    const failing: Row = ['hello', 'warning', 'alb-or-http-lb-on-50000'];
    t.strictSame(
      diagnosed([result('agent-port', true, [failing, ['ping', 'ok']])]).map(({ code }) => code),
      ['hello-refused'],
    );
    const both = diagnosed([
      result('agent-port', false, [failing, ['ping', 'failed', 'alb-or-http-lb-on-50000']]),
    ]);
    t.strictSame(
      both.map(({ code }) => code),
      ['alb-or-http-lb-on-50000'],
    );
  },
);

t.test('a tolerated certificate is no diagnosis', async (t) => {
  const web = result('web', true, [
    ['web-tls', 'warning', 'cert-unknown-ca'],
    ['listener', 'ok'],
  ]);
  const report = buildReport('x', survey([web, portOk]));
  t.equal(report.verdict, 'reachable');
  t.strictSame(report.diagnoses, []);
});
