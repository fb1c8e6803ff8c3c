import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { loadSettings } from '../src/config/load.ts';
import { startDaemon } from '../src/serve/daemon.ts';
import { instanceIdentity } from '../src/simulator/certificates.ts';
import { runHere } from './cli/in-process.ts';
import { assertClean, assertCleanData } from './fuzz/outputs.ts';
import { until } from './kubernetes/cluster-objects.ts';
import { fastClock } from './kubernetes/daemon-in-cluster.ts';
import { hello } from './protocol/encoder.ts';

/** C0 but for NUL, DEL, C1, and what turns or breaks lines: as UTF-8, and C1 as single bytes too. */
const CONTROLS = [
  ...Array.from({ length: 31 }, (_, i) => String.fromCharCode(i + 1)),
  ...Array.from({ length: 33 }, (_, i) => String.fromCharCode(0x7f + i)),
  ...Array.from('\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029'),
];
const bytesOf = (character: string) => [
  Buffer.from(character).toString('latin1'),
  ...(character <= '\u00ff' ? [character] : []),
];
const ALL = CONTROLS.flatMap(bytesOf);
/** A header with one of these is refused by every parser. */
const inHeader = (bytes: string) =>
  [...bytes].every((each) => each === '\t' || (each >= ' ' && each !== '\x7f'));

/** What a controller says about itself, each with control characters. */
interface Words {
  readonly header: string;
  readonly text: string;
}

const words: fc.Arbitrary<Words> = fc
  .record({
    header: fc.array(fc.constantFrom(...ALL.filter(inHeader), '[31m', 'x'), { minLength: 2, maxLength: 12 }),
    text: fc.array(fc.constantFrom(...ALL, '[31m', 'x'), { minLength: 2, maxLength: 12 }),
  })
  .map(({ header, text }) => ({ header: `a${header.join('')}z`, text: `a${text.join('')}z` }));

/** Answers of the web entrypoint; every text that a report, a page or a metric may show is spoilt. */
const PAGES: readonly ((
  words: Words,
  agentPort: number,
  identity: string,
) => readonly [string, ...string[]])[] = [
  ({ header }, port, identity) => [
    '200 OK',
    `X-Instance-Identity: ${identity}`,
    `X-Jenkins-JNLP-Port: ${port}`,
    `X-Jenkins-Agent-Protocols: JNLP4-connect, Ping, ${header}`,
    `X-Remoting-Minimum-Version: ${header}`,
  ],
  ({ header }, port, identity) => [
    '200 OK',
    `X-Instance-Identity: ${identity}`,
    `X-Jenkins-JNLP-Port: ${port}`,
    `X-Jenkins-JNLP-Host: ${header}`,
    'X-Jenkins-Agent-Protocols: JNLP4-connect, Ping',
  ],
  ({ header }) => ['200 OK', `X-Jenkins-JNLP-Port: ${header}`, `X-Instance-Identity: ${header}`],
  ({ header }) => ['302 Found', `Location: http://x/${header}`],
  ({ header }) => [`403 ${header}`, `X-You-Are-Authenticated-As: ${header}`],
  ({ header }) => ['503 Service Unavailable', `Retry-After: ${header}`],
];

class Controller {
  words: Words = { header: '', text: '' };
  page = 0;
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();

