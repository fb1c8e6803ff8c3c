import type { Socket } from 'node:net';
import { Client, errors } from 'undici';
import type { HttpEvidence } from '../../model/result.ts';
import type { Reason } from '../../protocol/reason.ts';
import type { Finding } from '../recording.ts';
import type { StepLimit } from './deadline.ts';
import { codeOf } from './error-code.ts';

/** A response, its body cut to the first characters. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; of a repeated header the last value, as Java's `getHeaderField` has it. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyStart: string;
}

export type HttpResult =
  | { readonly ok: true; readonly response: HttpResponse }
  | { readonly ok: false; readonly finding: Finding };

/** Far above what Jenkins and a chain of proxies send. */
const HEADER_CAP = 32_768;
const BODY_CAP = 4096;
/** A verdict never waits for a body: what has come by then is enough for evidence. */
const BODY_WAIT_MS = 1000;

/**
 * Sends one GET on a socket that is already connected (and secured) and destroys the socket afterwards: no reuse, no
 * redirects. Never rejects.
 * @param origin scheme, host and port for the `Host` header
 * @param path the path, or the absolute URL when the socket leads to a forwarding proxy
 */
export async function httpGet(
  socket: Socket,
  origin: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  limit: StepLimit,
): Promise<HttpResult> {
  const client = new Client(origin, {
    // Not in the same turn: undici loses a request whose connector answers before it has returned.
    connect: (_options, callback) => queueMicrotask(() => callback(null, socket)),
    maxHeaderSize: HEADER_CAP,
    allowH2: false,
    pipelining: 1,
  });
  let socketError: unknown = null;
  socket.once('error', (error) => {
    socketError = error;
  });
  try {
    const { signal } = limit;
    const {
      statusCode,
      headers: raw,
      body,
    } = await client.request({ path, method: 'GET', headers, reset: true, signal });
    const bodyStart = await readStart(body, limit);
    return { ok: true, response: { status: statusCode, headers: lastValues(raw), bodyStart } };
  } catch (error) {
    return { ok: false, finding: describeAlert(socketError) ?? describe(error, limit) };
  } finally {
    await client.destroy().catch(() => undefined);
    socket.destroy();
  }
}

/** The part of a response that a report shows. */
export function httpEvidence(response: HttpResponse, address: string, url: string): HttpEvidence {
  const { headers } = response;
  const date = Date.parse(headers.date ?? '');
  return {
    address,
    url,
    status: response.status,
    location: headers.location ?? null,
    server: headers.server ?? null,
    contentType: headers['content-type'] ?? null,
    date: Number.isNaN(date) ? null : date,
    setsCookies: cookieNames(headers['set-cookie']),
    jenkinsVersion: headers['x-jenkins'] ?? null,
    jenkinsSession: headers['x-jenkins-session'] ?? null,
    bodyStart: response.bodyStart.slice(0, 500),
  };
}

/** Names only: a cookie's value may be a session of somebody's. */
function cookieNames(cookie: string | undefined): readonly string[] {
  const name = cookie?.split('=', 1)[0]?.trim();
  return name ? [name.slice(0, 80)] : [];
}

type Body = Awaited<ReturnType<Client['request']>>['body'];

async function readStart(body: Body, limit: StepLimit): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  const timer = setTimeout(() => body.destroy(), Math.min(BODY_WAIT_MS, limit.limitMs));
  try {
    for await (const chunk of body) {
      const bytes = Buffer.from(chunk);
      chunks.push(bytes);
      length += bytes.length;
      if (length >= BODY_CAP) break;
    }
  } catch {
    // Cut short, by the peer or by us: the headers are what counts.
  } finally {
    clearTimeout(timer);
    body.on('error', () => undefined).destroy();
  }
  return Buffer.concat(chunks).subarray(0, BODY_CAP).toString('utf8');
}

function lastValues(raw: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw)) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) values[name.toLowerCase()] = last;
  }
  return values;
}

/** An alert that comes after the handshake, as TLS 1.3 does it for a client certificate that is missing. */
function describeAlert(error: unknown): Finding | null {
  const code = error === null ? '' : codeOf(error);
  if (!code.startsWith('ERR_SSL_')) return null;
  const words = code.includes('CERTIFICATE_REQUIRED')
    ? 'the server asks for a client certificate'
    : 'a TLS alert came';
  return finding('tls-failed', `${words} (${code})`);
}

function describe(error: unknown, limit: StepLimit): Finding {
  if (limit.signal.aborted || error instanceof errors.HeadersTimeoutError) {
    return finding('listener-timeout', `no complete answer within ${limit.limitMs} ms`);
  }
  if (error instanceof errors.HeadersOverflowError) {
    return finding('response-too-large', `the answer has more than ${HEADER_CAP} bytes of headers`);
  }
  if (error instanceof errors.HTTPParserError) {
    return isAgentPort(error)
      ? finding(
          'url-points-at-agent-port',
          'this is the answer of a TCP agent port, not of the Jenkins web port',
        )
      : finding('response-malformed', 'the answer is not HTTP');
  }
  const code = codeOf(error);
  if (code === 'ECONNRESET' || code === 'EPIPE') return finding('connection-reset', 'reset before an answer');
  if (error instanceof errors.SocketError)
    return finding('listener-closed', 'closed before a complete answer');
  return finding('connection-failed', `the request failed (${code})`);
}

/** The agent port's 404 has bare LF line ends, which make every HTTP parser stop; undici then hands over the rest. */
function isAgentPort(error: Error): boolean {
  const data = 'data' in error ? String(error.data) : '';
  return data.includes('text/plain;charset=UTF-8\n\nNot Found\n');
}

function finding(reason: Reason, detail: string): Finding {
  return { reason, detail };
}
