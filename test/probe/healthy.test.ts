import t from 'tap';
import { extraCheckPlanner } from '../../src/diagnosis/plan-extra-checks.ts';
import { CHEAP_CHECKS } from '../../src/model/extra-check-permissions.ts';
import { Secret } from '../../src/model/secret.ts';
import type { Target } from '../../src/model/target.ts';
import { investigate } from '../../src/probe/extra-checks/investigate.ts';
import { takeSurvey } from '../../src/probe/take-survey.ts';
import { parseIdentity } from '../../src/protocol/identity.ts';
import { buildReport } from '../../src/report/report.ts';
import type { SimulatedController, SimulatorOptions } from '../../src/simulator/simulator.ts';
import { simulate } from './simulated.ts';

interface WayIn {
  readonly name: string;
  readonly simulator?: SimulatorOptions;
  readonly target?: (simulator: SimulatedController) => Partial<Target>;
}

const WAYS_IN: readonly WayIn[] = [
  { name: 'discovery' },
  { name: 'discovery below a context path', simulator: { contextPath: '/jenkins' } },
  { name: 'discovery over https with a private authority', simulator: { https: true } },
  {
    name: 'discovery behind an ingress that publishes only tcpSlaveAgentListener/',
    simulator: { publishOnly: 'listener' },
  },
  {
    name: 'a tunnel to host and port, with a wrong host announced',
    simulator: { advertise: { host: 'nowhere.invalid', port: 1 } },
    target: ({ agentPort }) => ({ tunnel: { host: '127.0.0.1', port: agentPort } }),
  },
  {
    name: 'a tunnel to a host, the announced port kept',
    simulator: { advertise: { host: 'nowhere.invalid' } },
    target: () => ({ tunnel: { host: '127.0.0.1', port: null } }),
  },
  {
    name: 'a tunnel to a port, the announced host kept',
    simulator: { advertise: { port: 1 } },
    target: ({ agentPort }) => ({ tunnel: { host: null, port: agentPort } }),
  },
  {
    name: 'direct with a pinned identity, no HTTP at all',
    target: ({ agentPort, identity }) => ({
      url: null,
      direct: { host: '127.0.0.1', port: agentPort },
      identity: parseIdentity(identity),
    }),
  },
  { name: 'WebSocket beside TCP', target: () => ({ websocket: 'on' }) },
  { name: 'WebSocket over https', simulator: { https: true }, target: () => ({ websocket: 'on' }) },
  {
    name: 'WebSocket alone, the agent port disabled',
    simulator: { fault: 'port-disabled' },
    target: () => ({ websocket: 'only' }),
  },
];

t.test(
  'a healthy controller is reachable every way in, at every depth, with nothing to remark',
  async (t) => {
    for (const { name, simulator: options = {}, target: overrides } of WAYS_IN) {
      for (const depth of ['ping', 'handshake', 'login'] as const) {
        t.test(`${name}, ${depth}`, async (t) => {
          const { simulator, target } = await simulate(t, options);
          const plan = extraCheckPlanner(CHEAP_CHECKS);
          const seen = await investigate({ ...target, ...overrides?.(simulator) }, depth, plan, {
            times: { spacingMs: 10, silenceMs: 500, patienceMs: 500 },
          });
          const report = buildReport('test', seen);
          t.equal(report.verdict, 'reachable', JSON.stringify(report.steps));
          t.strictSame(report.diagnoses, []);
          t.equal(simulator.counts.bareConnects, 0, 'no connection to the agent port said nothing');
          t.equal(simulator.counts.closeNotifies, 0, 'JNLP4 was never ended politely');
        });
      }
    }
  },
);

t.test('a login stops before the node goes online and reports the capability', async (t) => {
  const { simulator, target } = await simulate(t);
  const { results } = await takeSurvey(target, 'login');
  const login = results.find(({ depth }) => depth === 'login');
  t.equal(login?.evidence.capability?.mask, '0x1fe');
  t.equal(login?.evidence.identity?.presented[0]?.fingerprint, simulator.fingerprint);
  t.equal(simulator.counts.online, 0);
  t.equal(simulator.counts.logins, 1);
});

t.test('a depth costs what it says: connections, one at a time', async (t) => {
  for (const [depth, connections] of [
    ['ping', 2],
    ['handshake', 3],
    ['login', 3],
  ] as const) {
    const { simulator, target } = await simulate(t);
    const { results } = await takeSurvey(target, depth);
    t.equal(results.find(({ entrypoint }) => entrypoint === 'agent-port')?.connections, connections, depth);
    t.equal(simulator.counts.agentPortConnections, connections, depth);
  }
});

t.test(
  'wrong secret, unknown name, already connected and a node of another kind are told apart',
  async (t) => {
    const { target } = await simulate(t, {
      agents: {
        canary: { secret: 'right' },
        busy: { secret: 'right', state: 'connected' },
        ssh: { secret: 'right', state: 'ssh' },
      },
    });
    for (const [name, secret, code] of [
      ['canary', 'wrong', 'wrong-secret'],
      ['nobody', 'right', 'unknown-client-name'],
      ['busy', 'right', 'already-connected'],
      ['ssh', 'right', 'not-an-inbound-agent'],
    ] as const) {
      const seen = await takeSurvey({ ...target, agent: { name, secret: new Secret(secret) } }, 'login');
      t.strictSame(
        buildReport('test', seen).diagnoses.map((found) => found.code),
        [code],
        `${name} with ${secret}`,
      );
    }
  },
);

t.test('a controller with another identity than the pinned one gets neither name nor secret', async (t) => {
  const { simulator, target } = await simulate(t);
  const other = await simulate(t, { fault: 'wrong-identity' });
  const direct = { host: '127.0.0.1', port: other.simulator.agentPort };
  const seen = await takeSurvey(
    { ...target, url: null, direct, identity: parseIdentity(simulator.identity) },
    'login',
  );
  t.strictSame(
    buildReport('test', seen).diagnoses.map((found) => found.code),
    ['identity-stale-direct'],
  );
  t.equal(other.simulator.counts.logins, 0);
});
