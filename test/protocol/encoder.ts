// The bytes of the controller, encoded and decoded by the tests: this file shares no code with the product. The
// literals were measured on the wire of a controller.

/** `Protocol:Ping` and `Protocol:JNLP4-connect` as frames, and the acknowledgement. */
export const PING_FRAME = Buffer.from('000d50726f746f636f6c3a50696e67', 'hex');
export const JNLP4_FRAME = Buffer.from('001650726f746f636f6c3a4a4e4c50342d636f6e6e656374', 'hex');
export const ACK_FRAME = Buffer.from('000341434b', 'hex');
/** `GET / HTTP/1.0` and an empty line. */
export const HELLO_GET = Buffer.from('474554202f20485454502f312e300d0a0d0a', 'hex');
/** `Ping` and a line feed. */
export const PING_REPLY = Buffer.from('50696e670a', 'hex');

/** The capability that remoting 3355 sends: mask 0x1fe. */
export const CAPABILITY_3355 =
  'rO0ABXNyABpodWRzb24ucmVtb3RpbmcuQ2FwYWJpbGl0eQAAAAAAAAABAgABSgAEbWFza3hwAAAAAAAAAf4=';

/** Returns a string frame: two bytes of length, then the bytes. */
export function frame(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  const length = bytes.length.toString(16).padStart(4, '0');
  return Buffer.from(length + bytes.toString('hex'), 'hex');
}

/** Returns several frames in a row. */
export function frames(...contents: readonly string[]): Buffer {
  return Buffer.concat(contents.map(frame));
}

/** Returns the texts of complete frames. */
export function unframe(bytes: Uint8Array): string[] {
  const texts: string[] = [];
  let rest = Buffer.from(bytes);
  while (rest.length > 0) {
    const end = 2 + rest.readUInt16BE();
    if (rest.length < end) throw new Error(`a frame of ${end} bytes ends after ${rest.length}`);
    texts.push(rest.toString('utf8', 2, end));
    rest = rest.subarray(end);
  }
  return texts;
}

/** Returns a serialized capability with this mask: the measured one with other bytes at its end. */
export function capability(mask: bigint): string {
  const constant = Buffer.from(CAPABILITY_3355, 'base64').toString('hex').slice(0, -16);
  return Buffer.from(constant + mask.toString(16).padStart(16, '0'), 'hex').toString('base64');
}

/**
 * Returns connection headers in another JSON style than that of the product: with spaces, and with every character
 * except letters escaped.
 */
export function connectionHeaders(headers: Readonly<Record<string, string | null>>): string {
  const pairs = Object.entries(headers).map(([name, value]) => `${quoted(name)} :\t${quoted(value)}`);
  return ` { ${pairs.join(' ,\n ')} } `;
}

function quoted(text: string | null): string {
  if (text === null) return 'null';
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  const escaped = units.map((unit) => {
    const letter = String.fromCharCode(unit);
    return /[A-Za-z0-9.-]/.test(letter) ? letter : `\\u${unit.toString(16).padStart(4, '0')}`;
  });
  return `"${escaped.join('')}"`;
}

/** Returns the hello of the agent port. @param lines its body */
export function hello(lines: readonly string[], eol = '\r\n'): Buffer {
  const head = [
    'HTTP/1.0 200 OK',
    'Content-Type: text/plain;charset=UTF-8',
    'X-Content-Type-Options: nosniff',
  ];
  return Buffer.from([...head, '', ...lines, ''].join(eol));
}

/** The lines in the hello of a current controller. */
export const HELLO_LINES = [
  'Jenkins-Agent-Protocols: JNLP4-connect, Ping',
  'Jenkins-Version: 2.528.3',
  'Jenkins-Session: 4be22f3a',
  'Client: 10.1.2.3',
  'Server: 10.0.0.7',
  'Remoting-Minimum-Version: 3107.v665000b_51092',
] as const;

/** The answer of the agent port to any other path. Its line ends are bare line feeds. */
export const HELLO_NOT_FOUND = Buffer.from(
  'HTTP/1.0 404 Not Found\nContent-Type: text/plain;charset=UTF-8\n\nNot Found\n',
);

/** Returns a binary message of the CLI over WebSocket: an operation, then its data. */
export function cliMessage(op: number, data: string | Uint8Array = ''): Buffer {
  return Buffer.concat([Buffer.from([op]), Buffer.from(data)]);
}
