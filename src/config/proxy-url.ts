import { Secret } from '../model/secret.ts';
import type { ProxyServer } from '../model/target.ts';
import { portNumber } from '../protocol/host-port.ts';

/** The text is not the URL of a proxy. The message never repeats the text, which may contain a password. */
export class ProxyUrlError extends Error {}

/** Parses `http://[user:password@]host:port`. @throws {ProxyUrlError} */
export function parseProxyUrl(text: string): ProxyServer {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new ProxyUrlError('not a URL, write http://host:port');
  }
  if (url.protocol !== 'http:') {
    throw new ProxyUrlError(`the scheme ${url.protocol}// is not supported, write http://host:port`);
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw new ProxyUrlError('the URL of a proxy must not have a path, write http://host:port');
  }
  // Agents require a port in the text. `URL` drops port 80, so look for it in the text.
  const authority = /^http:\/\/(?:.*@)?([^/]*)/i.exec(text.trim())?.[1] ?? '';
  if (!/:\d+$/.test(authority)) throw new ProxyUrlError('the port is missing, write http://host:port');
  const credentials =
    url.username === '' ? null : { user: decode(url.username), password: new Secret(decode(url.password)) };
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(url.port || 80), credentials };
}

/** The proxy that an agent reads from `http_proxy`, and why it ignores the value or a part of it. */
interface AgentProxy {
  readonly server: ProxyServer | null;
  readonly ignored: string | null;
}

/** The schemes that `java.net.URL` knows and that have a host. */
const JAVA_SCHEMES: ReadonlySet<string> = new Set(['http', 'https', 'ftp']);

/**
 * Reads `http_proxy` as remoting does (`JnlpAgentEndpointResolver`). A value that is not a URL for Java is ignored with a
 * warning. Otherwise only host and port are used: the protocol is always plain HTTP, and user and password are not sent.
 * @throws {ProxyUrlError} if the port is missing: then an agent ends with an exception
 */
export function parseAgentProxy(text: string): AgentProxy {
  const [, scheme = '', authority = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i.exec(text.trim()) ?? [];
  if (!JAVA_SCHEMES.has(scheme.toLowerCase())) {
    return {
      server: null,
      ignored: 'http_proxy is not a URL that Java supports; agents ignore it, so it is not used',
    };
  }
  const [, user = '', host = '', port = ''] =
    /^(.*@)?(\[[^\]]*\]|[^:@]*)(?::(\d{1,5}))?$/.exec(authority) ?? [];
  if (host === '') throw new ProxyUrlError('the host is missing, write http://host:port');
  const number = portNumber(port);
  if (number === null) throw new ProxyUrlError('the port is missing, write http://host:port');
  const server = { host: host.replace(/^\[(.*)\]$/, '$1'), port: number, credentials: null };
  const ignored =
    user === '' ? null : 'agents ignore the user and password in http_proxy; use -proxyCredentials';
  return { server, ignored };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
