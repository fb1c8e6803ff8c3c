import t from 'tap';
import { readRecords } from '../../src/logs/records.ts';
import { Way } from '../../src/logs/way.ts';

function follow(...messages: readonly string[]): Way {
  const way = new Way();
  for (const record of readRecords(messages.map((message) => `INFO: ${message}`).join('\n')).records) {
    way.read(record);
  }
  return way;
}

const at = (clock: string, message: string) =>
  `Jun 01, 2026 ${clock} AM hudson.remoting.Launcher$CuiListener status\nINFO: ${message}`;

function timed(...messages: readonly string[]): Way {
  const way = new Way();
  for (const record of readRecords(messages.join('\n')).records) way.read(record);
  return way;
}

t.test('several messages begin one attempt; the same one again begins the next', async (t) => {
  const way = follow(
    'Setting up agent: a',
    'Using Remoting version: 1',
    'Locating server among [x]',
    'Locating server among [x]',
    'Waiting 1 second before retry',
  );
  t.equal(way.attempt, 3);
  t.equal(way.connected, false);
});

t.test('a hop is passed by what is only written behind it', async (t) => {
  const way = follow('Locating server among [x]', 'Agent discovery successful');
  t.ok(way.passedSince('web', 1));
  t.notOk(way.passedSince('port', 0));
  t.notOk(way.passedSince('web', 2), 'not after the failure');
  t.ok(follow('Connected').passedSince('acknowledgement', 0), 'a connection passes all');
});

t.test('lives: how long each connection lasted, and whether its end was wanted', async (t) => {
  const way = timed(
    at('9:00:00', 'Connected'),
    at('9:04:00', 'Terminated'),
    at('9:04:10', 'Connected'),
    at('9:04:20', 'Locating server among [x]'),
    at('9:04:30', 'Connected'),
    at('9:05:00', 'Disabled agent engine reconnects.'),
    at('9:05:01', 'Terminated'),
  );
  t.match(way.lives, [
    { lasted: 240_000, dismissed: false },
    { lasted: 10_000, dismissed: false },
    { lasted: 31_000, dismissed: true },
  ]);
  t.equal(way.connections, 3);
  t.equal(way.connected, false);
});

t.test('how long an attempt has been speaking at the port', async (t) => {
  const way = timed(
    at('9:00:00', 'Locating server among [x]'),
    at('9:00:01', 'Trying protocol: JNLP4-connect'),
  );
  const [record] = readRecords(at('9:00:11', 'Timeout waiting for ACK')).records;
  t.match(record && way.surroundings(record), { spokenForMs: 10_000, seen: 'protocol', triedJnlp4: true });
  const [bare] = readRecords('INFO: Timeout waiting for ACK').records;
  t.match(bare && new Way().surroundings(bare), { spokenForMs: null, seen: 'nothing' });
});