  async start(): Promise<string> {
    const { published } = await instanceIdentity('own');
    const agentPort = await this.#listen((first) => {
      const { text } = this.words;
      if (!first.startsWith('GET ')) return `${text}\r\n`;
      const lines = [
        `Jenkins-Agent-Protocols: ${text}`,
        `Jenkins-Version: ${text}`,
        `Jenkins-Session: ${text}`,
      ];
      return Buffer.concat([hello([...lines, `Server: ${text}`, `Remoting-Minimum-Version: ${text}`])]);
    });
    const webPort = await this.#listen(() => {
      const { header, text } = this.words;
      const [status, ...headers] =
        (PAGES[this.page % PAGES.length] ?? PAGES[0])?.(this.words, agentPort, published) ?? [];
      const always = [
        `Server: ${header}`,
        `X-Jenkins: ${header}`,
        `X-Jenkins-Session: ${header}`,
        'Content-Type: text/html',
      ];
      const head = [
        `HTTP/1.1 ${status}`,
        ...headers,
        ...always,
        `Set-Cookie: ${header}=1`,
        'Connection: close',
      ];
      return Buffer.from(`${head.join('\r\n')}\r\n\r\n<title>${text}</title>${text}`, 'latin1');
    });
    return `http://127.0.0.1:${webPort}/`;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    for (const server of this.#servers) server.close();
  }

  async #listen(answer: (first: string) => string | Buffer): Promise<number> {
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
      socket.once('data', (first) =>
        socket.end(answer(first.toString('latin1')), 'latin1' as BufferEncoding),
      );
    });
    this.#servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }
}

const PATHS = [
  '/controllers',
  '/controllers/main',
  '/controllers/main?format=html',
  '/controllers/main?format=text',
  '/?format=html',
  '/?format=text',
  '/?format=markdown',
  '/metrics',
  '/probe?target=main&module=web',
  '/health',
];
const FORMS = ['json', 'text', 'markdown', 'html', 'events'];

const COMMANDS = [
  ['diagnose'],
  ['diagnose', '--json'],
  ['diagnose', '--format=markdown'],
  ['check'],
  ['check', '--json'],
];

async function runClean(args: readonly string[]): Promise<void> {
  const { stdout, stderr } = await runHere(args);
  assertClean(args.join(' '), stdout + stderr);
  if (args.includes('--json')) assertCleanData(args.join(' '), JSON.parse(stdout));
}

/** A daemon that probes this controller every 50 milliseconds. */
async function daemonOf(t: Test, url: string) {
  const folder = t.testdir({
    'probe.yaml': `listen: { host: 127.0.0.1, port: 0 }
labels: { cluster: east }
probe: { timeout: 1s, rise: 1, fall: 1, cadence: { web: 5s, ping: 5s, handshake: 1m, websocket: 1m }, connectionsPerMinute: 600 }
controllers: [{ name: main, url: '${url}', websocket: true }]
`,
  });
  const lines: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => lines.push(line) });
  const settings = loadSettings({ file: `${folder}/probe.yaml`, env: {} });
  const daemon = await startDaemon(settings, { logger, clock: fastClock(100) });
  t.teardown(() => daemon.close());
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${daemon.address.port}${path}`);
    return `${[...response.headers].join('\n')}\n${await response.text()}`;
  };
  return { get, lines };
}

t.test('no output has a control character that a controller has sent', { timeout: 60_000 }, async (t) => {
  const controller = new Controller();
  t.teardown(() => controller.close());
  const url = await controller.start();
  const { get, lines } = await daemonOf(t, url);
  let tried = 0;
  await fc.assert(
    fc.asyncProperty(words, async (spoilt) => {
      controller.words = spoilt;
      controller.page = tried++;
      const rounds = lines.length + 4;
      await until(() => lines.length >= rounds);
      for (const path of PATHS) assertClean(path, await get(path));
      // At the same time: they share one diagnosis.
      await Promise.all(
        FORMS.map(async (form) =>
          assertClean(`a diagnosis as ${form}`, await get(`/diagnose?controller=main&format=${form}`)),
        ),
      );
      for (const path of ['/controllers', '/controllers/main'])
        assertCleanData(path, JSON.parse((await get(path)).replace(/^[^{]*/s, '')));
      await Promise.all(COMMANDS.map((args) => runClean([...args, url, '--timeout', '1s'])));
      for (const line of lines) assertCleanData('the log', JSON.parse(line));
    }),
    { seed: 20_260_102, numRuns: PAGES.length, endOnFailure: true },
  );
  t.equal(tried, PAGES.length);
});
