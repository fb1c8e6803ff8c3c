import { createServer, type Server } from 'node:net';
import t from 'tap';
import { AdHoc, AdHocBusy, type OpenVisit, TargetNotAllowed } from '../../src/daemon/ad-hoc.ts';
import { Visit } from '../../src/daemon/visit.ts';
import { AllowList, parseAllowEntry } from '../../src/model/allow-list.ts';
import type { ResolvedAddress, Resolver } from '../../src/model/options.ts';
import type { StepResult } from '../../src/model/result.ts';
import type { Target } from '../../src/model/target.ts';
import { takeSurvey } from '../../src/probe/take-survey.ts';
import { simulate } from '../probe/simulated.ts';
import { targetOf } from '../probe/target.ts';
import { FakeClock } from './fake-clock.ts';
import { ScriptedProbes } from './scripted-probes.ts';

const listOf = (...entries: readonly string[]) => new AllowList(entries.map(parseAllowEntry));
const resolved = (address: string): ResolvedAddress => ({ address, family: address.includes(':') ? 6 : 4 });

/** Names and their addresses. Each lookup takes the next answer; the last answer repeats. */
function resolverOf(names: Readonly<Record<string, readonly string[]>>) {
  const asked: string[] = [];
  const resolve: Resolver = async (host) => {
    const answers = names[host] ?? [];
    const turn = asked.filter((each) => each === host).length;
    asked.push(host);
    const answer = answers[Math.min(turn, answers.length - 1)];
    if (answer === undefined) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
    return answer.split(' ').map(resolved);
  };
  return { asked, resolve };
}

/** Starts a listener that must not get a connection, and counts its connections. */
async function trap(t: { teardown(close: () => void): void }, host: string, port = 0) {
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  t.teardown(() => server.close());
  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    connections: () => connections,
  };
}

