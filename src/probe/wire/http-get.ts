import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { codeOf } from '../../model/error-code.ts';
import { limitInterimAnswers, TooManyInterimAnswers } from '../../model/interim-answers.ts';
import type { HttpEvidence } from '../../model/result.ts';
import type { Reason } from '../../protocol/reason.ts';
import type { StepFailure } from '../recording.ts';
import type { StepLimit } from './deadline.ts';
import { ownFailure } from './own-failure.ts';

/** A response with the beginning of its body. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; of a repeated header the last value, like Java's `getHeaderField`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyStart: string;
}

export type HttpResult =
  | { readonly ok: true; readonly response: HttpResponse }
  | { readonly ok: false; readonly finding: StepFailure };

/** The limit of headers, far above those of Jenkins and a chain of proxies. */
const HEADER_CAP = 32_768;
const BODY_CAP = 4096;
/** The time limit for the body, which is only evidence. */
const BODY_WAIT_MS = 1000;

/**
 * Sends one GET on a connected socket (with TLS, if used) and destroys the socket afterwards. Does not follow redirects.
 * Never rejects.
 * @param origin scheme, host and port for the `Host` header
 * @param path the path, or the absolute URL for a forwarding proxy
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
    // After a 101, the connection no longer speaks HTTP.
    const bodyStart = answer.statusCode === 101 ? '' : await readStart(answer, limit);
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

/**
 * Resolves when the headers of the answer are complete. Rejects with the error of `node:http`, or at the time limit. An
 * unrequested 101 is an answer too, as in Java 17. Other interim answers (1xx) are skipped, as in Java 25. Java 17
 * skips only 100.
 */
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
    });
    limitInterimAnswers(asked);
    // The error of a socket that is destroyed later also arrives here.
    asked.on('response', resolve).on('upgrade', resolve).on('error', reject);
    asked.on('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
    // Not the option `signal`: it destroys the request, which emits nothing after `node:http` has given the socket away.
    signal.addEventListener('abort', () => reject(signal.reason));
    if (signal.aborted) reject(signal.reason);
    asked.end();
  });
}

/** Returns the part of a response that a report shows. */
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

/** Returns the names of cookies without their values, which may be sessions. */
function cookieNames(cookie: string | undefined): readonly string[] {
  const name = cookie?.split('=', 1)[0]?.trim();
  return name ? [name.slice(0, 80)] : [];
}

/** Resolves at the end of a body, at its cap or at the timeout. Never rejects: only the headers matter. */
function readStart(body: IncomingMessage, limit: StepLimit): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = () => {
      clearTimeout(timer);
      limit.signal.removeEventListener('abort', finish);
      body.destroy();
      resolve(Buffer.concat(chunks).subarray(0, BODY_CAP).toString('utf8'));
    };
    const timer = setTimeout(finish, Math.min(BODY_WAIT_MS, limit.limitMs));
    limit.signal.addEventListener('abort', finish);
    if (limit.signal.aborted) finish();
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

/** Returns the failure for a TLS alert after the handshake; TLS 1.3 sends one for a missing client certificate. */
function describeAlert(error: unknown): StepFailure | null {
  const code = error === null ? '' : codeOf(error);
  if (!code.startsWith('ERR_SSL_')) return null;
  const words = code.includes('CERTIFICATE_REQUIRED')
    ? 'the server requires a client certificate'
    : 'the server sent a TLS alert';
  return finding('tls-failed', `${words} (${code})`);
}

function describe(error: unknown, limit: StepLimit): StepFailure {
  if (limit.signal.aborted) {
    const { limitMs } = limit;
    return { ...finding('listener-timeout', `no complete answer within ${limitMs} ms`), limitMs };
  }
  if (error instanceof TooManyInterimAnswers) return finding('response-too-large', error.message);
  const code = codeOf(error);
  const own = ownFailure(code);
  if (own !== null) return own;
  if (code === 'HPE_HEADER_OVERFLOW') {
    return finding('response-too-large', `the answer has more than ${HEADER_CAP} bytes of headers`);
  }
  if (code.startsWith('HPE_')) {
    return isAgentPort(error)
      ? finding(
          'url-points-at-agent-port',
          'the answer is from a TCP agent port, not from the Jenkins web port',
        )
      : finding('response-malformed', 'the answer is not HTTP');
  }
  if (isHangUp(error)) return finding('listener-closed', 'closed before a complete answer');
  if (code === 'ECONNRESET' || code === 'EPIPE') return finding('connection-reset', 'reset before an answer');
  return finding('connection-failed', `the request failed (${code})`);
}

/** Returns true for the error of `node:http` after a regular close. A real reset is an error of a system call. */
function isHangUp(error: unknown): boolean {
  return codeOf(error) === 'ECONNRESET' && error instanceof Error && !('syscall' in error);
}

/** Returns true for the agent port's 404. HTTP parsers refuse its bare LF line ends; `node:http` then returns the packet. */
function isAgentPort(error: unknown): boolean {
  const packet = error instanceof Error && 'rawPacket' in error ? String(error.rawPacket) : '';
  return packet.includes('text/plain;charset=UTF-8\n\nNot Found\n');
}

function finding(reason: Reason, detail: string): StepFailure {
  return { reason, detail };
}
