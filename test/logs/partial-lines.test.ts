import t from 'tap';
import { readAgentLog } from '../../src/logs/agent-log.ts';
import { readRecords } from '../../src/logs/records.ts';

const AT = '2026-06-01T09:59:26.123456789Z';
const textsOf = (...lines: readonly string[]) =>
  readRecords(lines.join('\n')).records.map(({ lines: [first] }) => [first?.number, first?.text]);

t.test('the parts of a line are one line, each stream by itself, spaces kept', async (t) => {
  t.strictSame(
    textsOf(
      `${AT} stderr P INFO: Connecting to `,
      `${AT} stdout F between`,
      `${AT} stderr P agents.example`,
      `${AT} stderr F .com:50000`,
      `${AT} stderr F INFO: next`,
    ),
    [
      [2, 'between'],
      [1, 'Connecting to agents.example.com:50000'],
      [5, 'next'],
    ],
  );
  t.strictSame(textsOf(`${AT} stderr P INFO: torn`), [[1, 'torn']], 'what never ends is read as it is');
});

t.test('a bare cause is of the entrypoint that the attempt had come to', async (t) => {
  const begin = 'INFO: Locating server among [http://j/]';
  const found = 'INFO: Agent discovery successful';
  const cause = 'SEVERE: odd\nCaused by: java.net.ConnectException: Connection refused';
  const first = (...lines: readonly string[]) => readAgentLog(lines.join('\n')).findings[0]?.code;
  t.equal(first(begin, cause), 'discovery-connect-refused');
  t.equal(first(begin, found, cause), 'agent-port-refused');
  t.equal(first(begin, found, begin, cause), 'discovery-connect-refused', 'of this attempt');
});

t.test('an object of JSON is opened before its line is cut', async (t) => {
  const line = JSON.stringify({
    labels: 'x'.repeat(10_000),
    log: 'WARNING: incorrect secret for a\n',
    stream: 'stderr',
  });
  t.match(readAgentLog(line).findings, [{ code: 'wrong-secret' }]);
  const long = JSON.stringify({ log: `WARNING: ${'y'.repeat(10_000)}\n` });
  t.ok((readRecords(long).records[0]?.lines[0]?.shown.length ?? 0) <= 2000);
});
