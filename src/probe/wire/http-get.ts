import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { codeOf } from '../../model/error-code.ts';
import type { HttpEvidence } from '../../model/result.ts';
import type { Reason } from '../../protocol/reason.ts';
import type { StepFailure } from '../recording.ts';
import type { StepLimit } from './deadline.ts';

/** A response, its body cut to the first characters. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; of a repeated header the last value, as Java's `getHeaderField` has it. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyStart: string;
}

export type HttpResult =
  | { readonly ok: true; readonly response: HttpResponse }
  | { readonly ok: false; readonly finding: StepFailure };

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
  let socketError: unknown = null;
  socket.once('error', (error) => {
    socketError = error;
  });
  try {
    const answer = await ask(socket, origin, path, headers, limit);
    const bodyStart = await readStart(answer, limit);
    const response = {
      status: answer.statusCode ?? 0,
      headers: lastValues(answer.headersDistinct),
      bodyStart,
    };
    return { ok: true, response };
  } catch (error) {
    return { ok: false, finding: describeAlert(socketError) ?? describe(error, limit) };
  } finally {
    socket.destroy();
  }
}

/** Resolves when the headers of the answer are complete. Rejects as `node:http` fails, or when the limit is reached. */
function ask(
  socket: Socket,
  origin: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  { signal }: StepLimit,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request({
      createConnection: () => socket,
      path,
      headers: { host: new URL(origin).host, connection: 'close', ...headers },
      maxHeaderSize: HEADER_CAP,
      signal,
    });
    // The error of a socket that is destroyed later comes here as well.
    asked.on('response', resolve).on('error', reject).end();
  });
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

/** Resolves at the end of a body, at the cap, or when the wait is over. Never rejects: the headers are what counts. */
function readStart(body: IncomingMessage, limit: StepLimit): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = () => {
      clearTimeout(timer);
      body.destroy();
      resolve(Buffer.concat(chunks).subarray(0, BODY_CAP).toString('utf8'));
    };
    const timer = setTimeout(finish, Math.min(BODY_WAIT_MS, limit.limitMs));
    body.on('error', finish).on('close', finish).on('end', finish);
    body.on('data', (chunk: Buffer) => {
      if (length >= BODY_CAP) return;
      chunks.push(chunk);
      length += chunk.length;
      if (length >= BODY_CAP) finish();
    });
  });
}

function lastValues(raw: NodeJS.Dict<string[]>): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw)) {
    const last = value?.at(-1);
    if (last !== undefined) values[name] = last;
  }
  return values;
}

/** An alert that comes after the handshake, as TLS 1.3 does it for a client certificate that is missing. */
function describeAlert(error: unknown): StepFailure | null {
  const code = error === null ? '' : codeOf(error);
  if (!code.startsWith('ERR_SSL_')) return null;
  const words = code.includes('CERTIFICATE_REQUIRED')
    ? 'the server asks for a client certificate'
    : 'a TLS alert came';
  return finding('tls-failed', `${words} (${code})`);
}

function describe(error: unknown, limit: StepLimit): StepFailure {
  if (limit.signal.aborted) {
    return finding('listener-timeout', `no complete answer within ${limit.limitMs} ms`);
  }
  const code = codeOf(error);
  if (code === 'HPE_HEADER_OVERFLOW') {
    return finding('response-too-large', `the answer has more than ${HEADER_CAP} bytes of headers`);
  }
  if (code.startsWith('HPE_')) {
    return isAgentPort(error)
      ? finding(
          'url-points-at-agent-port',
          'this is the answer of a TCP agent port, not of the Jenkins web port',
        )
      : finding('response-malformed', 'the answer is not HTTP');
  }
  if (isHangUp(error)) return finding('listener-closed', 'closed before a complete answer');
  if (code === 'ECONNRESET' || code === 'EPIPE') return finding('connection-reset', 'reset before an answer');
  return finding('connection-failed', `the request failed (${code})`);
}

/** The error of `node:http` for a connection that was closed in order. Only a real reset comes from a system call. */
function isHangUp(error: unknown): boolean {
  return codeOf(error) === 'ECONNRESET' && error instanceof Error && !('syscall' in error);
}

/** The agent port's 404 has bare LF line ends, which make every HTTP parser stop; `node:http` then hands over the packet. */
function isAgentPort(error: unknown): boolean {
  const packet = error instanceof Error && 'rawPacket' in error ? String(error.rawPacket) : '';
  return packet.includes('text/plain;charset=UTF-8\n\nNot Found\n');
}

function finding(reason: Reason, detail: string): StepFailure {
  return { reason, detail };
}
