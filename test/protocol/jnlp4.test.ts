import fc from 'fast-check';
import t from 'tap';
import { ACK, Jnlp4Client } from '../../src/protocol/jnlp4.ts';
import { heldBy, outcomes } from './cuts.ts';
import {
  ACK_FRAME,
  CAPABILITY_3355,
  capability,
  connectionHeaders,
  frame,
  frames,
  JNLP4_FRAME,
} from './encoder.ts';
import { CERTIFICATE, COOKIE, converse, LOGIN, SENT_HEADERS, sentences } from './jnlp4-conversation.ts';
import { EC_CERTIFICATE, RSA_MD5 } from './keys.ts';
import { anyChunks, holds } from './properties.ts';

t.test('the first write chooses the protocol and acknowledges, in one piece', async (t) => {
  const [start, ...more] = new Jnlp4Client(null).start();
  t.strictSame(start, { type: 'send', bytes: Buffer.concat([JNLP4_FRAME, ACK_FRAME]) });
  t.strictSame(more, []);
  t.strictSame(Buffer.from(ACK), ACK_FRAME);
});

t.test('without a login it ends with the identity, and sends nothing more', async (t) => {
  const client = new Jnlp4Client(null);
  t.strictSame(sentences(client.push(ACK_FRAME)), ['start TLS']);
  t.strictSame(sentences(client.secured(CERTIFICATE)), [`identity ${RSA_MD5}`]);
  t.equal(client.phase, 'done');
});

t.test('wherever the acknowledgement is cut, it is one', async (t) => {
  const seen = outcomes(ACK_FRAME, (chunks) => {
    const client = new Jnlp4Client(LOGIN);
    const said = chunks.flatMap((chunk) => client.push(chunk));
    return [sentences(said), client.phase, Buffer.from(client.received)];
  });
  t.strictSame(seen, [[['start TLS'], 'tls', ACK_FRAME]]);
});

t.test('before TLS not a byte more is wanted than the acknowledgement has', async (t) => {
  const client = new Jnlp4Client(LOGIN);
  const wanted = Array.from(ACK_FRAME, (byte) => {
    const before = client.wanted;
    client.push(Uint8Array.of(byte));
    return before;
  });
  t.strictSame([...wanted, client.wanted], [5, 4, 3, 2, 1, 8192]);
});

t.test('what comes in place of the acknowledgement names the peer, wherever it is cut', async (t) => {
  for (const [hex, reason] of [
    ['485454502f', 'alb-or-http-lb-on-50000'],
    ['3c68746d6c', 'alb-or-http-lb-on-50000'],
    ['1503010002', 'tls-terminated-on-50000'],
    ['1603030050', 'tls-terminated-on-50000'],
    ['5353482d32', 'ssh-on-agent-port'],
    ['556e6b6e6f', 'jnlp4-disabled'],
    ['4469736162', 'jnlp4-disabled'],
    ['556e726563', 'stream-rewritten'],
    ['50696e670a', 'not-an-agent-port'],
    ['0003414342', 'not-an-agent-port'],
  ] as const) {
    const seen = outcomes(Buffer.from(hex, 'hex'), (chunks) => {
      const client = new Jnlp4Client(LOGIN);
      return [sentences(chunks.flatMap((chunk) => client.push(chunk))), client.phase];
    });
    const sentence = `failed ${reason}: expected the acknowledgement 0x000341434b, got 0x${hex}`;
    t.strictSame(seen, [[[sentence], 'failed']], hex);
  }
});

t.test('of a whole answer in one piece the first five bytes are told, and 64 are kept', async (t) => {
  const client = new Jnlp4Client(LOGIN);
  const answer = Buffer.from(`HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n${'x'.repeat(100)}`);
  t.strictSame(sentences(client.push(answer)), [
    'failed alb-or-http-lb-on-50000: expected the acknowledgement 0x000341434b, got 0x485454502f',
  ]);
  t.strictSame(Buffer.from(client.received), answer.subarray(0, 64));
});

