import { reasonOfStatus } from '../../protocol/announcement.ts';
import type { Reason } from '../../protocol/reason.ts';
import type { StepFailure } from '../recording.ts';
import { getFollowing } from '../web/follow.ts';
import { connectUnnoted, type WebContext } from '../web/web-entrypoint.ts';
import type { Hop } from '../wire/hop.ts';
import type { HttpResult } from '../wire/http-get.ts';

/** The reasons of the WebSocket entrypoint for a request without an answer. */
const AT_WEBSOCKET: Readonly<Partial<Record<Reason, Reason>>> = {
  'listener-timeout': 'ws-timeout',
  'listener-closed': 'ws-closed-early',
};

/**
 * Requests `login`, as agents do before they open a WebSocket: they wait until it answers 200 (remoting `Engine`, since
 * 3283; older agents do this only after a lost connection). Follows redirects like Java.
 * @returns the failure for which an agent continues to wait, or null
 */
export async function preCheck(context: WebContext, hop: Hop): Promise<StepFailure | null> {
  const socket = await connectUnnoted(context, hop, 'websocket');
  if ('reason' in socket) return socket;
  const { result, missed } = await getFollowing(context, hop, socket, 'login');
  const finding = findingOfLogin(result);
  return finding === null ? null : { ...finding, ...missed };
}

function findingOfLogin(result: HttpResult): StepFailure | null {
  if (!result.ok) {
    const { finding } = result;
    const reason = AT_WEBSOCKET[finding.reason] ?? finding.reason;
    return { ...finding, reason, detail: `login: ${finding.detail}` };
  }
  const { response } = result;
  if (response.status === 200) return null;
  const detail = `login answers ${response.status}; an agent waits until it answers 200`;
  const reason = reasonOfStatus(response);
  return { reason: reason === 'listener-not-found' ? 'ws-login-precheck-fails' : reason, detail };
}
