import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Row } from './row.ts';
import { freePort, startProgram } from './running-program.ts';
import { connectionsOf, watch } from './watching.ts';

const BARE = fileURLToPath(new URL('bare-server.ts', import.meta.url));
const PATH = '/health/controller-0';
const CONNECTIONS = 16;
const PIPELINED = 16;
/** Many short turns: the speed of a virtual machine can change by a factor of two from second to second. */
const TURNS = 200;

/**
 * Compares the answers of `/health/NAME` per second with a bare Fastify route that sends the same body.
 * @param settle the age of the daemon in seconds: in its second minute, V8 drops much of what it has learned
 */
export async function healthRow(requests: number, settle: number): Promise<Row> {
  // After the first round no probe runs for an hour, so any further connection to the controller is caused by a request.
  const cadence = { web: '1h', ping: '1h', handshake: 'off', websocket: 'off' };
  const daemon = await watch(1, { probe: { rise: 1, cadence } });
  while ((await fetch(daemon.url + PATH)).status !== 200) await delay(50);
  await delay(settle * 1000);
  const barePort = await freePort();
  const bare = await startProgram(
    process.execPath,
    [BARE, String(barePort), PATH],
    `http://127.0.0.1:${barePort}${PATH}`,
  );
  const ours = Number(new URL(daemon.url).port);
  const before = connectionsOf(daemon.simulated);
  // Measures alternately, so that other load affects both. The daemon optimises more code after 10 seconds of load.
  const seconds = { ours: 0, bare: 0 };
  for (let turn = -TURNS / 2; turn < TURNS; turn++) {
    const spent = { ours: await load(ours, requests / TURNS), bare: await load(barePort, requests / TURNS) };
    if (turn < 0) continue;
    seconds.ours += spent.ours;
    seconds.bare += spent.bare;
  }
  const caused = connectionsOf(daemon.simulated) - before;
  if (caused > 0) throw new Error(`requests to /health caused ${caused} connections to the controller`);
  await Promise.all([daemon.stop(), bare.stop()]);
  const what = '/health ÷ a bare Fastify route';
  return { what, ours: seconds.bare / seconds.ours, unit: '', bar: { least: 0.85 }, peer: null };
}

/** Sends `count` requests over a few persistent connections. @returns seconds */
async function load(port: number, count: number): Promise<number> {
  const start = performance.now();
  const share = Math.floor(count / CONNECTIONS);
  await Promise.all(Array.from({ length: CONNECTIONS }, () => connection(port, share)));
  return (performance.now() - start) / 1000;
}

function connection(port: number, count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = `GET ${PATH} HTTP/1.1\r\nHost: x\r\n\r\n`;
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
