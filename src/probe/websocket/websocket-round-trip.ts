import type { WebSocket } from 'ws';
import { CLI_START, decodeCliMessage, originOf } from '../../protocol/cli-websocket.ts';
import type { StepFailure } from '../recording.ts';
import { agentHeaders, type WebContext } from '../web/web-entrypoint.ts';
import type { StepLimit } from '../wire/deadline.ts';
import type { Hop } from '../wire/hop.ts';
import type { HttpResponse } from '../wire/http-get.ts';
import { preCheck } from './pre-check.ts';
import { closeWebSocket, openWebSocket } from './websocket-client.ts';

/**
 * Requests `login`, which must answer 200 for agents, then makes a round trip at `cli/ws`: START without a command, answered
 * with EXIT. The controller logs nothing. Closing before the EXIT makes it log a failed write, so the close waits for it.
 * @returns true if the round trip succeeded
 */
export async function roundTrip(context: WebContext, hop: Hop): Promise<boolean> {
  const { recording, deadline, target, web } = context;
  const upgrading = recording.begin('ws-upgrade', hop.label);
  const kept = await preCheck(context, hop);
  if (kept !== null) {
    upgrading.fail(kept);
    recording.skip(['ws-roundtrip'], hop.label, 'login does not answer 200, so agents wait');
    return false;
  }
  const headers = { ...agentHeaders(target), origin: originOf(web.url) };
  const upgraded = await openWebSocket(context, hop, 'cli/ws', headers);
  if (upgraded.type !== 'open') {
    const finding = upgraded.type === 'failed' ? upgraded.finding : failureOfUpgrade(upgraded.response);
    // Jenkins checks the Origin only at cli/ws (`CLIAction`), not at wsagents/: agents are not affected.
    const isOrigin = finding.reason === 'ws-origin-or-root-url-wrong';
    if (isOrigin) upgrading.warn(finding);
    else upgrading.fail(finding);
    recording.skip(['ws-roundtrip'], hop.label, 'no WebSocket');
    return isOrigin;
  }
  upgrading.ok('upgraded at cli/ws');
  const { websocket, socket } = upgraded;
  const step = recording.begin('ws-roundtrip', hop.label);
  return deadline.step(1, async (limit) => {
    const finding = await exchange(websocket, limit);
    if (finding !== null) {
      websocket.terminate();
      socket.destroy();
      step.fail(finding);
      return false;
    }
    await closeWebSocket(websocket, socket, limit);
    step.ok('the controller answered');
    return true;
  });
}

/** Sends START without a command and waits for EXIT. @returns the failure, or null */
export function exchange(websocket: WebSocket, limit: StepLimit): Promise<StepFailure | null> {
  return new Promise((resolve) => {
    const finish = (finding: StepFailure | null) => {
      limit.signal.removeEventListener('abort', onAbort);
      websocket.off('message', onMessage).off('close', onClose).off('error', onError);
      resolve(finding);
    };
    const onAbort = () =>
      finish({
        reason: 'ws-timeout',
        detail: `no answer to START within ${limit.limitMs} ms`,
        limitMs: limit.limitMs,
      });
    const onClose = (code: number) =>
      finish({ reason: 'ws-closed-early', detail: `closed with ${code} before the controller's answer` });
    const onError = () =>
      finish({ reason: 'ws-bad-message', detail: 'the peer sent invalid WebSocket frames' });
    const onMessage = (data: Buffer, isBinary: boolean) => {
      const message = isBinary ? decodeCliMessage(data) : null;
      if (message?.type === 'exit') finish(null);
      else if (message === null || message.type === 'unexpected') {
        finish({ reason: 'ws-bad-message', detail: 'the answer is not a message of the Jenkins CLI' });
      }
    };
    if (limit.signal.aborted) return onAbort();
    limit.signal.addEventListener('abort', onAbort);
    websocket.on('message', onMessage).on('close', onClose).on('error', onError);
    websocket.send(CLI_START, { binary: true });
  });
}

/** Returns the failure for an answer other than 101 to `cli/ws`. */
export function failureOfUpgrade({ status, headers, bodyStart }: HttpResponse): StepFailure {
  const cliError = headers['x-cli-error'];
  if (cliError !== undefined) {
    const reason = /origin|not configured/i.test(cliError)
      ? 'ws-origin-or-root-url-wrong'
      : 'ws-blocked-by-proxy';
    return { reason, detail: `Jenkins answers ${status}: ${cliError}` };
  }
  if (status === 400 || status === 426 || /only WS connections accepted/i.test(bodyStart)) {
    return {
      reason: 'ws-upgrade-stripped',
      detail: `HTTP status ${status}: the upgrade request did not reach Jenkins`,
    };
  }
  if (status === 404) return { reason: 'ws-path-404', detail: 'HTTP status 404 for cli/ws' };
  if (status === 503 && headers['x-jenkins'] !== undefined) {
    return { reason: 'controller-starting', detail: 'HTTP status 503 from Jenkins' };
  }
  if (status === 502 || status === 503 || status === 504) {
    return { reason: 'ingress-no-backend-503', detail: `HTTP status ${status}` };
  }
  if (status >= 200 && status < 300) {
    return { reason: 'ws-upgrade-stripped', detail: `HTTP status ${status} instead of a WebSocket` };
  }
  const server = headers.server === undefined ? '' : ` from ${headers.server}`;
  return { reason: 'ws-blocked-by-proxy', detail: `HTTP status ${status}${server} instead of a WebSocket` };
}
