import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { CLI_START, decodeCliMessage, originOf } from '../../src/protocol/cli-websocket.ts';
import { cliMessage } from './encoder.ts';
import { holds } from './properties.ts';

t.test('START without a command is one byte', async (t) => {
  t.strictSame(CLI_START, Uint8Array.of(3));
});

t.test('the answer to it: a line on STDERR, then EXIT 2', async (t) => {
  const said = 'Connection closed before arguments received\n';
  t.strictSame(decodeCliMessage(cliMessage(8, said)), { type: 'stderr', data: Buffer.from(said) });
  t.strictSame(decodeCliMessage(Buffer.from('0400000002', 'hex')), { type: 'exit', code: 2 });
});

t.test('the other messages', async (t) => {
  for (const [bytes, message] of [
    ['0741', { type: 'stdout', data: Buffer.from('A') }],
    ['07', { type: 'stdout', data: Buffer.alloc(0) }],
    ['04ffffffff', { type: 'exit', code: -1 }],
    ['04000000', { type: 'unexpected', op: 4 }],
    ['040000000200', { type: 'unexpected', op: 4 }],
    ['0041', { type: 'unexpected', op: 0 }],
    ['03', { type: 'unexpected', op: 3 }],
    ['ff', { type: 'unexpected', op: 255 }],
    ['', { type: 'unexpected', op: null }],
  ] as const) {
    t.strictSame(decodeCliMessage(Buffer.from(bytes, 'hex')), message, bytes);
  }
});

t.test('an exit code is read from where the message lies, not from where its memory begins', async (t) => {
  const memory = Buffer.from('aaaaaa0400000002', 'hex');
  t.strictSame(decodeCliMessage(new Uint8Array(memory).subarray(3)), { type: 'exit', code: 2 });
});

t.test('any exit code survives', async (t) => {
  holds(t, fc.integer(), (code) => {
    const data = Buffer.alloc(4);
    data.writeInt32BE(code);
    return isDeepStrictEqual(decodeCliMessage(cliMessage(4, data)), { type: 'exit', code });
  });
});

t.test('any message is one of these', async (t) => {
  const types = ['exit', 'stdout', 'stderr', 'unexpected'];
  holds(t, fc.uint8Array(), (bytes) => types.includes(decodeCliMessage(bytes).type));
});

t.test('the origin is scheme, host and a port that is not the usual one', async (t) => {
  for (const [url, origin] of [
    ['https://jenkins.example.com/jenkins/', 'https://jenkins.example.com'],
    ['https://jenkins.example.com:443/', 'https://jenkins.example.com'],
    ['http://jenkins.example.com:8080/', 'http://jenkins.example.com:8080'],
    ['http://[::1]:8080/ci/', 'http://[::1]:8080'],
  ] as const) {
    t.equal(originOf(new URL(url)), origin);
  }
});