t.test('a stream that ends before the acknowledgement', async (t) => {
  for (const [hex, sentence] of [
    ['', 'failed jnlp4-closed-no-ack: the connection was closed before a single byte of acknowledgement'],
    ['0003', 'failed jnlp4-closed-no-ack: the connection was closed before byte 3 of acknowledgement'],
    ['5353482d', 'failed ssh-on-agent-port: expected the acknowledgement 0x000341434b, got 0x5353482d'],
    ['00ff', 'failed not-an-agent-port: expected the acknowledgement 0x000341434b, got 0x00ff'],
  ] as const) {
    const client = new Jnlp4Client(LOGIN);
    client.push(Buffer.from(hex, 'hex'));
    t.strictSame(sentences(client.closed()), [sentence]);
    t.equal(client.phase, 'failed');
  }
});

t.test('a certificate without an RSA key fails TLS', async (t) => {
  for (const [certificate, detail] of [
    [Buffer.from(EC_CERTIFICATE, 'base64'), 'the identity is a key of type ec, not RSA'],
    [new Uint8Array(0), 'the peer presented no readable certificate'],
  ] as const) {
    const client = new Jnlp4Client(LOGIN);
    client.push(ACK_FRAME);
    t.strictSame(sentences(client.secured(certificate)), [`failed jnlp4-tls-failed: ${detail}`]);
    t.equal(client.phase, 'failed');
  }
});

t.test('wherever what is said inside TLS is cut, it means the same', async (t) => {
  const sentOk = 'send OK';
  const neither = 'failed headers-malformed: the answer to our headers is neither OK nor a refusal';
  const notJson = 'failed headers-malformed: the connection headers are not JSON';
  const foreign = 'failed capability-malformed: not a serialized hudson.remoting.Capability';
  const tooLarge = 'the peer announced a frame of 8193 bytes; the limit is 8192';
  const oversized = Buffer.from('200158', 'hex');
  const refusal = 'ERROR: x is already connected to this controller. Rejecting this connection.';
  for (const [what, said, events, phase] of [
    ['a login', frames(COOKIE, 'OK', CAPABILITY_3355), [sentOk, 'accepted', 'capability 0x1fe'], 'done'],
    [
      'a login at a controller with other habits',
      frames(connectionHeaders({ a: null }), 'OK', capability(2n)),
      [sentOk, 'accepted', 'capability 0x2'],
      'done',
    ],
    [
      'a controller that goes on talking',
      Buffer.concat([frames(COOKIE, 'OK', CAPABILITY_3355, 'BYE'), oversized]),
      [sentOk, 'accepted', 'capability 0x1fe'],
      'done',
    ],
    [
      'a refusal for now',
      frames(COOKIE, refusal),
      [sentOk, 'send BYE', `refused already-connected: ${refusal.slice(7)}`],
      'refused',
    ],
    [
      'a refusal for ever',
      Buffer.concat([frames(COOKIE, 'FATAL: x is not an inbound agent', 'BYE'), oversized]),
      [sentOk, 'send BYE', 'refused for ever not-an-inbound-agent: x is not an inbound agent'],
      'refused',
    ],
    ['headers that are not JSON', frames('OK', 'OK'), [notJson], 'failed'],
    ['headers that are too long', oversized, [`failed headers-malformed: ${tooLarge}`], 'failed'],
    ['an answer that is neither', frames(COOKIE, 'MAYBE'), [sentOk, neither], 'failed'],
    ['an empty answer', frames(COOKIE, ''), [sentOk, neither], 'failed'],
    ['a refusal without a colon', frames(COOKIE, 'ERROR'), [sentOk, neither], 'failed'],
    [
      'an answer that is too long',
      Buffer.concat([frames(COOKIE), oversized]),
      [sentOk, `failed headers-malformed: ${tooLarge}`],
      'failed',
    ],
    ['another capability', frames(COOKIE, 'OK', 'OK'), [sentOk, 'accepted', foreign], 'failed'],
    [
      'a capability that is too long',
      Buffer.concat([frames(COOKIE, 'OK'), oversized]),
      [sentOk, 'accepted', `failed capability-malformed: ${tooLarge}`],
      'failed',
    ],
  ] as const) {
    t.strictSame(outcomes(said, converse), [[...SENT_HEADERS, ...events, phase, phase]], what);
  }
});

