import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { stringify } from 'yaml';
import { loadSettings } from '../../src/config/load.ts';
import { startDaemon } from '../../src/serve/daemon.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { ScriptedProbes } from '../daemon/scripted-probes.ts';
import { fuzz } from './fuzz.ts';
import { MutatedStream, type Script, script } from './mutations.ts';
import { assertClean } from './outputs.ts';

const TOKEN = 'token-0123456789-of-the-daemon';
const LANES = 6;
/** A client that holds its request back is given up after this, so that the next one is tried. */
const PATIENCE_MS = 400;
const MAX_POUR = 4 * 1024 * 1024;

const GETS = [
  '/',
  '/livez',
  '/readyz',
  '/health',
  '/health/main?entrypoint=web',
  '/metrics',
  '/controllers?limit=3',
  '/controllers/main?limit=3&format=html',
  '/probe?target=main&module=ping',
  '/diagnose?controller=main&format=markdown',
  '/diagnoses/agent-port-refused',
  '/diagnoses?q=port',
  '/reports/abc',
  '/openapi.json',
];
const BODIES = [
  { controller: 'main', log: 'SEVERE: Connection refused\njava.io.IOException' },
  { url: 'http://127.0.0.1:1/', tunnel: '127.0.0.1:2', websocket: 'only', depth: 'ping', timeout: '250ms' },
  { direct: '127.0.0.1:3', identity: 'AAAA', deep: true, hold: '1s' },
];
const HEAD = `Host: localhost\r\nAccept: text/html, application/json;q=0.9\r\nX-Prometheus-Scrape-Timeout-Seconds: 1\r\n`;
const REQUESTS = [
  ...GETS.map((path) => `GET ${path} HTTP/1.1\r\n${HEAD}\r\n`),
  ...BODIES.map((body) => {
    const text = JSON.stringify(body);
    return `POST /diagnose HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
  }),
  ...['/-/reload', '/controllers/main/drain'].map(
    (path) => `POST ${path} HTTP/1.1\r\n${HEAD}Authorization: Bearer ${TOKEN}\r\nContent-Length: 0\r\n\r\n`,
  ),
];

/** Sends a changed request on a connection of its own. @returns all that is answered */
async function send(port: number, request: string, script: Script): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.1' }).on('error', () => undefined);
  const patience = setTimeout(() => socket.destroy(), PATIENCE_MS);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  const closed = once(socket, 'close').catch(() => undefined);
  for (const action of new MutatedStream(script).push(Buffer.from(request, 'latin1'), Buffer.from(request))) {
    if (action.type === 'send') socket.write(action.bytes);
    else if (action.type === 'pour') socket.write(Buffer.alloc(MAX_POUR, action.bytes));
    else if (action.how === 'close') socket.end();
    else if (action.how === 'reset') socket.resetAndDestroy();
  }
  if (script.every(({ kind }) => kind !== 'end')) socket.end();
  await closed;
  clearTimeout(patience);
  return text;
}

/** A daemon whose controller is up. */
async function daemonOf(t: Test): Promise<number> {
  const simulator = await startSimulator();
  t.teardown(() => simulator.close());
  const folder = t.testdir({
    token: TOKEN,
    'probe.yaml': stringify({
      listen: { host: '127.0.0.1', port: 0 },
      auth: { tokenFile: `${t.testdirName}/token` },
      diagnose: { allow: ['127.0.0.1'] },
      controllers: [{ name: 'main', url: simulator.url }],
    }),
  });
  const settings = loadSettings({ file: `${folder}/probe.yaml`, env: {} });
  const daemon = await startDaemon(settings, {
    logger: pino({ level: 'silent' }),
    probes: new ScriptedProbes(),
  });
  t.teardown(() => daemon.close());
  return daemon.address.port;
}

t.test('whatever a client sends, it gets an answer of the API or none', async (t) => {
  const port = await daemonOf(t);
  const values = fc.record({ request: fc.constantFrom(...REQUESTS), script });
  const tryOne = async ({ request, script }: { request: string; script: Script }) => {
    const answer = await send(port, request, script);
    if (answer !== '' && !/^HTTP\/1\.1 (?!500)[2345]\d\d /.test(answer))
      throw new Error(`answered ${JSON.stringify(answer.slice(0, 300))}`);
    assertClean(
      'the answer',
      answer.replaceAll('\r\n', '\n'),
      script.some(({ kind }) => kind === 'echo') ? [] : [TOKEN],
    );
    const health = await fetch(`http://127.0.0.1:${port}/livez`);
    if (health.status !== 200) throw new Error(`/livez answers ${health.status}`);
  };
  await fuzz(t, 'request', values, tryOne, { limitMs: 5000, lanes: LANES });
});
