import t from 'tap';
import { MAX_LOG_LINES } from '../../src/logs/lines.ts';
import { readRecords } from '../../src/logs/records.ts';

const texts = (log: string) => readRecords(log).records.map(({ lines }) => lines.map(({ text }) => text));

t.test('a message has the exceptions and causes below it, and no frames', async (t) => {
  const log = [
    'Jun 01, 2026 9:59:26 AM hudson.remoting.Launcher$CuiListener status',
    'INFO: Could not locate server',
    'java.io.IOException: outer',
    '\tat a.B.c(B.java:1)',
    'Caused by: java.net.ConnectException: inner',
    '\t... 3 more',
    '',
    'Jun 01, 2026 9:59:36 AM hudson.remoting.Launcher$CuiListener status',
    'INFO: Agent discovery successful',
    '  Agent port:    50000',
  ].join('\n');
  t.strictSame(texts(log), [
    ['Could not locate server', 'java.io.IOException: outer', 'Caused by: java.net.ConnectException: inner'],
    [''],
    ['Agent discovery successful', '  Agent port:    50000'],
  ]);
  const [first] = readRecords(log).records;
  t.match(first, { source: 'hudson.remoting.Launcher$CuiListener status', level: 'info', clock: 'own' });
  t.equal(first?.time, Date.UTC(2026, 5, 1, 9, 59, 26));
  t.match(first?.lines[0], { number: 2, shown: 'INFO: Could not locate server' });
});

t.test('the lines of two containers are put together apart', async (t) => {
  const log = [
    '[pod/a/jnlp] Jun 01, 2026 9:59:26 AM hudson.remoting.Engine run',
    '[pod/b/maven] [INFO] Downloading',
    '[pod/a/jnlp] SEVERE: broken',
    '[pod/b/maven] java.io.IOException: of maven',
    '[pod/a/jnlp] java.io.IOException: of the agent',
  ].join('\n');
  const { records } = readRecords(log);
  t.strictSame(
    records.map(({ stream, lines }) => [stream, ...lines.map(({ text }) => text)]),
    [
      ['pod/b/maven', '[INFO] Downloading', 'java.io.IOException: of maven'],
      ['pod/a/jnlp', 'broken', 'java.io.IOException: of the agent'],
    ],
  );
});

t.test('without prefixes a foreign line between head and message does no harm', async (t) => {
  const log = [
    'Jun 01, 2026 9:59:26 AM org.jenkinsci.remoting.engine.JnlpAgentEndpointResolver isPortVisible',
    '[INFO] Downloading',
    'WARNING: Connect timed out',
  ].join('\n');
  t.match(readRecords(log).records.at(-1), {
    source: 'org.jenkinsci.remoting.engine.JnlpAgentEndpointResolver isPortVisible',
    level: 'warning',
  });
});

t.test('the clock of the carrier is told from that of the program', async (t) => {
  const [record] = readRecords('2026-06-01T09:59:26Z INFO: Connected').records;
  t.match(record, { clock: 'carrier', time: Date.UTC(2026, 5, 1, 9, 59, 26) });
});

t.test('empty lines are told as one, with the numbers of the others', async (t) => {
  const { records, cut } = readRecords('INFO: a\n\n\r\n\n\nINFO: b');
  t.equal(cut, false);
  t.strictSame(
    records.map(({ lines: [line] }) => [line?.number, line?.text]),
    [
      [1, 'a'],
      [2, ''],
      [6, 'b'],
    ],
  );
});

t.test('of too many lines the last are read; empty ones do not count', async (t) => {
  const short = readRecords(`WARNING: early\n${'x\n'.repeat(MAX_LOG_LINES)}`);
  t.strictSame([short.cut, short.records.length], [true, MAX_LOG_LINES]);
  t.equal(short.records[0]?.lines[0]?.number, 2);
  const empty = readRecords(`WARNING: early\n${'\n'.repeat(2 * MAX_LOG_LINES)}WARNING: late\n`);
  t.strictSame([empty.cut, empty.records.length], [false, 3]);
  t.equal(empty.records[2]?.lines[0]?.number, 2 * MAX_LOG_LINES + 2);
});
