import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import {
  COOKIE,
  ConnectionHeadersError,
  decodeConnectionHeaders,
  encodeConnectionHeaders,
  NODE_NAME,
  SECRET_KEY,
} from '../../src/protocol/connection-headers.ts';
import { connectionHeaders } from './encoder.ts';
import { holds, onlyThrows } from './properties.ts';

const decode = (text: string) => Object.fromEntries(decodeConnectionHeaders(Buffer.from(text)));

t.test('what an agent sends', async (t) => {
  t.equal(
    encodeConnectionHeaders({ [NODE_NAME]: 'canary "1"', [SECRET_KEY]: 'c0ffee' }),
    '{"Node-Name":"canary \\"1\\"","Secret-Key":"c0ffee"}',
  );
});

t.test('what a controller sends', async (t) => {
  const cookie = 'ab'.repeat(32);
  t.strictSame(decode(`{"JnlpAgentProtocol.cookie":"${cookie}"}`), { [COOKIE]: cookie });
  t.strictSame(decode(connectionHeaders({ a: null, 'b\n': '"\\' })), { a: null, 'b\n': '"\\' });
  t.strictSame(decode('{}'), {});
});

t.test('what is no flat object of strings is refused', async (t) => {
  const [notJson, notObject, notString] = [
    'the connection headers are not JSON',
    'the connection headers are not a JSON object',
    'a connection header is not a string',
  ];
  for (const [text, message] of [
    ['', notJson],
    ['OK', notJson],
    ['{"a":"b"', notJson],
    ['{"a":"b"}x', notJson],
    ['[', notJson],
    ['null', notObject],
    ['"a"', notObject],
    ['["a"]', notObject],
    ['{"a":1}', notString],
    ['{"a":"b","c":{}}', notString],
    ['{"a":true}', notString],
  ] as const) {
    t.throws(() => decode(text), new ConnectionHeadersError(message), text);
  }
  const notUtf8 = Buffer.from('7b2261223a22ff227d', 'hex');
  t.throws(() => decodeConnectionHeaders(notUtf8), new ConnectionHeadersError(notJson));
});

t.test('a name that means something in JavaScript is a name like any other', async (t) => {
  const headers = decodeConnectionHeaders(Buffer.from('{"__proto__":"a","constructor":"b"}'));
  t.strictSame(
    [...headers],
    [
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ],
  );
});

t.test('odd strings survive, written by us and written by another', async (t) => {
  const odd = fc.string({ unit: 'binary' });
  holds(t, fc.dictionary(odd, odd), (headers) =>
    [encodeConnectionHeaders(headers), connectionHeaders(headers)].every((text) =>
      isDeepStrictEqual([...decodeConnectionHeaders(Buffer.from(text))], Object.entries(headers)),
    ),
  );
});

t.test('any bytes: headers, or the one error', async (t) => {
  const payloads = fc.oneof(
    fc.uint8Array(),
    fc.json().map((text) => Buffer.from(text)),
  );
  holds(t, payloads, (payload) => onlyThrows(ConnectionHeadersError, () => decodeConnectionHeaders(payload)));
});
