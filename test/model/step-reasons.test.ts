import { readdirSync, readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import type { ProbeOptions } from '../../src/model/options.ts';
import { firstFailure, type ProbeResult, STEPS } from '../../src/model/result.ts';
import { failingSteps, STEP_REASONS } from '../../src/model/step-reasons.ts';
import type { Target } from '../../src/model/target.ts';
import { probeAgentPort } from '../../src/probe/agent-port/probe-agent-port.ts';
import { takeSurvey } from '../../src/probe/take-survey.ts';
import { probeWeb } from '../../src/probe/web/probe-web.ts';
import { probeWebSocket } from '../../src/probe/websocket/probe-websocket.ts';
import { failureOfUpgrade } from '../../src/probe/websocket/websocket-round-trip.ts';
import { judgeListenerResponse } from '../../src/protocol/announcement.ts';
import { reasonOfRefusal } from '../../src/protocol/jnlp4.ts';
import { REASONS, type Reason } from '../../src/protocol/reason.ts';
import { IDENTITY } from '../daemon/results.ts';
import { simulate } from '../probe/simulated.ts';
import { targetOf } from '../probe/target.ts';
import { startProxy } from '../probe/wire/proxy-server.ts';
import { DIAGNOSED_REASONS } from './diagnosed-reasons.ts';

/** Every step with a reason is in the map, and a failed probe is one that the metrics have a series for. */
function hold(
  t: Test,
  { target, depth, result }: { target: Target; depth?: string; result: ProbeResult },
): void {
  for (const { step, reason } of result.steps) {
    if (reason !== null) t.ok(STEP_REASONS[step].includes(reason), `${step} may say ${reason}`);
  }
  const failure = result.success ? null : firstFailure(result);
  if (failure === null) return;
  const known = failingSteps(result.depth, target.url?.protocol === 'https:');
  t.ok(known.includes(failure.step), `${depth ?? result.depth} may fail at ${failure.step}`);
}

t.test('map and list of reasons cover one another', async (t) => {
  const said = new Set<Reason>(STEPS.flatMap((step) => STEP_REASONS[step]));
  for (const reason of REASONS) {
    const diagnosed = DIAGNOSED_REASONS.some((each) => each === reason);
    t.not(said.has(reason), diagnosed, `${reason} belongs to a step or to the diagnosis`);
  }
  for (const step of STEPS) {
    t.equal(new Set(STEP_REASONS[step]).size, STEP_REASONS[step].length, `${step} names each reason once`);
  }
});

t.test('every reason that the sources of the probes name is one that a step may give', async (t) => {
  const folder = new URL('../../src/probe/', import.meta.url);
  const said = new Set<string>(STEPS.flatMap((step) => STEP_REASONS[step]));
  let found = 0;
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )) {
    const source = readFileSync(new URL(file, folder), 'utf8');
    for (const [, word = ''] of source.matchAll(/'([a-z0-9-]+)'/g)) {
      if (!REASONS.some((reason) => reason === word)) continue;
      found += 1;
      t.ok(said.has(word), `${file} says ${word}`);
    }
  }
  t.ok(found > 60, `${found} were looked at`);
});

t.test('what the pure judges say of all kinds of answers', async (t) => {
  const bodies = ['', 'Jenkins', '<html>log in</html>', '<html>Jenkins is starting</html>', 'teapot'];
  const identity = Buffer.from(IDENTITY.spki).toString('base64');
  const headerSets: readonly Record<string, string>[] = [
    {},
    { 'x-jenkins': '2.516' },
    { location: '/oauth2/start' },
    { 'set-cookie': 'a=b' },
    { 'x-cli-error': 'bad Origin' },
    { 'x-cli-error': 'something' },
    { 'x-jenkins-jnlp-port': '50000' },
    { 'x-jenkins-jnlp-port': 'x', 'x-instance-identity': identity },
    { 'x-jenkins-jnlp-port': '50000', 'x-instance-identity': '*' },
    { 'x-instance-identity': identity },
    { 'x-jenkins-jnlp-port': '50000', 'x-instance-identity': identity, 'x-jenkins-agent-protocols': 'Ping' },
    { 'x-remoting-minimum-version': '9999.v1' },
  ];
  for (let status = 200; status < 600; status += 1) {
    for (const bodyStart of bodies) {
      for (const headers of headerSets) {
        const answer = { status, headers, bodyStart };
        const listener = judgeListenerResponse(answer, 'jenkins.test');
        if (!listener.ok && !STEP_REASONS.listener.includes(listener.reason))
          t.fail(`listener: ${listener.reason}`);
        const { reason } = failureOfUpgrade(answer);
        if (!STEP_REASONS['ws-upgrade'].includes(reason)) t.fail(`ws-upgrade: ${reason}`);
      }
    }
  }
  for (const words of ['Unknown client name: x', 'Authorization failure', 'x is not an inbound agent', '']) {
    t.ok(STEP_REASONS.headers.includes(reasonOfRefusal(words)), words);
  }
});

t.test('names that do not resolve and doors that do not open, at every depth', async (t) => {
  const gone = async () => Promise.reject(Object.assign(new Error('gone'), { code: 'ENOTFOUND' }));
  const here = async () => [{ address: '127.0.0.1', family: 4 } as const];
  const late = () => new Promise<never>(() => undefined);
  const url = new URL('http://jenkins.test:1/');
  const direct = { host: 'jenkins.test', port: 1 };
  let failures = 0;
  for (const resolve of [gone, here, late] as readonly NonNullable<ProbeOptions['resolve']>[]) {
    for (const target of [targetOf({ url, direct, timeoutMs: 200, identity: IDENTITY })]) {
      for (const result of [
        await probeWeb(target, { resolve }),
        await probeWebSocket({ ...target, websocket: 'on' }, { resolve }),
        await probeAgentPort(target, 'login', null, { resolve }),
      ]) {
        t.equal(result.success, false);
        failures += 1;
        hold(t, { target, result });
      }
    }
  }
  t.equal(failures, 9);
});

t.test('proxies that refuse, ask for a password, hang up or are not there', async (t) => {
  for (const options of [
    { credentials: 'me:pa55' },
    { connect: 'forbid' },
    { connect: 'hang-up' },
    { squid: [403, 'ERR_ACCESS_DENIED 0'] },
    { squid: [503, 'ERR_DNS_FAIL 0'] },
    { squid: [503, 'ERR_CONNECT_FAIL 110'] },
    { squid: [503, 'ERR_CONNECT_FAIL 113'] },
    null,
  ] as const) {
    const port = options === null ? 1 : (await startProxy(t, options)).port;
    const proxy = {
      always: { host: '127.0.0.1', port, credentials: null },
      fromEnvironment: null,
      noProxy: null,
    };
    const { target } = await simulate(t, {}, { proxy, websocket: 'on', timeoutMs: 500 });
    const { results } = await takeSurvey(target, 'login');
    t.ok(results.some(({ success }) => !success));
    for (const result of results) hold(t, { target, result });
  }
});
