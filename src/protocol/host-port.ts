/** A host (a name or an address, IPv6 without brackets) and a TCP port. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/**
 * An agent's `-tunnel`, which overrides the announced agent port. A null part keeps the announced one. Syntax and rules
 * are those of remoting's `HostPort`: `HOST:PORT`, `HOST:`, `:PORT`, `[v6]:PORT`.
 */
export interface Tunnel {
  readonly host: string | null;
  readonly port: number | null;
}

/** A tunnel or direct address cannot be used. `code` is the diagnosis of an agent with this address. */
export class HostPortError extends Error {
  readonly code: 'tunnel-has-scheme' | 'tunnel-missing-port' | 'tunnel-empty' | 'agent-host-invalid-for-uri';

  constructor(code: HostPortError['code'], message: string) {
    super(message);
    this.name = 'HostPortError';
    this.code = code;
  }
}

const MAX_LENGTH = 261; // a DNS name (253), brackets, colon, five digits
const HOST_NAME = /^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.?$/i;
const IPV6 = /^[0-9a-f:.]+(%[0-9a-z._-]+)?$/i;

/** Names that resolvers accept, including underscores, and addresses; brackets around an IPv6 address. */
const DIALABLE = /^[a-z0-9_.-]{1,253}$|^\[[0-9a-f.]*:[0-9a-f:.]*\]$/i;

/** Returns true if a text is a host name or an address. Nothing else may be sent in a request to a proxy. */
export function isDialable(host: string): boolean {
  return DIALABLE.test(host) || (host.includes(':') && IPV6.test(host));
}

/** Parses an agent's `-tunnel`. @throws {HostPortError} */
export function parseTunnel(text: string): Tunnel {
  const { host, port } = split(text);
  if (host === null && port === null) {
    throw new HostPortError(
      'tunnel-empty',
      `tunnel ${quote(text)} has neither a host nor a port, write HOST:PORT`,
    );
  }
  return { host, port };
}

/** Parses an agent's `-direct HOST:PORT`; both parts are required. @throws {HostPortError} */
export function parseHostPort(text: string): HostPort {
  const { host, port } = split(text);
  if (host === null || port === null) {
    throw new HostPortError(
      'tunnel-missing-port',
      `${quote(text)} needs both a host and a port, write HOST:PORT`,
    );
  }
  return { host, port };
}

/** Returns the address for an agent: the announced host and port, overridden by the parts of the tunnel. */
export function applyTunnel(announced: HostPort, tunnel: Tunnel | null): HostPort {
  return { host: tunnel?.host ?? announced.host, port: tunnel?.port ?? announced.port };
}

/** Formats a tunnel as in an agent's `-tunnel`: `HOST:PORT`, `HOST:` or `:PORT`. */
export function formatTunnel({ host, port }: Tunnel): string {
  return `${host?.includes(':') ? `[${host}]` : (host ?? '')}:${port ?? ''}`;
}

/** Returns `host:port`, with brackets around an IPv6 address. */
export function formatHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Parses a TCP port as an agent does (Java's `Integer.parseInt` after a trim); returns null unless it is 1 to 65535. */
export function portNumber(text: string): number | null {
  const digits = text.trim();
  const port = /^\+?\d+$/.test(digits) ? Number(digits) : 0;
  return port >= 1 && port <= 65535 ? port : null;
}

function split(text: string): Tunnel {
  const value = text.trim();
  if (value === '') throw new HostPortError('tunnel-empty', 'the address is empty, write HOST:PORT');
  if (value.length > MAX_LENGTH) {
    throw new HostPortError(
      'tunnel-missing-port',
      `the address is ${value.length} characters long, write HOST:PORT`,
    );
  }
  if (value.includes('/')) {
    const bare = value.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/\/.*$/, '');
    throw new HostPortError(
      'tunnel-has-scheme',
      `${quote(text)} looks like a URL; an agent accepts only HOST:PORT, write ${quote(bare)}`,
    );
  }
  if (value.startsWith('[')) return splitBracketed(text, value);
  const colon = value.lastIndexOf(':');
  if (colon < 0)
    throw new HostPortError('tunnel-missing-port', `${quote(text)} has no port, write HOST:PORT`);
  const host = value.slice(0, colon).trim();
  if (host.includes(':')) {
    throw new HostPortError(
      'tunnel-missing-port',
      `${quote(text)} has several colons; put brackets around an IPv6 address, ${quote(`[${host}]:PORT`)}`,
    );
  }
  return { host: host === '' ? null : checkName(host, text), port: parsePort(value.slice(colon + 1), text) };
}

function splitBracketed(text: string, value: string): Tunnel {
  const end = value.indexOf(']');
  const host = value.slice(1, end < 0 ? undefined : end).trim();
  if (end < 0 || !host.includes(':') || !IPV6.test(host)) {
    throw new HostPortError('agent-host-invalid-for-uri', `${quote(text)} is not [IPv6]:PORT`);
  }
  const rest = value.slice(end + 1).trim();
  const port = rest.startsWith(':') ? parsePort(rest.slice(1), text) : null;
  if (port === null) {
    throw new HostPortError('tunnel-missing-port', `${quote(text)} has no port, write [${host}]:PORT`);
  }
  return { host, port };
}

function checkName(host: string, text: string): string {
  if (HOST_NAME.test(host)) return host;
  throw new HostPortError(
    'agent-host-invalid-for-uri',
    `${quote(text)}: ${quote(host)} is not a valid host name (letters, digits, "-" and "." only)`,
  );
}

function parsePort(text: string, whole: string): number | null {
  if (text === '') return null;
  const port = portNumber(text);
  if (port === null) {
    throw new HostPortError(
      'tunnel-missing-port',
      `${quote(whole)}: the port must be a number from 1 to 65535`,
    );
  }
  return port;
}

function quote(text: string): string {
  // An address has no @. The text before it may be a password.
  if (text.includes('@')) return 'the address';
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