async function refusal(diagnosis: Promise<unknown>): Promise<TargetNotAllowed> {
  try {
    await diagnosis;
  } catch (error) {
    if (error instanceof TargetNotAllowed) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

/** No controller is configured. */
const AT_ONCE: OpenVisit = () => new Visit(() => []);
const adHocWith = (resolve?: Resolver) => new AdHoc(new FakeClock(), takeSurvey, AT_ONCE, { resolve });
const named = (target: Target, url: string): Target => ({ ...target, agent: null, url: new URL(url) });

t.test('a permitted target is diagnosed down to its identity, step by step', async (t) => {
  const { simulator, target } = await simulate(t, { advertise: { host: 'agents.test' } });
  const { resolve, asked } = resolverOf({ 'jenkins.test': ['127.0.0.1'], 'agents.test': ['127.0.0.1'] });
  const steps: StepResult[] = [];
  const report = await adHocWith(resolve).diagnose(
    named(target, `http://jenkins.test:${simulator.webPort}/`),
    'handshake',
    listOf(`127.0.0.1:${simulator.webPort}`, `127.0.0.1:${simulator.agentPort}`),
    { tell: (step) => steps.push(step), signal: new AbortController().signal },
  );
  t.equal(report.verdict, 'reachable');
  t.same(asked, ['jenkins.test', 'agents.test'], 'each name is resolved once, for the dialling itself');
  t.same(
    steps.map(({ step }) => step),
    report.steps.map(({ step }) => step),
  );
});

t.test('a name that changes its address in between is judged by the address that is dialled', async (t) => {
  const { simulator, target } = await simulate(t, { advertise: { host: 'jenkins.test' } });
  const inner = await trap(t, '127.0.0.2', simulator.agentPort);
  const { resolve } = resolverOf({ 'jenkins.test': ['127.0.0.1', '127.0.0.2'] });
  const { message, place } = await refusal(
    adHocWith(resolve).diagnose(
      named(target, `http://jenkins.test:${simulator.webPort}/`),
      'handshake',
      listOf('127.0.0.1'),
    ),
  );
  t.same(place, { host: 'jenkins.test', port: simulator.agentPort });
  t.notMatch(message, /127\.0\.0/);
  t.equal(inner.connections(), 0);
  t.equal(simulator.counts.webConnections > 0, true, 'the first hop was permitted');
});

t.test('what the controller announces is checked as well', async (t) => {
  const inner = await trap(t, '127.0.0.2');
  const { simulator, target } = await simulate(t, { advertise: { host: '127.0.0.2', port: inner.port } });
  const steps: StepResult[] = [];
  const { place } = await refusal(
    adHocWith().diagnose(named(target, simulator.url), 'handshake', listOf('127.0.0.1'), {
      tell: (step) => steps.push(step),
      signal: new AbortController().signal,
    }),
  );
  t.same(place, { host: '127.0.0.2', port: inner.port });
  t.equal(inner.connections(), 0);
  t.same(
    steps.map(({ step, outcome }) => `${step} ${outcome}`),
    ['web-resolve ok', 'web-connect ok', 'listener ok'],
    'who follows has heard of the hops before, and of none behind',
  );
});

t.test('nothing that is not permitted is dialled, at any door', async (t) => {
  const inner = await trap(t, '127.0.0.1');
  const { simulator, target } = await simulate(t);
  const good = new URL(simulator.url);
  const { resolve } = resolverOf({ 'inner.test': ['127.0.0.1'], 'two.test': ['10.0.0.7 127.0.0.1'] });
  const bad = { host: '127.0.0.1', port: inner.port };
  const own = `127.0.0.1:${simulator.webPort}`;
  const cases: readonly (readonly [Partial<Target>, AllowList])[] = [
    [{ url: new URL(`http://127.0.0.1:${inner.port}/`) }, listOf('10.0.0.0/8', '*')],
    [{ url: new URL(`http://[::ffff:127.0.0.1]:${inner.port}/`) }, listOf('10.0.0.0/8', '*', '::/0')],
    [{ url: new URL(`http://inner.test:${inner.port}/`) }, listOf('*.test', '0.0.0.0/0')],
    [{ url: new URL(`http://two.test:${inner.port}/`) }, listOf('*.test')],
    [{ url: good, tunnel: bad }, listOf(own)],
    [{ url: good, tunnel: { host: null, port: inner.port } }, listOf(own)],
    [{ url: null, direct: bad }, listOf(own)],
    [{ url: null, direct: { host: 'inner.test', port: inner.port } }, listOf('*.test')],
    [{ url: new URL(`http://inner.test:${inner.port}/`), websocket: 'only' }, listOf('*.test')],
  ];
  for (const [index, [overrides, allow]] of cases.entries()) {
    const asked = { ...target, agent: null, ...overrides };
    const { message } = await refusal(adHocWith(resolve).diagnose(asked, 'ping', allow));
    t.match(message, /^diagnose\.allow does not permit \S+$/, `case ${index}`);
    t.notMatch(message, /10\.0\.0\.7/);
    t.equal(inner.connections(), 0, `case ${index}`);
  }
});

t.test('what a proxy dials cannot be seen, so none is used', async (t) => {
  const proxy = await trap(t, '127.0.0.1');
  const server = { host: '127.0.0.1', port: proxy.port, credentials: null };
  for (const url of ['http://a.test/', 'https://a.test/']) {
    const target = targetOf({
      url: new URL(url),
      proxy: { always: server, fromEnvironment: null, noProxy: null },
    });
    const report = await adHocWith().diagnose(target, 'ping', listOf('*.test', '127.0.0.0/8'));
    t.equal(report.verdict, 'unreachable');
    t.match(report.steps, [{ step: 'web-resolve', detail: /^connecting to .* is not permitted$/ }]);
    t.equal(proxy.connections(), 0);
  }
});

t.test('whether a name exists is not told either', async (t) => {
  const { resolve, asked } = resolverOf({ 'there.test': ['10.0.0.7'] });
  const url = (host: string) => targetOf({ url: new URL(`http://${host}/`), timeoutMs: 500 });
  const messages = [];
  for (const host of ['there.test', 'gone.test']) {
    const { message } = await refusal(adHocWith(resolve).diagnose(url(host), 'ping', listOf('127.0.0.1')));
    messages.push(message.replace(host, 'HOST'));
  }
  t.equal(messages[0], messages[1]);
  t.equal(asked.length, 2);
  await refusal(adHocWith(resolve).diagnose(url('other.test'), 'ping', listOf('*.example.com')));
  t.equal(asked.length, 2, 'where no range could permit it, it is not even resolved');
  const known = await adHocWith(resolve).diagnose(url('gone.test'), 'ping', listOf('gone.test'));
  t.match(known.diagnoses, [{ code: 'dns-not-resolving' }], 'a permitted name may be looked at');
});

t.test('no redirect is followed', async (t) => {
  const { simulator, target } = await simulate(t, { fault: 'redirect' });
  const { resolve, asked } = resolverOf({ 'jenkins.test': ['127.0.0.1'] });
  const report = await adHocWith(resolve).diagnose(
    named(target, `http://jenkins.test:${simulator.webPort}/`),
    'handshake',
    listOf('127.0.0.0/8'),
  );
  t.equal(report.verdict, 'unreachable');
  t.match(report.steps, [{}, {}, { step: 'listener', reason: 'discovery-redirect-only' }]);
  t.same(new Set(asked), new Set(['jenkins.test']));
});

t.test('one run for all who ask for the same; a host is not diagnosed in two ways at a time', async (t) => {
  const probes = new ScriptedProbes();
  probes.hold = true;
  const clock = new FakeClock();
  const adHoc = new AdHoc(clock, probes.survey, AT_ONCE);
  const allow = listOf('*');
  const target = (host: string, overrides: Partial<Target> = {}) =>
    targetOf({ name: host, url: new URL(`https://${host}/`), ...overrides });
  const first = adHoc.diagnose(target('a.test'), 'ping', allow);
  t.equal(adHoc.diagnose(target('a.test'), 'ping', listOf('*')), first);
  t.equal(probes.count('survey'), 1);
  for (const [other, depth] of [
    [target('a.test'), 'handshake'],
    [target('a.test', { timeoutMs: 1 }), 'ping'],
    [target('b.test', { tunnel: { host: 'A.test', port: 1 } }), 'ping'],
    [target('b.test', { url: null, direct: { host: 'a.test', port: 1 } }), 'ping'],
  ] as const) {
    await t.rejects(
      adHoc.diagnose(other, depth, allow),
      new AdHocBusy('another diagnosis of this host is running'),
    );
  }
  const others = ['b.test', 'c.test', 'd.test'].map((host) => adHoc.diagnose(target(host), 'ping', allow));
  await t.rejects(adHoc.diagnose(target('e.test'), 'ping', allow), { message: /too many/ });
  t.equal(probes.count('survey'), 4);
  probes.release();
  await Promise.all([first, ...others]);
  t.equal(adHoc.diagnose(target('a.test'), 'ping', allow), first, 'and for five seconds');
  await clock.advance(5_000);
  probes.hold = false;
  t.not(await adHoc.diagnose(target('a.test'), 'ping', allow), await first);
  t.match(await adHoc.diagnose(target('e.test'), 'ping', allow), { controller: 'e.test' });
});

t.test('closing calls off what is running', async (t) => {
  const probes = new ScriptedProbes();
  probes.hold = true;
  const adHoc = new AdHoc(new FakeClock(), probes.survey, AT_ONCE);
  const url = new URL('https://a.test/');
  const running = adHoc.diagnose(targetOf({ url }), 'ping', listOf('*'));
  adHoc.close();
  await running;
  t.equal(probes.running, 0);
});

t.test('other spellings of one address are one place, with one budget', async (t) => {
  const { simulator, target } = await simulate(t);
  const clock = new FakeClock();
  const { resolve } = resolverOf({ 'localhost.': ['127.0.0.1'], 'other.test': ['::ffff:127.0.0.1'] });
  const adHoc = new AdHoc(clock, takeSurvey, AT_ONCE, { resolve });
  const allow = listOf('127.0.0.1', 'localhost', '*.test');
  const urls = ['127.0.0.1', 'localhost.', 'other.test'].map(
    (host) => `http://${host}:${simulator.webPort}/`,
  );
  const outcomes = await Promise.allSettled(
    urls.map((url) => adHoc.diagnose(named(target, url), 'handshake', allow)),
  );
  t.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1, 'one at a time');
  const connections = () => simulator.counts.webConnections + simulator.counts.agentPortConnections;
  for (let round = 0; round < 40; round += 1) {
    const url = urls[round % urls.length] ?? '';
    await adHoc.diagnose(named(target, url), 'handshake', allow).catch(() => undefined);
    await clock.advance(1000);
  }
  t.ok(connections() <= 70, `${connections()} connections in a minute`);
});
