import fc from 'fast-check';
import t from 'tap';
import { HELLO_REQUEST, type HelloEvent, HelloReader, splitProtocols } from '../../src/protocol/hello.ts';
import { heldBy, outcomes } from './cuts.ts';
import { HELLO_GET, HELLO_LINES, HELLO_NOT_FOUND, hello } from './encoder.ts';
import { anyChunks, holds } from './properties.ts';

const HELLO = {
  version: '2.528.3',
  session: '4be22f3a',
  protocols: ['JNLP4-connect', 'Ping'],
  remotingMinimumVersion: '3107.v665000b_51092',
  client: '10.1.2.3',
  server: '10.0.0.7',
};
const NOTHING = {
  version: null,
  session: null,
  protocols: [],
  remotingMinimumVersion: null,
  client: null,
  server: null,
};

/** Returns the first event with a result, otherwise the result of the end of the stream. */
function settle(chunks: readonly Uint8Array[]): HelloEvent {
  const reader = new HelloReader();
  for (const chunk of chunks) {
    const event = reader.push(chunk);
    if (event.type !== 'waiting') return event;
  }
  return reader.end();
}

t.test('what is sent', async (t) => {
  t.strictSame(Buffer.from(HELLO_REQUEST), HELLO_GET);
});

t.test('wherever an answer is cut, it says the same', async (t) => {
  const page = '<html>\nServer: of no interest\n</html>';
  for (const [what, answer, event] of [
    ['a hello', hello(HELLO_LINES), { type: 'hello', hello: HELLO }],
    ['a hello with bare line feeds', hello(HELLO_LINES, '\n'), { type: 'hello', hello: HELLO }],
    [
      'the hello of a controller that has no minimum version yet',
      hello(HELLO_LINES.slice(0, 5)),
      { type: 'hello', hello: { ...HELLO, remotingMinimumVersion: null } },
    ],
    [
      'a hello whose end is missing',
      hello(['Jenkins-Agent-Protocols: Ping', 'Jenkins-Version: 2.4']).subarray(0, -2),
      { type: 'hello', hello: { ...NOTHING, protocols: ['Ping'], version: '2.4' } },
    ],
    [
      'a hello with empty, doubled and foreign lines',
      hello(['Jenkins-Agent-Protocols:', 'SERVER:fd00::7', 'Server: 10.0.0.8', 'Client: ', 'ClientX', ': y']),
      { type: 'hello', hello: { ...NOTHING, server: 'fd00::7' } },
    ],
    [
      'a path that the agent port does not have',
      HELLO_NOT_FOUND,
      { type: 'http', status: 404, server: null },
    ],
    [
      'a load balancer',
      Buffer.from(`HTTP/1.1 502 Bad Gateway\r\nServer: awselb/2.0\r\n\r\n${page}`),
      { type: 'http', status: 502, server: 'awselb/2.0' },
    ],
    [
      'another page',
      Buffer.from(`HTTP/1.1 200 OK\r\n\r\n${page}`),
      { type: 'http', status: 200, server: null },
    ],
    [
      'a page of nothing',
      Buffer.from('HTTP/1.1 200 OK\r\n\r\n'),
      { type: 'http', status: 200, server: null },
    ],
    [
      'a page that begins like a hello and ends there',
      Buffer.from('HTTP/1.0 200 OK\r\nServer: x\r\n\r\nJenkins-Agent'),
      { type: 'http', status: 200, server: 'x' },
    ],
    [
      'a head without an end',
      Buffer.from('HTTP/1.1 503 x\r\nServer: y'),
      { type: 'http', status: 503, server: 'y' },
    ],
    ['no status', Buffer.from('HTTP/1.1 OK\r\n\r\n'), { type: 'unexpected' }],
    ['a status of four digits', Buffer.from('HTTP/1.1 2000\r\n\r\n'), { type: 'unexpected' }],
    ['half a word', Buffer.from('HTT'), { type: 'unexpected' }],
    ['SSH', Buffer.from('SSH-2.0-OpenSSH_9.6\r\n'), { type: 'unexpected' }],
    ['an acknowledgement', Buffer.from('000341434b', 'hex'), { type: 'unexpected' }],
    ['nothing', Buffer.alloc(0), { type: 'unexpected' }],
  ] as const) {
    t.strictSame(outcomes(answer, settle), [event], what);
  }
});

t.test('a hello is complete with the end of its last line, not before', async (t) => {
  const reader = new HelloReader();
  const events = Array.from(hello(HELLO_LINES), (byte) => reader.push(Uint8Array.of(byte)).type);
  t.equal(events.pop(), 'hello');
  t.ok(events.every((type) => type === 'waiting'));
});

t.test('an answer that goes on for ever is given up at the cap, wherever it is cut', async (t) => {
  const { CAP } = HelloReader;
  const endlessHead = Buffer.from(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(CAP)}`);
  t.strictSame(outcomes(endlessHead.subarray(0, CAP + 1), settle), [{ type: 'too-large' }]);
  t.strictSame(
    settle([endlessHead.subarray(0, CAP)]),
    { type: 'http', status: 200, server: null },
    'at the cap',
  );

  const endlessHello = hello([HELLO_LINES[0], `Jenkins-Version: ${'2'.repeat(CAP)}`]);
  t.strictSame(settle([endlessHello]), { type: 'too-large' });
});

t.test('what follows the answer does not matter, not even in the same piece', async (t) => {
  const rest = Buffer.alloc(3 * HelloReader.CAP, 'x');
  t.strictSame(settle([Buffer.concat([hello(HELLO_LINES), rest])]), { type: 'hello', hello: HELLO });
  t.strictSame(settle([Buffer.concat([HELLO_NOT_FOUND, rest])]), { type: 'http', status: 404, server: null });
});

t.test('any bytes in any pieces: an event each, and never more than the cap held', async (t) => {
  const beginnings = fc.constantFrom('', 'HTTP/1.0 200 OK\r\n\r\n', hello(HELLO_LINES).toString());
  const answers = fc.tuple(beginnings, anyChunks(65_536));
  const staysWithinTheCap = ([beginning, chunks]: [string, Uint8Array[]]) => {
    const reader = new HelloReader();
    const all = [Buffer.from(beginning), ...chunks];
    for (const chunk of all) {
      reader.push(chunk);
      if (heldBy(reader.received) > HelloReader.CAP) return false;
    }
    reader.end();
    return Buffer.concat(all).subarray(0, HelloReader.CAP).equals(reader.received);
  };
  holds(t, answers, staysWithinTheCap);
});

t.test('a list of protocols is split at its commas', async (t) => {
  t.strictSame(splitProtocols(' JNLP4-connect ,Ping,, '), ['JNLP4-connect', 'Ping']);
  t.strictSame(splitProtocols(''), []);
});
