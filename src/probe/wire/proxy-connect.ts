import type { ProxyServer } from '../../model/target.ts';
import { formatHostPort, type HostPort } from '../../protocol/host-port.ts';
import type { ProxyAnswer } from './proxy-answer.ts';

const ANSWER_CAP = 16_384;

/** Returns the CONNECT request of an agent, with Basic credentials if the proxy has them. */
export function connectRequest(to: HostPort, proxy: ProxyServer): string {
  const authority = formatHostPort(to.host, to.port);
  return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorizationLine(proxy)}\r\n`;
}

/** Returns the value of `Proxy-Authorization`, or null. */
export function proxyAuthorization(proxy: ProxyServer): string | null {
  if (proxy.credentials === null) return null;
  const { user, password } = proxy.credentials;
  return `Basic ${Buffer.from(`${user}:${password.reveal()}`).toString('base64')}`;
}

type ConnectVerdict =
  | { readonly type: 'waiting' }
  /** The tunnel is open; `rest` is from the peer behind it. */
  | { readonly type: 'open'; readonly rest: Buffer }
  | { readonly type: 'refused'; readonly answer: ProxyAnswer; readonly statusLine: string }
  /** Not an answer to CONNECT. */
  | { readonly type: 'bad'; readonly statusLine: string };

/** Checks the bytes of a proxy's answer so far. */
export function judgeConnectAnswer(answer: Buffer): ConnectVerdict {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0 && answer.length < ANSWER_CAP) return { type: 'waiting' };
  const statusLine = answer.subarray(0, 200).toString('latin1').split('\r\n', 1)[0] ?? '';
  const status = /^HTTP\/1\.\d (\d{3})/.exec(statusLine)?.[1];
  if (status === '200' && end >= 0) return { type: 'open', rest: answer.subarray(end + 4) };
  if (status === undefined || end < 0) return { type: 'bad', statusLine };
  const headers = headersOf(answer.subarray(0, end).toString('latin1'));
  return { type: 'refused', answer: { status: Number(status), headers }, statusLine };
}

function headersOf(head: string): Readonly<Record<string, string>> {
  const lines = head.split('\r\n').slice(1);
  const pairs = lines.map((line) => /^([^:]+):\s*(.*)$/.exec(line));
  return Object.fromEntries(
    pairs.flatMap((pair) => (pair === null ? [] : [[(pair[1] ?? '').toLowerCase(), pair[2] ?? '']])),
  );
}

function authorizationLine(proxy: ProxyServer): string {
  const value = proxyAuthorization(proxy);
  return value === null ? '' : `Proxy-Authorization: ${value}\r\n`;
}
