import { once } from 'node:events';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import t, { type Test } from 'tap';
import { firstFailure, type ProbeResult } from '../../../src/model/result.ts';
import { probeWeb } from '../../../src/probe/web/probe-web.ts';
import { probeWebSocket } from '../../../src/probe/websocket/probe-websocket.ts';
import { pour } from '../../../src/simulator/speaking.ts';
import { simulate } from '../simulated.ts';
import { targetOf } from '../target.ts';
import { listen } from './listener.ts';

const SWITCHING =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\nServer: odd\r\n\r\n';
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
/** Far more than a probe of these tests needs, so that a probe that waits for it is noticed. */
const TIMEOUT_MS = 8000;

/** The endings of a connection after a 101. */
const ENDINGS: Readonly<Record<string, (socket: Socket) => void>> = {
  'kept open': () => undefined,
  closed: (socket) => socket.end(),
  reset: (socket) => socket.resetAndDestroy(),
  'full of other bytes': (socket) => pour(socket, '\x81\x02'.repeat(30_000)),
};

/** A target whose server answers every request like this. */
async function answering(t: Test, answer: (socket: Socket, request: string) => void) {
  const port = await listen(t, (socket) => {
    socket.once('data', (request) => answer(socket, request.toString('latin1')));
  });
  return targetOf({ url: new URL(`http://127.0.0.1:${port}/`), timeoutMs: TIMEOUT_MS });
}

async function timed(t: Test, probing: Promise<ProbeResult>): Promise<ProbeResult> {
  const start = performance.now();
  const result = await probing;
  t.ok(performance.now() - start < TIMEOUT_MS / 2, `ended after ${Math.round(result.durationMs)} ms`);
  return result;
}

for (const [how, end] of Object.entries(ENDINGS)) {
  t.test(`an unrequested 101 is an unexpected status: ${how}`, async (t) => {
    const target = await answering(t, (socket) => {
      socket.write(SWITCHING, () => end(socket));
    });
    const web = await timed(t, probeWeb(target, { login: true }));
    const status = { reason: 'http-status-unexpected', detail: 'HTTP status 101 (server: odd)' };
    // A reset may arrive before the answer is read.
    t.match(firstFailure(web), how === 'reset' ? { step: 'listener' } : { step: 'listener', ...status });
    if (how === 'reset') return;
    t.match(web.evidence.listenerResponse, { status: 101, bodyStart: '' });
    const websocket = await timed(t, probeWebSocket({ ...target, websocket: 'only' }));
    t.match(firstFailure(websocket), {
      step: 'ws-upgrade',
      reason: 'http-status-unexpected',
      detail: 'login answers 101; an agent waits until it answers 200',
    });
  });
}

t.test('so is one without the headers of an upgrade', async (t) => {
  const target = await answering(t, (socket) => socket.write('HTTP/1.1 101 Odd\r\n\r\n'));
  t.match(firstFailure(await timed(t, probeWeb(target))), { reason: 'http-status-unexpected' });
});

t.test('so is one of a proxy that forwards', async (t) => {
  const port = await listen(t, (socket) => socket.once('data', () => socket.write(SWITCHING)));
  const target = targetOf({
    url: new URL('http://jenkins.example.com/'),
    proxy: { always: { host: '127.0.0.1', port, credentials: null }, fromEnvironment: null, noProxy: null },
    timeoutMs: TIMEOUT_MS,
  });
  const result = await timed(t, probeWeb(target));
  t.match(firstFailure(result), { step: 'listener', reason: 'http-status-unexpected' });
  const connecting = await timed(t, probeWeb({ ...target, url: new URL('https://jenkins.example.com/') }));
  t.match(firstFailure(connecting), {
    step: 'web-connect',
    detail: `the proxy 127.0.0.1:${port} answered HTTP/1.1 101 Switching Protocols`,
  });
});

t.test('an answer after a few interim ones counts, as in Java 25', async (t) => {
  const { target, simulator } = await simulate(t);
  const body = await fetch(`${simulator.url}tcpSlaveAgentListener/`);
  const headers = [...body.headers].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const early = 'HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n';
  const answers = await answering(t, (socket) =>
    socket.end(`${CONTINUE}${early.repeat(9)}HTTP/1.1 200 OK\r\n${headers}\r\n`),
  );
  t.equal((await probeWeb({ ...target, url: answers.url })).success, true);
});

t.test('interim answers without end are cut off at once', async (t) => {
  const closed: Promise<unknown>[] = [];
  const target = await answering(t, (socket) => {
    closed.push(once(socket, 'close'));
    pour(socket, CONTINUE.repeat(1000));
  });
  const detail = 'more than 10 interim answers (1xx) instead of an answer';
  const web = await timed(t, probeWeb(target));
  t.match(firstFailure(web), { step: 'listener', reason: 'response-too-large', detail });
  const login = await timed(t, probeWebSocket(target));
  t.match(firstFailure(login), { reason: 'response-too-large', detail: `login: ${detail}` });
  await Promise.all(closed);
  t.equal(closed.length, 2, 'every connection was closed');
});

t.test('also where a WebSocket was asked for', async (t) => {
  const target = await answering(t, (socket, request) => {
    if (request.startsWith('GET /login ')) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    else pour(socket, CONTINUE.repeat(1000));
  });
  const result = await timed(t, probeWebSocket(target));
  t.match(firstFailure(result), {
    step: 'ws-upgrade',
    reason: 'response-too-large',
    detail: 'more than 10 interim answers (1xx) instead of an answer',
  });
});
