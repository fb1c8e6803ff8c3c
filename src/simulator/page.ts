import { STATUS_CODES } from 'node:http';

/** An HTTP response, whole. */
export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body is followed by padding without end. */
  readonly endless?: true;
}

/** The page as bytes on the wire, for connections that HTTP has let go of: refused upgrades. */
export function rawPage({ status, headers, body }: Page): string {
  const all = { ...headers, 'Content-Length': String(Buffer.byteLength(body)), Connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`;
}

/** The page without any header whose name starts with `X-`, as a strict proxy passes it on. */
export function withoutExtensionHeaders(page: Page): Page {
  const kept = Object.entries(page.headers).filter(([name]) => !name.startsWith('X-'));
  return { ...page, headers: Object.fromEntries(kept) };
}

/** nginx's own error page: no Jenkins has seen the request. */
export function nginxPage(status: number): Page {
  const title = `${status} ${STATUS_CODES[status]}`;
  return {
    status,
    headers: { Server: 'nginx', 'Content-Type': 'text/html' },
    body: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`,
  };
}
