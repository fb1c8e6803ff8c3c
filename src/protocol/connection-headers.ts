/**
 * Names of the headers that both sides of JNLP4 exchange inside TLS: one frame with a flat JSON object whose values are
 * strings or null. The names are the keys of remoting's `JnlpConnectionState`.
 */
export const NODE_NAME = 'Node-Name';
export const SECRET_KEY = 'Secret-Key';
/** A header of the controller: 64 hex digits with which the same agent can reconnect. */
export const COOKIE = 'JnlpAgentProtocol.cookie';

/** The frame is not a flat JSON object of strings. */
export class ConnectionHeadersError extends Error {
  override readonly name = 'ConnectionHeadersError';
}

/** Encodes headers as the text of one frame. */
export function encodeConnectionHeaders(headers: Readonly<Record<string, string>>): string {
  return JSON.stringify(headers);
}

/** Decodes the peer's headers. @throws {ConnectionHeadersError} */
export function decodeConnectionHeaders(payload: Uint8Array): ReadonlyMap<string, string | null> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    throw new ConnectionHeadersError('the connection headers are not JSON');
  }
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) {
    throw new ConnectionHeadersError('the connection headers are not a JSON object');
  }
  const headers = new Map<string, string | null>();
  for (const [name, value] of Object.entries(parsed)) {
    if (value !== null && typeof value !== 'string') {
      throw new ConnectionHeadersError('a connection header is not a string');
    }
    headers.set(name, value);
  }
  return headers;
}
