import { performance } from 'node:perf_hooks';
import t from 'tap';
import { extraCheckPlanner } from '../../../src/diagnosis/plan-extra-checks.ts';
import { costsOf } from '../../../src/model/cost.ts';
import { CHECK_TIMES, type CheckTimes } from '../../../src/model/extra-check.ts';
import { CHEAP_CHECKS } from '../../../src/model/extra-check-permissions.ts';
import type { Target } from '../../../src/model/target.ts';
import { waitForAck } from '../../../src/probe/extra-checks/acknowledgement.ts';
import { investigate } from '../../../src/probe/extra-checks/investigate.ts';
import { buildReport, type Report } from '../../../src/report/report.ts';
import { PROXY_V1, PROXY_V2, startHop } from '../hop.ts';
import { simulate } from '../simulated.ts';
import { startProxy } from '../wire/proxy-server.ts';

const QUICK: CheckTimes = { spacingMs: 10, silenceMs: 500, patienceMs: 4000 };

async function examine(target: Target, permissions = CHEAP_CHECKS, times = QUICK): Promise<Report> {
  return buildReport(
    'test',
    await investigate(target, 'handshake', extraCheckPlanner(permissions), { times }),
  );
}

/** Resolves when the condition is true. The limit is the timeout of the test. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const tunnelTo = (port: number) => ({ host: '127.0.0.1', port });
const first = (report: Report) => {
  const [diagnosis] = report.diagnoses;
  return `${diagnosis?.code} ${diagnosis?.confidence}`;
};
/** Returns the extra checks, without the one that runs whenever the Jenkins URL answers. */
const looks = (report: Report) =>
  report.extra.map(({ look }) => look).filter((look) => look !== 'repeat-web');

t.test('two controllers behind one agent port are named, by hellos alone', async (t) => {
  const { simulator, target } = await simulate(t, { fault: 'two-sessions' });
  const report = await examine(target);
  t.equal(first(report), 'two-controllers-one-service likely', 'they share an identity');
  t.match(report.extra, [
    { look: 'repeat-web', cost: /no log line/ },
    { look: 'repeat-hello', cost: /no log line/, result: /2 sessions/ },
  ]);
  t.equal(simulator.counts.bareConnects, 0);
});

t.test('a healthy controller costs two hellos and two requests more, and nothing is found', async (t) => {
  const { simulator, target } = await simulate(t);
  const report = await examine(target);
  t.strictSame(report.diagnoses, []);
  t.strictSame(looks(report), ['repeat-hello']);
  t.equal(simulator.counts.hellos, 3);
  t.equal(simulator.counts.webRequests, 4, 'listener and login once each, the listener twice more');
});

t.test('every connection is counted, at each address of a name', async (t) => {
  const { simulator, target } = await simulate(t, { host: '0.0.0.0' });
  const url = new URL(`http://jenkins.test:${simulator.webPort}/`);
  const tunnel = { host: 'jenkins.test', port: simulator.agentPort };
  const resolve = async () => ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 as const }));
  const seen = await investigate({ ...target, url, tunnel }, 'handshake', extraCheckPlanner(CHEAP_CHECKS), {
    times: QUICK,
    resolve,
  });
  const counted = (entrypoint: string) =>
    costsOf(seen)
      .filter((cost) => cost.entrypoint === entrypoint)
      .reduce((sum, { connections }) => sum + connections, 0);
  t.equal(simulator.counts.webConnections, 7, 'three of the listener page at each, one of the login');
  t.equal(counted('web'), simulator.counts.webConnections);
  t.equal(counted('agent-port'), simulator.counts.agentPortConnections);
});

t.test('another identity is looked at twice, and stays one wrong controller', async (t) => {
  const { target } = await simulate(t, { fault: 'wrong-identity' });
  const report = await examine(target);
  t.match(report.diagnoses, [{ code: 'identity-mismatch', confidence: 'likely' }]);
  t.match(report.diagnoses[0]?.evidence.join(), /same session/);
});

t.test('a controller that was restarted in between is not two', async (t) => {
  const { simulator, target } = await simulate(t);
  const restarting = buildReport(
    'test',
    await investigate(target, 'ping', extraCheckPlanner(CHEAP_CHECKS), {
      times: QUICK,
      onStep: ({ step }) => void (step === 'ping' && simulator.restart()),
    }),
  );
  t.strictSame(restarting.diagnoses, [], JSON.stringify(restarting.diagnoses));
  t.strictSame(looks(restarting), ['repeat-hello']);
});

