import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { readAgentLog } from '../../src/logs/agent-log.ts';
import { MAX_LOG_CHARACTERS } from '../../src/logs/lines.ts';

const FOLDER = new URL('testdata/', import.meta.url);
const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.log'))
  .map((name) => name.replace(/\.log$/, ''));
const read = (name: string) => readFileSync(new URL(`${name}.log`, FOLDER), 'utf8');
const SECRET = '0123456789abcdef'.repeat(4);

t.test('every log of the corpus is named after the code that comes first', async (t) => {
  const troubled = NAMES.filter((name) => !name.startsWith('healthy-') && name !== 'recovered');
  t.ok(troubled.length >= 80, `${troubled.length} logs`);
  for (const name of troubled) {
    const { findings } = readAgentLog(read(name));
    t.equal(findings[0]?.code, name, `${name}: ${findings.map(({ code }) => code).join(', ')}`);
    t.equal(findings[0]?.past, false, `${name}: it holds at the end of the log`);
  }
});

t.test('healthy logs tell of nothing', async (t) => {
  for (const name of NAMES.filter((each) => each.startsWith('healthy-'))) {
    t.strictSame(readAgentLog(read(name)).findings, [], name);
  }
});

t.test('what came before the last Connected is past', async (t) => {
  const { findings, connection } = readAgentLog(read('recovered'));
  t.equal(connection, 'connected');
  t.match(findings, [{ code: 'agent-port-refused', past: true, count: 1 }], 'one attempt, one diagnosis');
});

t.test('the last attempt comes before earlier ones', async (t) => {
  const { findings } = readAgentLog(`${read('discovery-connect-refused')}${read('wrong-secret')}`);
  t.strictSame(
    findings.map(({ code }) => code),
    ['wrong-secret', 'discovery-connect-refused'],
  );
});

t.test("health checks are told from agents' own looks by period and by what follows", async (t) => {
  const [spam] = readAgentLog(read('tcp-healthcheck-log-spam')).findings;
  t.match(spam, { confidence: 'likely', count: 12, note: /10\.0\.2\.1 every 10 s, 10\.0\.1\.1 every 10 s/ });
  const [look] = readAgentLog(read('agent-precheck-eof-benign')).findings;
  t.match(look, { confidence: 'certain', count: 3, alternatives: [] });
  const mixed = readAgentLog(`${read('tcp-healthcheck-log-spam')}${read('agent-precheck-eof-benign')}`);
  t.match(
    mixed.findings.map(({ code, count }) => [code, count]),
    [
      ['tcp-healthcheck-log-spam', 12],
      ['agent-precheck-eof-benign', 3],
    ],
  );
  const old = [21, 23, 25].map(
    (id) =>
      `INFO: Connection #${id} failed: java.io.EOFException\nINFO: Accepted JNLP4-connect connection #${id + 1} from /10.0.0.1:40000`,
  );
  t.match(readAgentLog(old.join('\n')).findings, [{ code: 'agent-precheck-eof-benign', count: 3 }]);
});

t.test('facts', async (t) => {
  t.match(readAgentLog(read('healthy-tcp')).facts, {
    remotingVersion: '3355.v388858a_47b_33',
    agentName: 'pod-1',
    urls: ['https://jenkins.example.com/'],
    tunnel: null,
    webSocket: false,
    agentHost: 'agents.example.com',
    agentPort: 50_000,
    identity: '12:34:56:78:9a:bc:de:f0:12:34:56:78:9a:bc:de:f0',
  });
  t.match(readAgentLog(read('identity-stale-direct')).facts, { direct: 'agents.example.com:50000' });
  t.match(readAgentLog(read('remoting-too-old')).facts, { minimumRemotingVersion: '3400.v0000000000' });
});

t.test('no secret comes out, wherever in the log it stands', async (t) => {
  const password = 'hunter2hunter2';
  const log = [
    `+ exec java -jar agent.jar -secret ${SECRET} -tunnel ${SECRET} -url https://u:${password}@jenkins.example.com/`,
    `INFO: Locating server among [https://u:${password}@jenkins.example.com/]`,
    `java.io.IOException: Failed to connect to https://u:${password}@j/tcpSlaveAgentListener/: Connection refused ${SECRET}`,
    `JENKINS_SECRET=${password} Unknown client name: x`,
    `WARNING: no such agent x -secret "${password}"`,
    `Authorization: Basic ${password} pods is forbidden: User x`,
    `Secret-Key: ${password} incomplete headers: [`,
  ].join('\n');
  const reading = readAgentLog(log);
  t.ok(reading.findings.length >= 4);
  const text = JSON.stringify(reading);
  t.notOk(text.includes(SECRET));
  t.notOk(text.includes(password), text);
});

t.test('of a log that is too long the last part is read, with its line numbers', async (t) => {
  const filler = `${'x'.repeat(99)}\n`.repeat(Math.ceil(MAX_LOG_CHARACTERS / 100) + 10);
  const lines = filler.split('\n').length;
  const reading = readAgentLog(`WARNING: no such agent early\n${filler}WARNING: incorrect secret for late\n`);
  t.equal(reading.cut, true);
  t.match(reading.findings, [{ code: 'wrong-secret', line: lines + 1 }]);
});

t.test('any text is read, in time linear in its length', async (t) => {
  const pieces = [
    ...NAMES.flatMap((name) => read(name).split('\n')),
    '\tat ',
    'Caused by: ',
    '[id=',
    '\u001b[',
    'Connection #',
    ' from /',
    ' failed: null',
    '…',
    '{"log":"',
    '-secret ',
  ];
  const text = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 60 });
  fc.assert(
    fc.property(text, fc.constantFrom('', ' ', '\n', '\r\n'), (parts, between) => {
      const { findings } = readAgentLog(parts.join(between));
      return new Set(findings.map(({ code }) => code)).size === findings.length;
    }),
    { numRuns: 500 },
  );
  const kinds = new Map(pieces.map((piece) => [piece.slice(0, 30), piece]));
  for (const piece of [...kinds.values(), 'a', ' ', '0', ':', '/', '.', 'INFO: ', '1970-01-01 ']) {
    if (piece === '') continue;
    for (const unit of [piece, `${piece}\n`]) {
      const before = process.cpuUsage();
      readAgentLog(unit.repeat(Math.ceil(300_000 / unit.length)));
      // Processor time: other programs on the machine do not count.
      t.ok(process.cpuUsage(before).user < 2_000_000, `300 kB of ${JSON.stringify(unit.slice(0, 40))}`);
    }
  }
});
