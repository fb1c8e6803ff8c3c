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
    const room = HelloReader.CAP - this.#received.length;
    this.#received = Buffer.concat([this.#received, chunk.subarray(0, room)]);
    const event = this.#read();
    return event.type === 'waiting' && chunk.length > room ? { type: 'too-large' } : event;
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
    const hello = Number(status) === 200 ? parseBody(body, this.#ended) : null;
    if (hello !== null) {
      // The session comes before the addresses; the last line of a hello is Remoting-Minimum-Version.
      const complete = this.#ended || hello.remotingMinimumVersion !== null;
      return complete ? { type: 'hello', hello } : { type: 'waiting' };
    }
    const maybeHello = Number(status) === 200 && isHelloStart(body) && !this.#ended;
    if (maybeHello) return { type: 'waiting' };
    return { type: 'http', status: Number(status), server: valuesOf(head, true).get('server') ?? null };
  }
}

const FIRST_LINE = 'Jenkins-Agent-Protocols:';

function isHelloStart(body: string): boolean {
  return FIRST_LINE.startsWith(body);
}

function parseBody(body: string, ended: boolean): Hello | null {
  if (!body.startsWith(FIRST_LINE)) return null;
  const values = valuesOf(body, ended);
  return {
    version: values.get('jenkins-version') ?? null,
    session: values.get('jenkins-session') ?? null,
    protocols: splitProtocols(values.get('jenkins-agent-protocols') ?? ''),
    remotingMinimumVersion: values.get('remoting-minimum-version') ?? null,
    client: values.get('client') ?? null,
    server: values.get('server') ?? null,
  };
}

/** Splits a comma list of protocol names. */
export function splitProtocols(list: string): readonly string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/**
 * The `Name: value` lines by name in lower case, the first of each name. A line that is cut has no value yet: unless
 * the text has ended, the last line counts only with its line end.
 */
function valuesOf(text: string, ended: boolean): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n').slice(0, ended ? undefined : -1)) {
    const [name = '', ...rest] = line.split(':');
    const value = rest.join(':').trim();
    if (value !== '' && !values.has(name.toLowerCase())) values.set(name.toLowerCase(), value);
  }
  return values;
}