t.test('a stream that ends inside TLS', async (t) => {
  const unanswered = 'the connection was closed before the controller answered our headers';
  const unready = 'the connection was closed before the controller sent its capability';
  for (const [said, phase, sentence] of [
    [Buffer.alloc(0), 'headers', `failed headers-malformed: ${unanswered}`],
    [frame(COOKIE).subarray(0, -1), 'headers', `failed headers-malformed: ${unanswered}`],
    [frames(COOKIE), 'response', `failed headers-malformed: ${unanswered}`],
    [frames(COOKIE, 'OK'), 'capability', `failed capability-malformed: ${unready}`],
  ] as const) {
    t.strictSame(converse([said]).slice(-3), [phase, sentence, 'failed']);
  }
});

t.test('a stream that ends during the TLS handshake', async (t) => {
  const client = new Jnlp4Client(LOGIN);
  client.push(ACK_FRAME);
  t.strictSame(client.push(Buffer.from('1603')), [], 'what arrives now is not for us');
  t.strictSame(sentences(client.closed()), [
    'failed jnlp4-tls-failed: the connection was closed during the TLS handshake',
  ]);
});

t.test('once it is over, nothing brings it back', async (t) => {
  const client = new Jnlp4Client(LOGIN);
  client.closed();
  t.strictSame([client.push(ACK_FRAME), client.secured(CERTIFICATE), client.closed()].flat(), []);
  t.equal(client.phase, 'failed');
});

t.test('the controller has words for each refusal', async (t) => {
  for (const [message, reason] of [
    ['Unknown client name: canary', 'unknown-client-name'],
    ['Authorization failure', 'wrong-secret'],
    ['canary is already connected to this controller. Rejecting this connection.', 'already-connected'],
    ['canary is not an inbound agent', 'not-an-inbound-agent'],
    ['', 'headers-refused'],
    ['something new', 'headers-refused'],
  ] as const) {
    t.ok(converse([frames(COOKIE, `ERROR: ${message}`)]).includes(`refused ${reason}: ${message}`), reason);
  }
});

t.test('of a very long refusal 500 characters are kept', async (t) => {
  const said = converse([frames(COOKIE, `ERROR: ${'x'.repeat(8000)}`)]);
  t.ok(said.includes(`refused headers-refused: ${'x'.repeat(500)}`));
});

t.test('any bytes in any pieces: no error, one end at most, and little held', async (t) => {
  const anyFrames = fc.array(
    fc.oneof(fc.constantFrom(COOKIE, 'OK', CAPABILITY_3355), fc.string()).map(frame),
  );
  const isCalm = ([before, after]: [Uint8Array[], Uint8Array[]]) => {
    const client = new Jnlp4Client(LOGIN);
    const events = before.flatMap((chunk) => client.push(chunk));
    if (heldBy(client.received) > 64) return false;
    if (client.phase === 'ack') events.push(...client.push(ACK_FRAME.subarray(client.received.length)));
    events.push(...client.secured(CERTIFICATE), ...after.flatMap((chunk) => client.push(chunk)));
    events.push(...client.closed(), ...client.closed());
    const ends = events.filter(
      ({ type }) => type === 'capability' || type === 'refused' || type === 'failed',
    );
    return ends.length === 1;
  };
  const before = fc.oneof(fc.constant<Uint8Array[]>([]), anyChunks(65_536));
  holds(t, fc.tuple(before, fc.oneof(anyFrames, anyChunks(3000))), isCalm, { numRuns: 300 });
});
