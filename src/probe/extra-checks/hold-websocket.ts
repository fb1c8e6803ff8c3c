import { performance } from 'node:perf_hooks';
import type { WebSocket } from 'ws';
import type { CheckContext, CheckOf, CheckResult, HoldOutcome } from '../../model/extra-check.ts';
import { originOf } from '../../protocol/cli-websocket.ts';
import { Recording } from '../recording.ts';
import { agentHeaders, webEntrypoint } from '../web/web-entrypoint.ts';
import { closeWebSocket, openWebSocket } from '../websocket/websocket-client.ts';
import { exchange } from '../websocket/websocket-round-trip.ts';
import { Deadline } from '../wire/deadline.ts';
import { planHops } from '../wire/hop.ts';
import { describeHold } from './acknowledgement.ts';

/**
 * Keeps a WebSocket at `cli/ws` idle, except for the controller's own pings, then makes a round trip to prove that it
 * works. The controller uses one thread for it in the meantime. The round trip ends it without a log line.
 */
export async function holdWebSocket(
  check: CheckOf<'hold-websocket'>,
  context: CheckContext,
): Promise<CheckResult> {
  const recording = new Recording(context.target, 'websocket', 'websocket', {});
  const { outcome, heldMs } = await run(check.holdMs, context, recording);
  const { connections } = recording.finish(outcome === 'survived');
  return {
    check,
    evidence: { kind: 'hold-websocket', outcome, heldMs },
    result: describeHold(outcome, heldMs),
    spent: { websocket: connections },
  };
}

async function run(
  holdMs: number,
  { target, options }: CheckContext,
  recording: Recording,
): Promise<{ readonly outcome: HoldOutcome; readonly heldMs: number }> {
  const notOpened = { outcome: 'not-opened', heldMs: 0 } as const;
  if (target.url === null) return notOpened;
  const web = webEntrypoint(target, target.url, true);
  const opening = new Deadline(target.timeoutMs, options.signal);
  const plan = await opening.step(0.4, (limit) => planHops(web.at, web.proxy, 'connect', limit, options));
  const hop = plan.ok ? plan.hops[0] : undefined;
  if (hop === undefined) return notOpened;
  const headers = { ...agentHeaders(target), origin: originOf(web.url) };
  const upgraded = await openWebSocket(
    { recording, deadline: opening, target, web, options },
    hop,
    'cli/ws',
    headers,
  );
  if (upgraded.type !== 'open') return notOpened;
  const { websocket, socket } = upgraded;
  const start = performance.now();
  const closed = await stayIdle(websocket, holdMs, options.signal);
  const heldMs = Math.round(performance.now() - start);
  if (closed) {
    websocket.terminate();
    socket.destroy();
    return { outcome: options.signal?.aborted ? 'called-off' : 'cut', heldMs };
  }
  const asking = new Deadline(target.timeoutMs, options.signal);
  return asking.step(1, async (limit) => {
    const finding = await exchange(websocket, limit);
    if (finding === null) await closeWebSocket(websocket, socket, limit);
    websocket.terminate();
    socket.destroy();
    return { outcome: finding === null ? 'survived' : 'dead', heldMs };
  });
}

/** Waits. @returns true if the WebSocket was closed before the end of the time */
function stayIdle(websocket: WebSocket, holdMs: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (closed: boolean) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      websocket.off('close', onClose);
      resolve(closed);
    };
    const onClose = () => finish(true);
    const onAbort = () => finish(true);
    const timer = setTimeout(() => finish(false), holdMs);
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort);
    websocket.on('close', onClose);
  });
}
