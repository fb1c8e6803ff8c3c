import { connect, type Socket } from 'node:net';
import type { ConnectReasons } from '../../model/connect-reasons.ts';
import { codeOf } from '../../model/error-code.ts';
import type { StepFailure } from '../recording.ts';
import type { StepLimit } from './deadline.ts';
import type { Hop } from './hop.ts';
import { noLocalPort, ownFailure } from './own-failure.ts';
import { reasonOfProxyAnswer } from './proxy-answer.ts';
import { connectRequest, judgeConnectAnswer } from './proxy-connect.ts';
import { readUntil } from './read-until.ts';

type Opened =
  | { readonly ok: true; readonly socket: Socket }
  | { readonly ok: false; readonly finding: StepFailure };

/**
 * Opens a TCP connection over a hop and writes `first` in the same turn of the event loop: a connection without data makes
 * the agent port log an error. Never rejects. The caller destroys the socket.
 * @param first the first bytes; null if TLS or HTTP follows at once
 */
export async function openStream(
  hop: Hop,
  first: Uint8Array | null,
  reasons: ConnectReasons,
  limit: StepLimit,
): Promise<Opened> {
  const socket = connect({ ...hop.dial, noDelay: true, allowHalfOpen: true });
  socket.on('error', ignoreLateErrors);
  const connected = await waitForConnect(socket, limit, () => {
    if (hop.via === null && first !== null) socket.write(first);
    if (hop.via?.mode === 'connect') socket.write(connectRequest(hop.via.to, hop.via.proxy));
  });
  if (connected !== 'open') {
    socket.destroy();
    return { ok: false, finding: describeConnect(connected, hop, reasons, limit) };
  }
  if (hop.via?.mode !== 'connect') return { ok: true, socket };
  const finding = await passProxy(socket, hop.via, first, reasons, limit);
  if (finding === null) return { ok: true, socket };
  socket.destroy();
  return { ok: false, finding };
}

function ignoreLateErrors(): void {
  // Waiters attach their own listener. Swallow later errors: an unhandled 'error' event would end the process.
}

function waitForConnect(
  socket: Socket,
  limit: StepLimit,
  onOpen: () => void,
): Promise<'open' | 'timeout' | string> {
  return new Promise((resolve) => {
    const onConnect = () => {
      onOpen();
      finish('open');
    };
    const onError = (error: Error) => finish(codeOf(error));
    // Timers come first in a turn of the event loop. After a stall, a connection may be open already that we have not heard
    // of yet: it must not be left without a word.
    const onAbort = () => setImmediate(finish, 'timeout');
    const finish = (how: string) => {
      socket.off('connect', onConnect).off('error', onError);
      limit.signal.removeEventListener('abort', onAbort);
      resolve(how);
    };
    if (limit.signal.aborted) return resolve('timeout');
    limit.signal.addEventListener('abort', onAbort);
    socket.on('connect', onConnect).on('error', onError);
  });
}

function describeConnect(how: string, hop: Hop, reasons: ConnectReasons, limit: StepLimit): StepFailure {
  const timedOut = how === 'timeout' || how === 'ETIMEDOUT';
  const words = timedOut ? `no answer within ${limit.limitMs} ms` : (WORDS[how] ?? how);
  const { host, port } = hop.dial;
  const own = how === 'EADDRNOTAVAIL' ? noLocalPort(host) : ownFailure(how);
  if (own !== null) return own;
  const time = timedOut ? { limitMs: limit.limitMs } : {};
  if (hop.via !== null) {
    return {
      reason: 'proxy-unreachable',
      detail: `cannot connect to the proxy at ${host} port ${port}: ${words}`,
      ...time,
    };
  }
  if (timedOut) return { reason: reasons.timeout, detail: words, ...time };
  if (how === 'ECONNREFUSED') return { reason: reasons.refused, detail: words };
  if (UNREACHABLE.has(how)) return { reason: 'network-unreachable', detail: words };
  if (how === 'ECONNRESET') return { reason: reasons.reset, detail: words };
  return { reason: 'connection-failed', detail: words };
}

const UNREACHABLE = new Set([
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ENETDOWN',
  'EHOSTDOWN',
  'EACCES',
  'EPERM',
]);
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  EADDRNOTAVAIL: 'this machine has no address of this family',
  EACCES: 'this machine does not permit the connection',
  EPERM: 'this machine does not permit the connection',
};

async function passProxy(
  socket: Socket,
  via: NonNullable<Hop['via']>,
  first: Uint8Array | null,
  reasons: ConnectReasons,
  limit: StepLimit,
): Promise<StepFailure | null> {
  let answer: Buffer = Buffer.alloc(0);
  let verdict: ReturnType<typeof judgeConnectAnswer> = { type: 'waiting' };
  const end = await readUntil(socket, limit, (chunk) => {
    answer = Buffer.concat([answer, chunk]);
    verdict = judgeConnectAnswer(answer);
    // The proxy has opened the connection to the controller: write in the same turn of the event loop.
    if (verdict.type === 'open' && first !== null) socket.write(first);
    return verdict.type !== 'waiting';
  });
  const name = `the proxy ${via.proxy.host}:${via.proxy.port}`;
  const judged = verdict as ReturnType<typeof judgeConnectAnswer>;
  if (judged.type === 'open') {
    if (judged.rest.length > 0) socket.unshift(judged.rest);
    return null;
  }
  if (judged.type === 'refused' || judged.type === 'bad') {
    const reason = judged.type === 'bad' ? 'proxy-bad-answer' : reasonOfProxyAnswer(judged.answer, reasons);
    return { reason, detail: `${name} answered ${judged.statusLine}` };
  }
  if (end.type === 'timeout') {
    // A proxy answers when it is connected: either it waits for the target, or it hangs itself.
    const { limitMs } = limit;
    return {
      reason: reasons.timeout,
      detail: `${name} did not answer CONNECT within ${limitMs} ms`,
      limitMs,
    };
  }
  const own = end.type === 'error' ? ownFailure(end.code) : null;
  if (own !== null) return own;
  return { reason: 'proxy-bad-answer', detail: `${name} closed the connection instead of answering CONNECT` };
}