t.test('a port that is silent until TLS is spoken ends TLS', async (t) => {
  const { simulator, target } = await simulate(t, {}, { timeoutMs: 800 });
  const hop = await startHop(t, simulator.agentPort, { tls: true });
  const report = await examine({ ...target, tunnel: tunnelTo(hop) });
  t.match(looks(report), ['other-place', 'tls-hello']);
  t.match(report.extra.find(({ look }) => look === 'tls-hello')?.result, /jenkins\.test/);
  t.equal(first(report), 'tls-terminated-on-50000 certain');
  t.match(
    report.diagnoses[0]?.evidence.join(),
    /a tunnel to that address would work/,
    'the comparison adds to it',
  );
  t.match(report.diagnoses[1], { code: 'tunnel-target-wrong', confidence: 'possible' });
  const direct = await examine({ ...target, url: null, direct: tunnelTo(hop) });
  t.equal(first(direct), 'tls-terminated-on-50000 certain');
});

t.test('a silent port: TLS is offered, and the controller is not left blocked', async (t) => {
  const { simulator, target } = await simulate(t, { fault: 'port-silent' }, { timeoutMs: 600 });
  const report = await examine(target);
  t.equal(first(report), 'listener-accepts-but-silent likely');
  t.strictSame(looks(report), ['tls-hello']);
  t.match(report.diagnoses[0]?.next.join(), /proxy-protocol-injected\); `--deep`/);
  await until(() => simulator.counts.openAgentPort === 0);
});

t.test('a PROXY header in front is proved by its echo, with --deep alone', async (t) => {
  for (const [prefix, expected] of [
    [PROXY_V1, 'proxy-protocol-injected certain'],
    [PROXY_V2, 'proxy-protocol-injected likely'],
  ] as const) {
    const { simulator, target } = await simulate(t, {}, { timeoutMs: 800 });
    const hop = await startHop(t, simulator.agentPort, { prefix });
    const direct = { ...target, url: null, direct: tunnelTo(hop) };
    t.equal(first(await examine(direct)), 'listener-accepts-but-silent likely');
    const deep = await examine(direct, { deep: true, holdMs: null });
    t.equal(first(deep), expected, JSON.stringify(deep.extra));
    t.match(deep.extra, [{ look: 'tls-hello' }, { look: 'proxy-echo', cost: /one WARNING/ }]);
  }
});

t.test('a silent controller without such a header gives no echo of one', async (t) => {
  const { target } = await simulate(t, { fault: 'port-silent' }, { timeoutMs: 400 });
  const report = await examine(target, { deep: true, holdMs: null });
  t.equal(first(report), 'listener-accepts-but-silent likely');
  t.strictSame(looks(report), ['tls-hello', 'proxy-echo']);
});

t.test('a tunnel that leads astray, while the announced place works', async (t) => {
  const { simulator, target } = await simulate(t, {}, { timeoutMs: 800 });
  t.equal(first(await examine({ ...target, tunnel: tunnelTo(1) })), 'agent-port-refused likely');
  t.equal(
    first(await examine({ ...target, tunnel: tunnelTo(simulator.webPort) })),
    'tunnel-target-wrong certain',
  );
  const dead = await simulate(t, { fault: 'port-refused' }, { timeoutMs: 800 });
  t.equal(first(await examine({ ...dead.target, tunnel: tunnelTo(1) })), 'agent-port-refused likely');
});

t.test('an announced host that does not resolve, or that refuses while the other one works', async (t) => {
  const nowhere = await simulate(t, { advertise: { host: 'nowhere.invalid' } });
  t.equal(first(await examine(nowhere.target)), 'advertised-host-wrong certain');
  const refusing = await simulate(t, { advertise: { host: '127.0.0.9' } });
  const report = await examine(refusing.target);
  t.equal(first(report), 'advertised-host-wrong certain');
  t.match(report.diagnoses[0]?.evidence.join(), /answers the hello at 127\.0\.0\.1/);
});

t.test('a proxy that captures the agent port, while the way without it works', async (t) => {
  const proxy = await startProxy(t, { connect: 'forbid' });
  const { target } = await simulate(t);
  const always = { host: '127.0.0.1', port: proxy.port, credentials: null };
  const policy = { always, fromEnvironment: null, noProxy: null };
  const report = await examine({ ...target, proxy: policy });
  t.equal(first(report), 'corporate-proxy-captures-agent-port certain');
  t.strictSame(looks(report), ['without-proxy']);
});

