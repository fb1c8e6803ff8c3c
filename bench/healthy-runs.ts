// Counts diagnoses of a healthy controller, which must be 0: real probes and extra checks with the simulator, each connection
// mode at each depth: `node bench/healthy-runs.ts [RUNS]`. Exits with 1 after a diagnosis, after a connection to the agent
// port without data, or after a JNLP4 connection that ended with a close_notify.
import { extraCheckPlanner } from '../src/diagnosis/plan-extra-checks.ts';
import { CHEAP_CHECKS } from '../src/model/extra-check-permissions.ts';
import { AGENT_PORT_DEPTHS, type AgentPortDepth } from '../src/model/result.ts';
import { Secret } from '../src/model/secret.ts';
import type { Target } from '../src/model/target.ts';
import { investigate } from '../src/probe/extra-checks/investigate.ts';
import { parseIdentity } from '../src/protocol/identity.ts';
import { buildReport } from '../src/report/report.ts';
import {
  type SimulatedController,
  type SimulatorOptions,
  startSimulator,
} from '../src/simulator/simulator.ts';

interface Mode {
  readonly name: string;
  readonly simulator?: SimulatorOptions;
  readonly target?: (simulator: SimulatedController) => Partial<Target>;
}

const MODES: readonly Mode[] = [
  { name: 'discovery' },
  { name: 'discovery below a context path', simulator: { contextPath: '/jenkins' } },
  { name: 'discovery over https', simulator: { https: true } },
  { name: 'an ingress that publishes only tcpSlaveAgentListener/', simulator: { publishOnly: 'listener' } },
  {
    name: 'tunnel, with a wrong host announced',
    simulator: { advertise: { host: 'nowhere.invalid', port: 1 } },
    target: ({ agentPort }) => ({ tunnel: { host: '127.0.0.1', port: agentPort } }),
  },
  {
    name: 'tunnel behind an ingress that publishes only tcpSlaveAgentListener/',
    simulator: { publishOnly: 'listener', advertise: { host: 'nowhere.invalid' } },
    target: () => ({ tunnel: { host: '127.0.0.1', port: null } }),
  },
  {
    name: 'direct with a pinned identity',
    target: ({ agentPort, identity }) => ({
      url: null,
      direct: { host: '127.0.0.1', port: agentPort },
      identity: parseIdentity(identity),
    }),
  },
  { name: 'WebSocket beside TCP', target: () => ({ websocket: 'on' }) },
  {
    name: 'WebSocket and TCP over https',
    simulator: { https: true },
    target: () => ({ websocket: 'on' }),
  },
  {
    name: 'only WebSocket, the agent port disabled',
    simulator: { fault: 'port-disabled' },
    target: () => ({ websocket: 'only' }),
  },
];
const CONCURRENCY = 4;
const runs = Number(process.argv[2] ?? 1000);
if (!Number.isSafeInteger(runs) || runs < 1) {
  process.stderr.write('usage: healthy-runs.ts [RUNS]\n');
  process.exit(2);
}

interface Tally {
  runs: number;
  unreachable: number;
  readonly found: string[];
}

const plan = MODES.flatMap((mode) => AGENT_PORT_DEPTHS.map((depth) => ({ mode, depth })));
const tallies = new Map(plan.map((each) => [each, { runs: 0, unreachable: 0, found: [] } as Tally]));
// One controller for each mode and worker, so that a controller never has two agents of one name at a time.
const workers = Array.from({ length: CONCURRENCY }, () => new Map<Mode, SimulatedController>());
let next = 0;

async function work(own: Map<Mode, SimulatedController>): Promise<void> {
  while (next < runs) {
    const each = plan[next++ % plan.length];
    if (each === undefined) return;
    const { mode, depth } = each;
    const simulator = own.get(mode) ?? (await startSimulator(mode.simulator ?? {}));
    own.set(mode, simulator);
    const tally = tallies.get(each);
    if (tally !== undefined) await run(simulator, mode, depth, tally);
  }
}

async function run(
  simulator: SimulatedController,
  mode: Mode,
  depth: AgentPortDepth,
  tally: Tally,
): Promise<void> {
  const target: Target = {
    name: 'healthy',
    url: new URL(simulator.url),
    tunnel: null,
    direct: null,
    identity: null,
    agent: { name: 'canary', secret: new Secret(simulator.agentSecret) },
    websocket: 'off',
    tls: { ca: simulator.caPem, serverName: null, insecureSkipVerify: false },
    credentials: null,
    proxy: { always: null, fromEnvironment: null, noProxy: null },
    timeoutMs: 10_000,
    ...mode.target?.(simulator),
  };
  const report = buildReport('healthy', await investigate(target, depth, extraCheckPlanner(CHEAP_CHECKS)));
  tally.runs += 1;
  if (report.verdict !== 'reachable') tally.unreachable += 1;
  tally.found.push(...report.diagnoses.map(({ code }) => code));
}

const start = performance.now();
await Promise.all(workers.map(work));
const seconds = (performance.now() - start) / 1000;

const sum = { runs: 0, unreachable: 0, found: 0 };
process.stdout.write(`${'mode'.padEnd(70)}depth      runs  unreachable  diagnoses\n`);
for (const [{ mode, depth }, { runs, unreachable, found }] of tallies) {
  const codes = [...new Set(found)].join(', ');
  process.stdout.write(
    `${mode.name.padEnd(70)}${depth.padEnd(9)}${String(runs).padStart(6)}${String(unreachable).padStart(13)}${String(found.length).padStart(11)}  ${codes}\n`,
  );
  sum.runs += runs;
  sum.unreachable += unreachable;
  sum.found += found.length;
}
const simulators = workers.flatMap((own) => [...own.values()]);
const counted = (name: 'agentPortConnections' | 'bareConnects' | 'closeNotifies') =>
  simulators.reduce((total, { counts }) => total + counts[name], 0);
process.stdout.write(
  `${sum.runs} runs in ${seconds.toFixed(1)} s: ${sum.found} diagnoses, ${sum.unreachable} not reachable\n` +
    `seen by the controllers: ${counted('agentPortConnections')} connections to the agent port, ` +
    `${counted('bareConnects')} of them bare, ${counted('closeNotifies')} close_notify\n`,
);
const bad = sum.found + sum.unreachable + counted('bareConnects') + counted('closeNotifies');
await Promise.all(simulators.map((simulator) => simulator.close()));
process.exitCode = bad === 0 ? 0 : 1;
