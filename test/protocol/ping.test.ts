import t from 'tap';
import { PING_ANSWER, PING_REQUEST, PingReader } from '../../src/protocol/ping.ts';
import { cuts, heldBy, outcomes } from './cuts.ts';
import { HELLO_NOT_FOUND, PING_FRAME, PING_REPLY } from './encoder.ts';
import { anyChunks, holds } from './properties.ts';

t.test('what is sent and what is awaited', async (t) => {
  t.strictSame(Buffer.from(PING_REQUEST), PING_FRAME);
  t.strictSame(Buffer.from(PING_ANSWER), PING_REPLY);
});

t.test('the answer is complete with its last byte, wherever it is cut', async (t) => {
  for (const chunks of cuts(PING_REPLY)) {
    const reader = new PingReader();
    const states = chunks.map((chunk) => reader.push(chunk));
    t.equal(states.pop(), 'answered');
    t.ok(states.every((state) => state === 'waiting'));
  }
});

t.test('nothing yet, or nothing new, is no answer', async (t) => {
  const reader = new PingReader();
  t.equal(reader.state, 'waiting');
  t.equal(reader.push(new Uint8Array(0)), 'waiting');
});

t.test('anything else is told at its first wrong byte', async (t) => {
  for (const [what, bytes, wrongAt] of [
    ['another server', HELLO_NOT_FOUND, 0],
    ['another word', Buffer.from('Pong\n'), 1],
    ['another line end', Buffer.from('Ping\r\n'), 4],
    ['more than the answer', Buffer.from('Ping\n.'), 5],
  ] as const) {
    const reader = new PingReader();
    const states = Array.from(bytes, (byte) => reader.push(Uint8Array.of(byte)));
    t.equal(states.indexOf('unexpected'), wrongAt, what);
    t.equal(states.at(-1), 'unexpected', what);
    const ends = outcomes(bytes, (chunks) => {
      const cut = new PingReader();
      for (const chunk of chunks) cut.push(chunk);
      return [cut.state, Buffer.from(cut.received)];
    });
    t.strictSame(ends, [['unexpected', bytes.subarray(0, PingReader.CAP)]], what);
  }
});

t.test('any bytes in any pieces: 64 are kept, and no chunk is kept alive for them', async (t) => {
  const chunks = anyChunks(65_536);
  const keepsTheFirst = (pieces: readonly Uint8Array[]) => {
    const reader = new PingReader();
    for (const piece of pieces) {
      reader.push(piece);
      if (heldBy(reader.received) > PingReader.CAP) return false;
    }
    return Buffer.concat(pieces).subarray(0, PingReader.CAP).equals(reader.received);
  };
  holds(t, chunks, keepsTheFirst, { numRuns: 50 });
});
