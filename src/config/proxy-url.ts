import { Secret } from '../model/secret.ts';
import type { ProxyServer } from '../model/target.ts';

/** Why a text is no proxy. The message never repeats the text, which may hold a password. */
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
    throw new ProxyUrlError('a proxy has no path, write http://host:port');
  }
  // Port 80 is lost in parsing, since it is the default of http; an agent insists on a port in the text.
  const authority = /^http:\/\/(?:.*@)?([^/]*)/i.exec(text.trim())?.[1] ?? '';
  if (!/:\d+$/.test(authority)) throw new ProxyUrlError('the port is missing, write http://host:port');
  const credentials =
    url.username === '' ? null : { user: decode(url.username), password: new Secret(decode(url.password)) };
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(url.port || 80), credentials };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
