import t from 'tap';
import { extraCheckPlanner } from '../../src/diagnosis/plan-extra-checks.ts';
import { CHEAP_CHECKS } from '../../src/model/extra-check-permissions.ts';
import type { Resolver } from '../../src/model/options.ts';
import type { Target } from '../../src/model/target.ts';
import { investigate } from '../../src/probe/extra-checks/investigate.ts';
import { buildReport } from '../../src/report/report.ts';
import { simulate } from './simulated.ts';
import { targetOf } from './target.ts';

const TIMEOUT_MS = 800;

async function examine(target: Target, resolve?: Resolver) {
  const options = resolve === undefined ? {} : { resolve };
  const start = performance.now();
  const seen = await investigate(target, 'handshake', extraCheckPlanner(CHEAP_CHECKS), options);
  return { report: buildReport('dead', seen), tookMs: performance.now() - start };
}

const at127 = (port: number) => ({ host: '127.0.0.1', port });
const url = (host: string) => targetOf({ url: new URL(`http://${host}/`), timeoutMs: TIMEOUT_MS });
const at =
  (address: string): Resolver =>
  async () => [{ address, family: 4 }];

t.test('a dead host: in time, and which of resolve, route, filter and refuse it was', async (t) => {
  const filtered = await simulate(t, { fault: 'port-filtered' });
  const gone: Resolver = () => Promise.reject(Object.assign(new Error('gone'), { code: 'ENOTFOUND' }));
  const mute: Resolver = () => new Promise(() => undefined);
  const cases: readonly (readonly [what: string, Target, Resolver | undefined, code: string])[] = [
    ['the name does not resolve', url('dead.test'), gone, 'dns-not-resolving certain'],
    ['the resolver is dead', url('dead.test'), mute, 'dns-timeout likely'],
    // Linux has no route for TCP to a multicast address, in any network.
    ['no route', url('dead.test'), at('224.0.0.1'), 'network-unreachable likely'],
    ['nobody listens', url('127.0.0.1:1'), undefined, 'discovery-connect-refused likely'],
    [
      'packets are dropped',
      url(`127.0.0.1:${filtered.simulator.agentPort}`),
      undefined,
      'discovery-connect-timeout likely',
    ],
  ];
  for (const [what, target, resolve, code] of cases) {
    const { report, tookMs } = await examine(target, resolve);
    t.equal(`${report.diagnoses[0]?.code} ${report.diagnoses[0]?.confidence}`, code, what);
    t.equal(report.diagnoses.length, 1, `${what}: and nothing else`);
    t.strictSame(report.extra, [], `${what}: no further look`);
    t.ok(tookMs < TIMEOUT_MS, `${what}: ${tookMs} ms`);
    t.ok(
      report.notChecked.some((gap) => gap.what.includes('port-connect')),
      'and what was not reached',
    );
  }
});

t.test('a dead agent port: in time too, the looks at other places included', async (t) => {
  const dead = (await simulate(t, { fault: 'port-filtered' })).simulator.agentPort;
  const direct = await examine({ ...targetOf({ timeoutMs: TIMEOUT_MS }), url: null, direct: at127(dead) });
  t.equal(direct.report.diagnoses[0]?.code, 'agent-port-timeout-filtered');
  t.ok(direct.tookMs < TIMEOUT_MS, `direct: ${direct.tookMs} ms`);

  const elsewhere = (await simulate(t, { fault: 'port-filtered' })).simulator.agentPort;
  const alive = await simulate(t, { advertise: { host: 'dead.test', port: elsewhere } });
  const timeoutMs = 2000;
  const target = { ...alive.target, timeoutMs, tunnel: at127(dead) };
  const { report, tookMs } = await examine(target, at('127.0.0.1'));
  t.match(report.diagnoses, [{ code: 'agent-port-timeout-filtered', confidence: 'likely' }]);
  t.strictSame(
    report.extra.map(({ look, result }) => `${look}: ${result}`),
    [
      'repeat-web: 2 of 2 answers are those of Jenkins',
      `other-place: no agent port at dead.test:${elsewhere}`,
    ],
  );
  t.ok(tookMs < timeoutMs, `a tunnel, and what is announced: ${tookMs} ms`);
});
