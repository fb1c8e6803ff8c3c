import { setTimeout as delay } from 'node:timers/promises';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { startBlackbox } from './blackbox.ts';
import type { Row } from './row.ts';
import { connectionsOf, MOST_SIMULATED, type Watching, watch } from './watching.ts';

/** Connections to each controller in a round: the web request, the hello and the ping. */
const CONTROLLERS = 200;
const CADENCE_SECONDS = 3;
const RATE = (CONTROLLERS * 3) / CADENCE_SECONDS;
const SCRAPE_SECONDS = 15;

/** V8 compiles the functions of a daemon in its first minutes. Afterwards it runs for weeks. */
const WARM_UP_MS = 120_000;

/**
 * Compares the CPU time of one of our connections with one probe of blackbox_exporter, both at 200 a second. Both are
 * measured at the same time, because the speed of a virtual machine changes.
 */
export async function cpuRow(seconds: number): Promise<Row> {
  const cadence = `${CADENCE_SECONDS}s`;
  const daemon = await watch(CONTROLLERS, {
    probe: { cadence: { web: cadence, ping: cadence, handshake: 'off', websocket: 'off' } },
  });
  const first = await costOfConnection(daemon, WARM_UP_MS / 1000);
  const [ours, peer] = await Promise.all([costOfConnection(daemon, seconds), costOfPeer(seconds)]);
  await daemon.stop();
  process.stdout.write(
    `CPU: ${micros(ours)} for a connection of ours, ${micros(peer)} for a probe of the peer; in the first two minutes ${micros(first)}\n`,
  );
  return {
    what: 'CPU for a connection ÷ that of the peer',
    ours: ours / peer,
    unit: '',
    bar: { most: 0.8 },
    peer: null,
  };
}

/** Returns the CPU time for a connection in seconds. */
async function costOfConnection(daemon: Watching, seconds: number): Promise<number> {
  const before = { cpu: daemon.cpuSeconds(), connections: connectionsOf(daemon.simulated) };
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    await delay(Math.min(SCRAPE_SECONDS * 1000, end - performance.now()));
    await (await fetch(`${daemon.url}/metrics`)).text();
  }
  return (daemon.cpuSeconds() - before.cpu) / (connectionsOf(daemon.simulated) - before.connections);
}

/** Returns the CPU time for a probe in seconds. Two of three of our connections are to the agent port. */
async function costOfPeer(seconds: number): Promise<number> {
  const blackbox = await startBlackbox();
  const simulated = await Promise.all(Array.from({ length: MOST_SIMULATED }, () => startSimulator()));
  const probes: Promise<unknown>[] = [];
  const begin = async (index: number) => {
    const controller = simulated[index % simulated.length];
    if (controller === undefined) return;
    const port = `127.0.0.1:${controller.agentPort}`;
    await (index % 3 === 0
      ? blackbox.probe('web', `${controller.url}tcpSlaveAgentListener/`)
      : blackbox.probe('port', port));
  };
  const before = blackbox.cpuSeconds();
  const start = performance.now();
  for (let sent = 0; performance.now() < start + seconds * 1000; ) {
    const due = ((performance.now() - start) / 1000) * RATE;
    for (; sent < due; sent++) probes.push(begin(sent));
    await delay(10);
  }
  await Promise.all(probes);
  const cost = (blackbox.cpuSeconds() - before) / probes.length;
  await Promise.all([blackbox.stop(), ...simulated.map((each) => each.close())]);
  return cost;
}

function micros(seconds: number): string {
  return `${Math.round(seconds * 1e6)} µs`;
}
