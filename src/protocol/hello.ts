/**
 * The agent port's hello: the controller answers `GET / ` in plain HTTP/1.0 with a few body lines. It logs nothing, and
 * the connection is cheap if the client closes at once. Parsed here because its other answers use bare LF line ends, which
 * HTTP parsers reject.
 */
export const HELLO_REQUEST: Uint8Array = Buffer.from('GET / HTTP/1.0\r\n\r\n', 'latin1');

/** The values of a hello. A field is null if its line is missing. */
export interface Hello {
  /** `Jenkins-Version`: the core version. */
  readonly version: string | null;
  /** `Jenkins-Session`: new at every start; equals `X-Jenkins-Session` of `login` on the same controller. */
  readonly session: string | null;
  /** `Jenkins-Agent-Protocols`, split. */
  readonly protocols: readonly string[];
  /** `Remoting-Minimum-Version`. */
  readonly remotingMinimumVersion: string | null;
  /** `Client`: the address of the client as seen by the controller; differs behind SNAT. */
  readonly client: string | null;
  /** `Server`: the address of the controller. */
  readonly server: string | null;
}

/** The state of a {@link HelloReader}. */
export type HelloEvent =
  | { readonly type: 'waiting' }
  | { readonly type: 'hello'; readonly hello: Hello }
  /** HTTP, but not a hello: another server, or a path that the agent port does not have. */
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

  /** Adds bytes. A hello has no length: it is complete with its last line or with the end. */
  push(chunk: Uint8Array): HelloEvent {
    const room = HelloReader.CAP - this.#received.length;
    this.#received = Buffer.concat([this.#received, chunk.subarray(0, room)]);
    const event = this.#read();
    return event.type === 'waiting' && chunk.length > room ? { type: 'too-large' } : event;
  }

  /** Marks the end of the stream. */
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
      // Remoting-Minimum-Version is the last line of a hello.
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

/** Splits a comma-separated list of protocol names. */
export function splitProtocols(list: string): readonly string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/**
 * Returns the values of `Name: value` lines by name in lower case; of repeated names the first. Unless the text has ended,
 * it ignores a last line without a line end, because that line may be incomplete.
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
