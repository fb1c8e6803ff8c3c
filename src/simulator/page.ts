import { STATUS_CODES } from 'node:http';

/** An HTTP response. */
export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Set to send endless padding after the body. */
  readonly endless?: true;
}

/** Returns the page as bytes, for refused upgrades, whose connections `node:http` does not handle. */
export function rawPage({ status, headers, body }: Page): string {
  const all = { ...headers, 'Content-Length': String(Buffer.byteLength(body)), Connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`;
}

/** Returns the page without headers that start with `X-`, as a strict proxy forwards it. */
export function withoutExtensionHeaders(page: Page): Page {
  const kept = Object.entries(page.headers).filter(([name]) => !name.startsWith('X-'));
  return { ...page, headers: Object.fromEntries(kept) };
}

/** Returns nginx's own error page. */
export function nginxPage(status: number): Page {
  const title = `${status} ${STATUS_CODES[status]}`;
  return {
    status,
    headers: { Server: 'nginx', 'Content-Type': 'text/html' },
    body: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`,
  };
}
