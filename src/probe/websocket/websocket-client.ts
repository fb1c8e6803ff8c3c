import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { codeOf } from '../../model/error-code.ts';
import { limitInterimAnswers, TooManyInterimAnswers } from '../../model/interim-answers.ts';
import { CLI_MESSAGE_CAP } from '../../protocol/cli-websocket.ts';
import type { StepFailure } from '../recording.ts';
import { connectUnnoted, type WebContext } from '../web/web-entrypoint.ts';
import type { StepLimit } from '../wire/deadline.ts';
import type { Hop } from '../wire/hop.ts';
import { type HttpResponse, httpEvidence } from '../wire/http-get.ts';
import { ownFailure } from '../wire/own-failure.ts';
import { loadWebSocket } from './load-websocket.ts';

type Upgraded =
  | {
      readonly type: 'open';
      readonly websocket: WebSocket;
      readonly response: HttpResponse;
      readonly socket: Socket;
    }
  /** The server answered with a status other than 101. */
  | { readonly type: 'answer'; readonly response: HttpResponse }
  | { readonly type: 'failed'; readonly finding: StepFailure };

const BODY_CAP = 4096;
const NO_DESCRIPTORS: StepFailure = {
  reason: 'connection-failed',
  detail: 'this process has too few free file descriptors',
  inconclusive: 'no-descriptors',
};

/** Connects to the entrypoint and requests a WebSocket at a path below the Jenkins URL. Never rejects. */
export async function openWebSocket(
  context: WebContext,
  hop: Hop,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<Upgraded> {
  const { recording, deadline, web } = context;
  const WebSocket = await loadWebSocket();
  if (WebSocket === null) return { type: 'failed', finding: NO_DESCRIPTORS };
  const socket = await connectUnnoted(context, hop, 'websocket');
  if ('reason' in socket) return { type: 'failed', finding: socket };
  const url = new URL(path, web.url);
  const open = () =>
    new WebSocket(new URL(url.href.replace(/^http/, 'ws')), {
      createConnection: () => socket,
      headers: { ...headers },
      followRedirects: false,
      perMessageDeflate: false,
      maxPayload: CLI_MESSAGE_CAP,
      finishRequest(asked) {
        limitInterimAnswers(asked);
        asked.end();
      },
    });
  const upgraded = await deadline.step(0.5, (limit) => upgrade(socket, open, limit));
  if (upgraded.type !== 'open') socket.destroy();
  if (upgraded.type === 'answer') {
    recording.evidence.websocketResponse = httpEvidence(upgraded.response, hop.label, url.href);
  }
  return upgraded;
}

/** Closes with 1000, waits for the peer's answer within the limit, then destroys the socket. */
export function closeWebSocket(websocket: WebSocket, socket: Socket, limit: StepLimit): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      limit.signal.removeEventListener('abort', done);
      websocket.terminate();
      socket.destroy();
      resolve();
    };
    if (limit.signal.aborted || websocket.readyState === websocket.CLOSED) return done();
    limit.signal.addEventListener('abort', done);
    websocket.once('close', done);
    websocket.close(1000);
  });
}

function upgrade(socket: Socket, open: () => WebSocket, limit: StepLimit): Promise<Upgraded> {
  return new Promise((resolve) => {
    const websocket = open();
    let response: HttpResponse = { status: 101, headers: {}, bodyStart: '' };
    const finish = (result: Upgraded) => {
      limit.signal.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const fail = (finding: StepFailure) => {
      finish({ type: 'failed', finding });
      websocket.terminate();
    };
    const onAbort = () =>
      fail({
        reason: 'ws-timeout',
        detail: `no answer to the upgrade within ${limit.limitMs} ms`,
        limitMs: limit.limitMs,
      });
    // Never removed: `ws` reports invalid frames and closed sockets here.
    websocket.on('error', (error) => fail(describe(error)));
    websocket.once('upgrade', (message: IncomingMessage) => {
      response = { status: 101, headers: singleHeaders(message), bodyStart: '' };
    });
    websocket.once('open', () => finish({ type: 'open', websocket, response, socket }));
    websocket.once('unexpected-response', async (_request, message: IncomingMessage) => {
      const bodyStart = await bodyOf(message, limit);
      finish({
        type: 'answer',
        response: { status: message.statusCode ?? 0, headers: singleHeaders(message), bodyStart },
      });
      websocket.terminate();
    });
    limit.signal.addEventListener('abort', onAbort);
    if (limit.signal.aborted) onAbort();
  });
}

async function bodyOf(message: IncomingMessage, limit: StepLimit): Promise<string> {
  const cut = () => message.destroy();
  const timer = setTimeout(cut, Math.min(1000, limit.limitMs));
  let body = '';
  try {
    for await (const chunk of message.setEncoding('utf8')) {
      body += String(chunk);
      if (body.length >= BODY_CAP) break;
    }
  } catch {
    // An incomplete body is enough: only status and headers matter.
  } finally {
    clearTimeout(timer);
  }
  return body.slice(0, BODY_CAP);
}

function singleHeaders(message: IncomingMessage): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, all] of Object.entries(message.headersDistinct)) {
    const last = all?.at(-1);
    if (last !== undefined) values[name] = last;
  }
  return values;
}

function describe(error: Error): StepFailure {
  if (error instanceof TooManyInterimAnswers) return { reason: 'response-too-large', detail: error.message };
  const code = codeOf(error);
  const own = ownFailure(code);
  if (own !== null) return own;
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return { reason: 'ws-closed-early', detail: 'closed during the upgrade' };
  if (code === 'HPE_HEADER_OVERFLOW')
    return { reason: 'response-too-large', detail: 'the answer has too many headers' };
  if (code.startsWith('HPE_'))
    return { reason: 'response-malformed', detail: 'the answer to the upgrade is not HTTP' };
  return { reason: 'ws-upgrade-stripped', detail: `the upgrade failed: ${error.message}` };
}
