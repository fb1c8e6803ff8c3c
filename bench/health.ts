// How fast `/health/NAME` answers beside a bare Fastify route that sends the same body, in one run, and how many
// connections a million answers cause: `node bench/health.ts [REQUESTS]`.
import { connect } from 'node:net';
import Fastify from 'fastify';
import { pino } from 'pino';
import { defaultPolicy } from '../src/config/file-settings.ts';
import { startDaemon } from '../src/serve/daemon.ts';
import { startSimulator } from '../src/simulator/simulator.ts';

const requests = Number(process.argv[2] ?? 1_000_000);
const CONNECTIONS = 16;
const PIPELINED = 16;

const simulator = await startSimulator();
const daemon = await startDaemon(
  {
    listen: { host: '127.0.0.1', port: 0 },
    labels: {},
    docsUrl: null,
    controllers: [
      {
        target: {
          name: 'main',
          url: new URL(simulator.url),
          tunnel: null,
          direct: null,
          identity: null,
          agent: null,
          websocket: 'off',
          tls: { ca: null, serverName: null, insecureSkipVerify: false },
          credentials: null,
          proxy: { always: null, fromEnvironment: null, noProxy: null },
          timeoutMs: 5000,
        },
        ...defaultPolicy(),
        rise: 1,
        // The first round, then nothing for an hour: whatever else reaches the controller was caused by a request.
        cadenceMs: { web: 3_600_000, ping: 3_600_000, handshake: null, login: null, websocket: null },
      },
    ],
    token: null,
    allow: null,
    files: [],
    warnings: [],
    gates: [],
    agentChecks: [],
  },
  { logger: pino({ level: 'silent' }) },
);
const bare = Fastify({ logger: false });
bare.get('/health/main', async () => ({ status: 'up', parts: { web: 'up', 'agent-port': 'up' } }));
await bare.listen({ host: '127.0.0.1', port: 0 });
const bareAddress = bare.server.address();
const barePort = bareAddress !== null && typeof bareAddress === 'object' ? bareAddress.port : 0;

while ((await fetch(`http://127.0.0.1:${daemon.address.port}/health/main`)).status !== 200) {
  await new Promise((resolve) => setTimeout(resolve, 50));
}
const before = total();
// Warm both up, then measure them turn by turn, so that neither has the quieter machine.
await load(daemon.address.port, 20_000);
await load(barePort, 20_000);
const seconds = { ours: 0, bare: 0 };
const TURNS = 10;
for (let turn = 0; turn < TURNS; turn++) {
  seconds.ours += await load(daemon.address.port, requests / TURNS);
  seconds.bare += await load(barePort, requests / TURNS);
}
const rate = (of: number) => Math.round(requests / of);
write(`/health/main      ${rate(seconds.ours)} requests/s`);
write(`bare Fastify route ${rate(seconds.bare)} requests/s`);
write(`ratio             ${(seconds.bare / seconds.ours).toFixed(2)}`);
write(`connections that ${requests} requests caused: ${total() - before}`);
await Promise.all([daemon.close(), bare.close()]);
await simulator.close();

function total(): number {
  return simulator.counts.webConnections + simulator.counts.agentPortConnections;
}

/** Sends `count` requests over a few kept-alive connections. @returns seconds */
async function load(port: number, count: number): Promise<number> {
  const start = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, () => connection(port, Math.floor(count / CONNECTIONS))),
  );
  return (performance.now() - start) / 1000;
}

function connection(port: number, count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = 'GET /health/main HTTP/1.1\r\nHost: x\r\n\r\n';
    let sent = 0;
    let answered = 0;
    const socket = connect(port, '127.0.0.1', () => send(PIPELINED));
    const send = (wanted: number) => {
      const batch = Math.min(wanted, count - sent);
      sent += batch;
      if (batch > 0) socket.write(request.repeat(batch));
    };
    socket.setEncoding('latin1').on('error', reject);
    socket.on('data', (text) => {
      const answers = String(text).split('HTTP/1.1 200').length - 1;
      answered += answers;
      if (answered >= count) {
        socket.destroy();
        resolve();
      } else send(answers);
    });
  });
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