t.test('an acknowledgement that comes late: a reverse lookup, told by its pause', async (t) => {
  const late = await simulate(t, { ackDelayMs: 5000 }, { timeoutMs: 1500 });
  const report = await examine(late.target, CHEAP_CHECKS, { ...QUICK, patienceMs: 8000 });
  t.equal(first(report), 'slow-reverse-dns likely');
  t.equal(late.simulator.counts.closeNotifies, 0);
  const never = await simulate(t, { fault: 'ack-never' }, { timeoutMs: 600 });
  t.equal(
    first(await examine(never.target, CHEAP_CHECKS, { ...QUICK, patienceMs: 500 })),
    'ack-timeout likely',
  );
});

t.test('packets of full size are lost: small answers pass, large ones do not', async (t) => {
  const { simulator, target } = await simulate(t, {}, { timeoutMs: 1200 });
  const [web, port] = await Promise.all([
    startHop(t, simulator.webPort, { mtu: 1200 }),
    startHop(t, simulator.agentPort, { mtu: 1200 }),
  ]);
  const url = new URL(`http://127.0.0.1:${web}/`);
  const report = await examine({ ...target, url, tunnel: tunnelTo(port) });
  t.equal(first(report), 'mtu-black-hole certain', JSON.stringify(report.extra));
  const stalled = await simulate(t, { fault: 'tls-never' }, { timeoutMs: 800 });
  t.equal(first(await examine(stalled.target)), 'jnlp4-tls-timeout likely');
});

t.test('an expired certificate, or a clock that is wrong', async (t) => {
  const day = 86_400_000;
  const wrong = await simulate(t, { fault: 'expired-certificate', https: true, clockOffsetMs: -7 * day });
  t.equal(first(await examine(wrong.target)), 'clock-skew likely');
  const expired = await simulate(t, { fault: 'expired-certificate', https: true });
  t.equal(first(await examine(expired.target)), 'cert-expired certain');
  const harmless = await simulate(t, { clockOffsetMs: 60_000 });
  t.strictSame((await examine(harmless.target)).diagnoses, []);
  const far = await simulate(t, { clockOffsetMs: 3 * day });
  t.equal(first(await examine(far.target)), 'clock-skew likely');
});

t.test('idle connections: cut, forgotten, or alive, at both doors at the same time', async (t) => {
  const hold = { deep: false, holdMs: 1200 };
  const { simulator, target } = await simulate(t, {}, { websocket: 'on', timeoutMs: 1000 });
  const through = async (options: Parameters<typeof startHop>[2]) => {
    const [web, port] = await Promise.all([
      startHop(t, simulator.webPort, options),
      startHop(t, simulator.agentPort, options),
    ]);
    // The origin of cli/ws is the configured URL's: the WebSocket is told it in the simulator's words.
    return {
      ...target,
      url: new URL(`http://127.0.0.1:${web}/`),
      tunnel: tunnelTo(port),
      websocket: 'off' as const,
    };
  };
  const alive = await examine(target, hold);
  t.strictSame(alive.diagnoses, []);
  t.match(alive.extra.slice(2), [
    { look: 'hold-port', result: /^still open after 1\.2 s/ },
    { look: 'hold-websocket', result: /^still open after 1\.2 s/ },
  ]);
  t.equal(simulator.counts.closeNotifies, 0);
  await until(() => simulator.counts.openAgentPort === 0);
  const cut = await examine(await through({ cutAfterMs: 500 }), hold);
  t.equal(first(cut), 'lb-idle-timeout-tcp likely', JSON.stringify(cut.extra));
  t.match(cut.diagnoses[0]?.evidence, [/closed after \d s/]);
  const restarting = examine({ ...target, websocket: 'only' }, { deep: false, holdMs: 60_000 });
  const opened = simulator.counts.websockets;
  await until(() => simulator.counts.websockets === opened + 2);
  await simulator.restart();
  t.equal(first(await restarting), 'ws-idle-timeout likely');
  const forgotten = await examine(await through({ forgetAfterMs: 500 }), hold);
  t.equal(first(forgotten), 'lb-idle-timeout-tcp likely', JSON.stringify(forgotten.extra));
});

t.test('an acknowledged connection is left the time to settle before it goes', async (t) => {
  const { simulator, target } = await simulate(t);
  const agentPort = { host: '127.0.0.1', port: simulator.agentPort };
  const start = performance.now();
  const { evidence } = await waitForAck(
    { kind: 'patient-ack', address: null, why: 'a test' },
    { target, agentPort, times: CHECK_TIMES, options: {} },
  );
  t.match(evidence, { acknowledgedMs: Number });
  const { acknowledgedMs } = evidence as { acknowledgedMs: number };
  t.ok(performance.now() - start - acknowledgedMs >= 99, 'a tenth of a second after the acknowledgement');
});
