import fc from 'fast-check';

/** One change to a stream of bytes, at an offset of what the peer would have sent. Bytes are Latin-1 text. */
export type Mutation =
  | { readonly kind: 'flip'; readonly at: number; readonly mask: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: string }
  | { readonly kind: 'drop'; readonly at: number; readonly length: number }
  /** Sends the last bytes again. */
  | { readonly kind: 'repeat'; readonly at: number; readonly length: number; readonly times: number }
  /** Sends back what the client has sent. */
  | { readonly kind: 'echo'; readonly at: number }
  | { readonly kind: 'end'; readonly at: number; readonly how: 'close' | 'reset' | 'hold' }
  /** Sends these bytes without end. */
  | { readonly kind: 'pour'; readonly at: number; readonly bytes: string }
  /** Sends pieces of `size` bytes, with a pause of `everyMs` between them. */
  | { readonly kind: 'split'; readonly size: number; readonly everyMs: number };

const TEXTS = [
  '\r\n',
  '\n',
  '\r\n\r\n',
  '\0',
  '\0\0',
  '\xff\xff',
  '\x1b[31m',
  '\x9b31m',
  '\x85\x90\x9d',
  '\xe2\x80\xae',
  '\xc2\x9b31m',
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\n',
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x02',
  'HTTP/1.1 102 Processing\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n',
  'HTTP/1.1 302 Found\r\nLocation: //[::1\r\n\r\n',
  'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n',
  'Content-Length: 99999999999\r\n',
  'Content-Length: -1\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Content-Encoding: gzip\r\n',
  'Connection: Upgrade\r\nUpgrade: websocket\r\n',
  'X-Jenkins-JNLP-Host: a\x9b31mb\r\n',
  'X-Jenkins-JNLP-Port: 1e9\r\n',
  'X-Jenkins-Session: \x9b\x85\r\n',
  'X-Jenkins: \x9b2J\xe2\x80\xae\r\n',
  'X-Instance-Identity: AAAA\r\n',
  'Location: http://\x9b@:99999/\r\n',
  'Server: \x9b2J\r\n',
  'Set-Cookie: \x85=1\r\n',
  '\x15\x03\x03\0\x02\x02\x28',
  '\x16\x03\x03',
  '\x88\x02\x03\xe8',
  '\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff',
  '{"__proto__":{"a":1}}',
  '[[[[[[[[',
  'A'.repeat(9000),
] as const;

const bytes = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.uint8Array({ maxLength: 40 }).map((each) => Buffer.from(each).toString('latin1')),
);
/** Often 0, where a whole answer may come before the real one. */
const offset = fc.oneof(fc.constant(0), fc.nat(30), fc.nat(300), fc.nat(2000));

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: offset, mask: fc.integer({ min: 1, max: 255 }) }),
  fc.record({ kind: fc.constant('insert' as const), at: offset, bytes }),
  fc.record({ kind: fc.constant('drop' as const), at: offset, length: fc.integer({ min: 1, max: 60 }) }),
  fc.record({
    kind: fc.constant('repeat' as const),
    at: offset,
    length: fc.integer({ min: 1, max: 200 }),
    times: fc.integer({ min: 1, max: 100 }),
  }),
  fc.record({ kind: fc.constant('echo' as const), at: offset }),
  fc.record({
    kind: fc.constant('end' as const),
    at: offset,
    how: fc.constantFrom('close' as const, 'reset' as const, 'hold' as const),
  }),
  fc.record({
    kind: fc.constant('pour' as const),
    at: offset,
    bytes: bytes.filter((each) => each.length > 0),
  }),
  fc.record({
    kind: fc.constant('split' as const),
    size: fc.integer({ min: 1, max: 20 }),
    everyMs: fc.constantFrom(0, 0, 30),
  }),
);

/** The changes on one connection; empty: nothing. */
export type Script = readonly Mutation[];

/** Scripts of a peer, the first for its first connection, and so on in turn. */
export const scripts: fc.Arbitrary<readonly Script[]> = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: fc.array(mutation, { maxLength: 3 }) },
  ),
  { minLength: 1, maxLength: 4 },
);

/** One script that changes something. */
export const script: fc.Arbitrary<Script> = fc.array(mutation, { minLength: 1, maxLength: 4 });

/** The next action of a peer. */
export type Action =
  | { readonly type: 'send'; readonly bytes: Buffer }
  | { readonly type: 'end'; readonly how: 'close' | 'reset' | 'hold' }
  | { readonly type: 'pour'; readonly bytes: Buffer };

/** Applies a script to bytes as they come. */
export class MutatedStream {
  readonly #script: Script;
  #at = 0;
  #sent: number[] = [];
  #over = false;

  constructor(script: Script) {
    this.#script = script;
  }

  /** The actions for some more bytes. @param heard what the client has sent so far */
  push(chunk: Uint8Array, heard: Buffer): readonly Action[] {
    const before = this.#sent.length;
    let last: Action | null = null;
    for (const byte of chunk) {
      if (this.#over) break;
      last = this.#step(byte, heard);
    }
    const bytes = Buffer.from(this.#sent.slice(before));
    return [
      ...(bytes.length > 0 ? [{ type: 'send', bytes } as const] : []),
      ...(last === null ? [] : [last]),
    ];
  }

  #step(byte: number, heard: Buffer): Action | null {
    let out = byte;
    let dropped = false;
    for (const each of this.#script) {
      if (each.kind === 'split') continue;
      if (each.kind === 'drop') dropped ||= this.#at >= each.at && this.#at < each.at + each.length;
      if (each.at !== this.#at) continue;
      if (each.kind === 'flip') out ^= each.mask;
      if (each.kind === 'insert') this.#sent.push(...Buffer.from(each.bytes, 'latin1'));
      if (each.kind === 'echo') this.#sent.push(...heard.subarray(-2000));
      if (each.kind === 'repeat') this.#repeat(each.length, each.times);
      if (each.kind === 'end' || each.kind === 'pour') {
        this.#over = true;
        return each.kind === 'end'
          ? { type: 'end', how: each.how }
          : { type: 'pour', bytes: Buffer.from(each.bytes, 'latin1') };
      }
    }
    if (!dropped) this.#sent.push(out);
    this.#at += 1;
    return null;
  }

  #repeat(length: number, times: number): void {
    const again = this.#sent.slice(-length);
    for (let i = 0; i < times; i += 1) this.#sent.push(...again);
  }
}

/** A whole text after a script, as Latin-1 bytes; what never ends is cut at 64 KiB. */
export function mutate(text: string | Uint8Array, script: Script): Buffer {
  const actions = new MutatedStream(script).push(Buffer.from(text), Buffer.alloc(0));
  return Buffer.concat(
    actions.map((action) => {
      if (action.type === 'end') return Buffer.alloc(0);
      if (action.type === 'send') return action.bytes;
      return Buffer.alloc(64 * 1024, action.bytes);
    }),
  );
}
