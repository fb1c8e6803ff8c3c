import t, { type Test } from 'tap';
import { extraCheckPlanner } from '../../src/diagnosis/plan-extra-checks.ts';
import { Secret } from '../../src/model/secret.ts';
import type { Target } from '../../src/model/target.ts';
import { investigate } from '../../src/probe/extra-checks/investigate.ts';
import { parseIdentity } from '../../src/protocol/identity.ts';
import { buildReport } from '../../src/report/report.ts';
import { webCertificate } from '../../src/simulator/certificates.ts';
import { type SimulatedController, startSimulator } from '../../src/simulator/simulator.ts';
import { targetOf } from '../probe/target.ts';
import { startProxy } from '../probe/wire/proxy-server.ts';
import { fuzz } from './fuzz.ts';
import { startInsideTls } from './inside-tls.ts';
import { type MutatingRelay, startMutatingRelay } from './mutating-relay.ts';
import { type Script, scripts } from './mutations.ts';
import { assertClean, assertCleanData, assertReport } from './outputs.ts';

const HOST = '127.0.0.1';
const TIMEOUT_MS = 400;
/** A survey and three rounds of checks, each with a probe's whole time, on a machine that does other things as well. */
const LIMIT_MS = 20_000;
const PASSWORD = 'pa55w0rd-of-the-web';
const PROXY_PASSWORD = 'pa55w0rd-of-the-proxy';
/** Values that are tried at the same time. */
const LANES = 12;

/** A relay that changes the bytes of one surface, and a target whose probes read them. */
interface Stage {
  readonly relay: MutatingRelay;
  readonly target: Target;
}

function targetAt(url: string | null, { agentSecret }: SimulatedController): Target {
  return targetOf({
    url: url === null ? null : new URL(url),
    agent: { name: 'canary', secret: new Secret(agentSecret) },
    credentials: { user: 'robot', password: new Secret(PASSWORD) },
    tls: { ca: null, serverName: null, insecureSkipVerify: true },
    timeoutMs: TIMEOUT_MS,
  });
}

/** A target in direct mode, as agents use it: with the instance identity. */
function directTo(port: number, simulator: SimulatedController): Target {
  const identity = parseIdentity(simulator.identity);
  return { ...targetAt(null, simulator), direct: { host: HOST, port }, identity };
}

async function proxied(t: Test, target: Target): Promise<Stage> {
  const proxy = await startProxy(t, { credentials: `robot:${PROXY_PASSWORD}` });
  const relay = await startMutatingRelay(proxy.port);
  const credentials = { user: 'robot', password: new Secret(PROXY_PASSWORD) };
  const always = { host: HOST, port: relay.port, credentials };
  return { relay, target: { ...target, proxy: { always, fromEnvironment: null, noProxy: null } } };
}

const STAGES = {
  discovery: async (simulator) => {
    const relay = await startMutatingRelay(simulator.webPort);
    return { relay, target: targetAt(`http://${HOST}:${relay.port}/`, simulator) };
  },
  'inside-https': async (simulator) => {
    const relay = await startMutatingRelay(simulator.webPort, await webCertificate('good'));
    return { relay, target: targetAt(`https://${HOST}:${relay.port}/`, simulator) };
  },
  'agent-port': async (simulator) => {
    const relay = await startMutatingRelay(simulator.agentPort);
    return { relay, target: directTo(relay.port, simulator) };
  },
  'inside-tls': async (simulator) => {
    const relay = await startInsideTls();
    return { relay, target: directTo(relay.port, simulator) };
  },
  websocket: async (simulator) => {
    const relay = await startMutatingRelay(simulator.webPort);
    return { relay, target: { ...targetAt(`http://${HOST}:${relay.port}/`, simulator), websocket: 'only' } };
  },
  'proxy-connect': (simulator, t) => proxied(t, directTo(simulator.agentPort, simulator)),
  'proxy-forward': (simulator, t) => proxied(t, targetAt(simulator.url, simulator)),
} as const satisfies Readonly<Record<string, MakeStage>>;

type MakeStage = (simulator: SimulatedController, t: Test) => Promise<Stage>;

/** Sockets that this process holds. */
function sockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => /TCPSocket|TLS/.test(kind)).length;
}

async function probe({ relay, target }: Stage, played: readonly Script[]): Promise<void> {
  relay.play(played);
  const secrets = [PASSWORD, PROXY_PASSWORD, target.agent?.secret.reveal() ?? ''];
  const plan = extraCheckPlanner({ deep: true, holdMs: 50 });
  const seen = await investigate(target, 'login', plan, {
    times: { spacingMs: 1, silenceMs: 50, patienceMs: TIMEOUT_MS },
    onStep: (step) => assertClean('a step', JSON.stringify(step), secrets),
  });
  assertCleanData(
    'the evidence',
    seen.results.map(({ evidence }) => evidence),
    secrets,
  );
  assertReport(buildReport('main', seen), secrets);
}

for (const [surface, make] of Object.entries(STAGES) as [keyof typeof STAGES, MakeStage][]) {
  t.test(`whatever comes from ${surface}, a probe ends with a report`, async (t) => {
    const before = sockets();
    const stages = await Promise.all(
      Array.from({ length: LANES }, async () => {
        const simulator = await startSimulator();
        t.teardown(() => simulator.close());
        return make(simulator, t);
      }),
    );
    const [first] = stages as [Stage];
    const tryOne = (played: readonly Script[], lane: number) => probe(stages[lane] ?? first, played);
    await fuzz(t, surface, scripts, tryOne, { limitMs: LIMIT_MS, lanes: LANES });
    first.relay.play([[]]);
    const seen = await investigate({ ...first.target, timeoutMs: 10_000 }, 'login', () => []);
    t.equal(buildReport('main', seen).verdict, 'reachable', 'unchanged bytes are healthy');
    for (const { relay } of stages) relay.close();
    while (sockets() > before) await new Promise((resolve) => setTimeout(resolve, 20));
    t.pass('no socket is left');
  });
}
