import { reasonOfStatus } from '../../protocol/announcement.ts';
import type { Reason } from '../../protocol/reason.ts';
import type { StepFailure } from '../recording.ts';
import { getFollowing } from '../web/follow.ts';
import type { WebContext } from '../web/web-entrypoint.ts';
import type { Hop } from '../wire/hop.ts';
import type { HttpResult } from '../wire/http-get.ts';
import { connectUnnoted } from './websocket-client.ts';

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
  const socket = await connectUnnoted(context, hop);
  if ('reason' in socket) return socket;
  const { result } = await getFollowing(context, hop, socket, 'login');
  return findingOfLogin(result);
}

function findingOfLogin(result: HttpResult): StepFailure | null {
  if (!result.ok) {
    const { reason, detail } = result.finding;
    return { reason: AT_WEBSOCKET[reason] ?? reason, detail: `login: ${detail}` };
  }
  const { response } = result;
  if (response.status === 200) return null;
  const detail = `login answers ${response.status}; an agent waits until it answers 200`;
  const reason = reasonOfStatus(response);
  return { reason: reason === 'listener-not-found' ? 'ws-login-precheck-fails' : reason, detail };
}
