/**
 * The agent port's hello: `GET / ` is answered in plain HTTP/1.0 with a few body lines, silently and at no cost if
 * we close at once. Read by hand because its other answers use bare LF line ends, which HTTP parsers reject.
 */
export const HELLO_REQUEST: Uint8Array = Buffer.from('GET / HTTP/1.0\r\n\r\n', 'latin1');

/** What the hello tells. Every field is null where the line is missing. */
export interface Hello {
  /** `Jenkins-Version`: the core version. */
  readonly version: string | null;
  /** `Jenkins-Session`: new at every start; equals `X-Jenkins-Session` of `login` on the same controller. */
  readonly session: string | null;
  /** `Jenkins-Agent-Protocols`, split. */
  readonly protocols: readonly string[];
  /** `Remoting-Minimum-Version`. */
  readonly remotingMinimumVersion: string | null;
  /** `Client`: our address as the controller saw it; differs from ours behind SNAT. */
  readonly client: string | null;
  /** `Server`: the address of the controller that was reached. */
  readonly server: string | null;
}

/** What a {@link HelloReader} made of the bytes so far. */
export type HelloEvent =
  | { readonly type: 'waiting' }
  | { readonly type: 'hello'; readonly hello: Hello }
  /** HTTP, but no hello: another server, or a path that the agent port does not have. */
  | { readonly type: 'http'; readonly status: number; readonly server: string | null }
  | { readonly type: 'unexpected' }
  | { readonly type: 'too-large' };

const STATUS_LINE = /^HTTP\/\d\.\d (\d{3})\b/;
const HEADER_END = /\r?\n\r?\n/;

/** Reads the answer to {@link HELLO_REQUEST}, keeping at most {@link HelloReader.CAP} bytes. */
export class HelloReader {
  /** A hello is about 300 bytes. */
  static readonly CAP = 8192;
  #received: Buffer = Buffer.alloc(0);
  #ended = false;

  /** The first bytes received. */
  get received(): Uint8Array {
    return this.#received;
  }

  /** Takes the next bytes. A hello has no length: it is complete once its last line (or the end) is there. */
  push(chunk: Uint8Array): HelloEvent {
    if (this.#received.length + chunk.length > HelloReader.CAP) {
      this.#received = Buffer.concat([this.#received, chunk]).subarray(0, HelloReader.CAP);
      return { type: 'too-large' };
    }
    this.#received = Buffer.concat([this.#received, chunk]);
    return this.#read();
  }

  /** The peer closed its side. */
  end(): HelloEvent {
    this.#ended = true;
    return this.#read();
  }

  #read(): HelloEvent {
    const text = this.#received.toString('utf8');
    if (!'HTTP/'.startsWith(text.slice(0, 5))) return { type: 'unexpected' };
    const headerEnd = HEADER_END.exec(text);
    if (headerEnd === null && !this.#ended) return { type: 'waiting' };
    const status = STATUS_LINE.exec(text)?.[1];
    if (status === undefined) return { type: 'unexpected' };
    const head = headerEnd === null ? text : text.slice(0, headerEnd.index);
    const body = headerEnd === null ? '' : text.slice(headerEnd.index + headerEnd[0].length);
    const hello = Number(status) === 200 ? parseBody(body) : null;
    if (hello !== null) {
      // The session comes before the addresses; the last line of a hello is Remoting-Minimum-Version.
      const complete = this.#ended || hello.remotingMinimumVersion !== null;
      return complete ? { type: 'hello', hello } : { type: 'waiting' };
    }
    const maybeHello = Number(status) === 200 && isHelloStart(body) && !this.#ended;
    if (maybeHello) return { type: 'waiting' };
    return { type: 'http', status: Number(status), server: lineValue(head, 'Server') };
  }
}

const FIRST_LINE = 'Jenkins-Agent-Protocols:';

function isHelloStart(body: string): boolean {
  return FIRST_LINE.startsWith(body.slice(0, FIRST_LINE.length));
}

function parseBody(body: string): Hello | null {
  if (!body.startsWith(FIRST_LINE)) return null;
  return {
    version: lineValue(body, 'Jenkins-Version'),
    session: lineValue(body, 'Jenkins-Session'),
    protocols: splitProtocols(lineValue(body, 'Jenkins-Agent-Protocols') ?? ''),
    remotingMinimumVersion: lineValue(body, 'Remoting-Minimum-Version'),
    client: lineValue(body, 'Client'),
    server: lineValue(body, 'Server'),
  };
}

/** Splits a comma list of protocol names. */
export function splitProtocols(list: string): readonly string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** The value of a complete `Name: value` line; null when the line is missing or cut. */
function lineValue(text: string, name: string): string | null {
  const match = new RegExp(`^${name}:[ \\t]*([^\\r\\n]*)\\r?(?:\\n|$(?![\\s\\S]))`, 'im').exec(text);
  const value = match?.[1]?.trim();
  return value === undefined || value === '' ? null : value;
}
