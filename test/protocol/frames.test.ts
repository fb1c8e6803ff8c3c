import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { encodeFrame, FrameReader, FrameTooLargeError } from '../../src/protocol/frames.ts';
import { outcomes } from './cuts.ts';
import { ACK_FRAME, frame, frames, JNLP4_FRAME, PING_FRAME, unframe } from './encoder.ts';
import { anyChunks, holds, onlyThrows, piecesOf } from './properties.ts';

/** Returns the payloads of a stream, as text, and the error that ended it. */
function read(
  cap: number,
  chunks: readonly Uint8Array[],
): { texts: string[]; error: FrameTooLargeError | null } {
  const reader = new FrameReader(cap);
  const payloads: Uint8Array[] = [];
  let error: FrameTooLargeError | null = null;
  for (const chunk of chunks) {
    try {
      payloads.push(...reader.push(chunk));
    } catch (thrown) {
      if (!(thrown instanceof FrameTooLargeError)) throw thrown;
      payloads.push(...thrown.payloads);
      error ??= thrown;
    }
  }
  return { texts: payloads.map((payload) => Buffer.from(payload).toString()), error };
}

t.test('a frame is two bytes of length and the text in UTF-8', async (t) => {
  for (const [text, bytes] of [
    ['Protocol:Ping', PING_FRAME],
    ['Protocol:JNLP4-connect', JNLP4_FRAME],
    ['ACK', ACK_FRAME],
    ['', Buffer.from('0000', 'hex')],
    ['é', Buffer.from('0002c3a9', 'hex')],
  ] as const) {
    t.strictSame(Buffer.from(encodeFrame(text)), bytes, text);
  }
  t.strictSame(encodeFrame(Uint8Array.of(0xff)), Uint8Array.of(0, 1, 0xff));
});

t.test('a frame holds at most 65,535 bytes', async (t) => {
  t.strictSame(Buffer.from(encodeFrame('x'.repeat(0xffff)).subarray(0, 3)).toString('hex'), 'ffff78');
  t.throws(
    () => encodeFrame('x'.repeat(0x10000)),
    new RangeError('a frame holds at most 65535 bytes, not 65536'),
  );
  t.throws(() => encodeFrame('é'.repeat(0x8000)), RangeError);
});

t.test('wherever a stream is cut, the same frames come out', async (t) => {
  const texts = ['ACK', '', 'é€𝄞', 'OK', 'x'.repeat(300)];
  t.strictSame(
    outcomes(frames(...texts), (chunks) => read(300, chunks)),
    [{ texts, error: null }],
  );
});

t.test('a frame is handed out with its last byte, not before', async (t) => {
  const reader = new FrameReader(10);
  const seen = Array.from(ACK_FRAME, (byte) => [reader.push(Uint8Array.of(byte)).length, reader.pending]);
  t.strictSame(seen, [
    [0, 1],
    [0, 2],
    [0, 3],
    [0, 4],
    [1, 0],
  ]);
});

t.test('a payload stays as it is while the reader goes on', async (t) => {
  const reader = new FrameReader(10);
  const [first] = reader.push(frame('first'));
  reader.push(frame('other'));
  t.equal(Buffer.from(first ?? []).toString(), 'first');
});

t.test('a length above the cap ends the stream, after the frames before it', async (t) => {
  const stream = Buffer.concat([frames('OK', 'eight by'), Buffer.from('0009', 'hex'), Buffer.alloc(40)]);
  const seen = outcomes(stream, (chunks) => {
    const { texts, error } = read(8, chunks);
    return [texts, error?.name, error?.announced, error?.cap, error?.message];
  });
  const message = 'the peer announced a frame of 9 bytes; the limit is 8';
  t.strictSame(seen, [[['OK', 'eight by'], 'FrameTooLargeError', 9, 8, message]]);
});

t.test('it ends with the second byte of the length, and for good', async (t) => {
  const reader = new FrameReader(8);
  t.strictSame(reader.push(Uint8Array.of(0xff)), []);
  for (const chunk of [Uint8Array.of(0xff), new Uint8Array(100), new Uint8Array(0)]) {
    t.throws(() => reader.push(chunk), FrameTooLargeError);
    t.equal(reader.pending, 2);
  }
});

t.test('any bytes in any pieces: nothing but that error, and never more than one frame held', async (t) => {
  holds(t, fc.tuple(fc.nat(300), anyChunks(700)), ([cap, chunks]) => {
    const reader = new FrameReader(cap);
    return chunks.every(
      (chunk) => onlyThrows(FrameTooLargeError, () => reader.push(chunk)) && reader.pending <= 2 + cap,
    );
  });
});

t.test('whatever texts go in, and however they are cut, they come out', async (t) => {
  const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 50 }), { maxLength: 10 });
  const sentInPieces = texts.chain((sent) =>
    fc.tuple(fc.constant(sent), piecesOf(Buffer.concat(sent.map((text) => encodeFrame(text))))),
  );
  holds(
    t,
    sentInPieces,
    ([sent, pieces]) =>
      isDeepStrictEqual(read(0xffff, pieces).texts, sent) &&
      isDeepStrictEqual(unframe(Buffer.concat(pieces)), sent),
  );
});
