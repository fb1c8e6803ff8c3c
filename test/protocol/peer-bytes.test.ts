import fc from 'fast-check';
import t from 'tap';
import {
  hexStart,
  identifyPeer,
  printableStart,
  reasonOfBytes,
  reasonOfWrongAck,
} from '../../src/protocol/peer-bytes.ts';
import { holds } from './properties.ts';

t.test('who is speaking is told by the first bytes', async (t) => {
  for (const [hex, kind] of [
    ['485454502f', 'http'],
    ['3c68746d6c', 'html'],
    ['3c48544d4c', 'html'],
    ['3c21646f6374797065', 'html'],
    ['3c21444f4354595045', 'html'],
    ['1503010002', 'tls'],
    ['1503030002', 'tls'],
    ['1603010200', 'tls'],
    ['5353482d32', 'ssh'],
    ['50696e670a', 'ping'],
    ['556e6b6e6f', 'unknown-protocol'],
    ['4469736162', 'disabled-protocol'],
    ['556e726563', 'unrecognized-protocol'],
    ['000341434b', 'other'],
    ['4854', 'other'],
    ['', 'other'],
  ] as const) {
    t.equal(identifyPeer(Buffer.from(hex, 'hex')), kind, `${Buffer.from(hex, 'hex')}`);
  }
});

t.test('what was asked for decides what a refused protocol means, and nothing else', async (t) => {
  for (const [text, afterPing, afterJnlp4] of [
    ['HTTP/1.1 400', 'alb-or-http-lb-on-50000', 'alb-or-http-lb-on-50000'],
    ['\u0015\u0003\u0003', 'tls-terminated-on-50000', 'tls-terminated-on-50000'],
    ['SSH-2.0-OpenSSH', 'ssh-on-agent-port', 'ssh-on-agent-port'],
    ['Unknown protocol:', 'not-an-agent-port', 'jnlp4-disabled'],
    ['Disabled protocol:', 'not-an-agent-port', 'jnlp4-disabled'],
    ['Unrecognized protocol:', 'stream-rewritten', 'stream-rewritten'],
    ['220 mail', 'not-an-agent-port', 'not-an-agent-port'],
  ] as const) {
    t.equal(reasonOfBytes(Buffer.from(text, 'latin1')), afterPing, text);
    t.equal(reasonOfWrongAck(Buffer.from(text, 'latin1')), afterJnlp4, text);
  }
});

t.test('the first 32 bytes for a report, as hex and as text that cannot drive a terminal', async (t) => {
  const bytes = Buffer.from('\u001b[31m HTTP/1.1 ~é\r\n');
  t.equal(hexStart(bytes), '1b5b33316d20485454502f312e31207ec3a90d0a');
  t.equal(printableStart(bytes), '.[31m HTTP/1.1 ~....');
  t.equal(hexStart(Buffer.alloc(100)), '00'.repeat(32));
  t.equal(printableStart(Buffer.alloc(100)), '.'.repeat(32));
});

t.test('any bytes print', async (t) => {
  holds(t, fc.uint8Array(), (bytes) => /^[ -~]{0,32}$/.test(printableStart(bytes)));
});
