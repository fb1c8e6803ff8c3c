// Measures a scrape of `/metrics` with many controllers at every default depth, plain and with gzip. Compares it with a bare
// Fastify route that sends the same text: `node bench/scrape.ts [CONTROLLERS]`.
import Fastify from 'fastify';
import { Agent, request } from 'undici';
import { realProbes } from '../src/daemon/probes.ts';
import { buildVersion } from '../src/metrics/build.ts';
import { MetricsRecorder } from '../src/metrics/recorder.ts';
import { MetricsRegistry } from '../src/metrics/registry.ts';
import type { ProbeResult } from '../src/model/result.ts';
import { metricsRoutes } from '../src/server/metrics-routes.ts';
import { startSimulator } from '../src/simulator/simulator.ts';

const controllers = Number(process.argv[2] ?? 1000);
const SCRAPES = 21;
const PLAN = [
  { depth: 'web', cadenceMs: 15_000 },
  { depth: 'ping', cadenceMs: 15_000 },
  { depth: 'handshake', cadenceMs: 300_000 },
] as const;

const registry = new MetricsRegistry({ cluster: 'us-east-2-agents' });
const recorder = new MetricsRecorder(registry);
recorder.initialise();
recorder.build(buildVersion(), process.versions.node);
registry.collectProcess();
const results = await probedOnce();
for (let index = 0; index < controllers; index++) {
  const name = `controller-${index}`;
  recorder.remember({ name, entrypoints: ['web', 'agent-port'], plan: PLAN, initial: 'up', tls: true });
  for (const result of results) recorder.result(name, result);
  recorder.diagnosed(name, [{ code: 'agent-port-refused', confidence: 'likely' }]);
}
const text = await registry.text();
const own = text.split('\n').filter((line) => line.includes('controller="controller-0"')).length;
const [ours, bare] = [Fastify({ logger: false }), Fastify({ logger: false })];
metricsRoutes(ours, { metrics: registry });
bare.get('/metrics', async () => text);
const urls = await Promise.all([ours, bare].map((app) => app.listen({ host: '127.0.0.1', port: 0 })));

write(`controllers         ${controllers}`);
write(`series a controller ${own}`);
write(`text                ${(text.length / 1e6).toFixed(1)} MB`);
// Alternately, so that other load affects both.
const times: Record<'plain' | 'gzip' | 'bare', number[]> = { plain: [], gzip: [], bare: [] };
const agent = new Agent();
let zipped = 0;
for (let scrape = 0; scrape < SCRAPES; scrape++) {
  times.plain.push((await timed(urls[0], {})).ms);
  const { ms, bytes } = await timed(urls[0], { 'accept-encoding': 'gzip' });
  times.gzip.push(ms);
  zipped = bytes;
  times.bare.push((await timed(urls[1], {})).ms);
}
write(
  `scrape, median      ${median(times.plain).toFixed(0)} ms (slowest ${Math.max(...times.plain).toFixed(0)} ms)`,
);
write(`with gzip, median   ${median(times.gzip).toFixed(0)} ms, ${(zipped / 1e6).toFixed(2)} MB`);
write(`bare Fastify route  ${median(times.bare).toFixed(0)} ms`);
write(`ratio               ${(median(times.plain) / median(times.bare)).toFixed(1)}`);
await Promise.all([ours.close(), bare.close(), agent.close()]);

/** Returns one result of each planned depth, from a simulated controller with https. */
async function probedOnce(): Promise<readonly ProbeResult[]> {
  const simulator = await startSimulator({ https: true });
  const target = {
    name: 'measured',
    url: new URL(simulator.url),
    tunnel: null,
    direct: null,
    identity: null,
    agent: null,
    websocket: 'off' as const,
    tls: { ca: simulator.caPem, serverName: null, insecureSkipVerify: false },
    credentials: null,
    proxy: { always: null, fromEnvironment: null, noProxy: null },
    timeoutMs: 5000,
  };
  const web = await realProbes.web(target);
  const { announcement } = web.evidence;
  if (announcement === undefined) throw new Error('the simulator announces no agent port');
  const ping = await realProbes.agentPort(target, 'ping', announcement);
  const handshake = await realProbes.agentPort(target, 'handshake', announcement);
  await simulator.close();
  return [web, ping, handshake];
}

async function timed(url: string | undefined, headers: Record<string, string>) {
  const start = performance.now();
  const { body } = await request(`${url}/metrics`, { dispatcher: agent, headers });
  const bytes = (await body.arrayBuffer()).byteLength;
  return { ms: performance.now() - start, bytes };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
