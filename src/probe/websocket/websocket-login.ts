import { encodeCapability } from '../../protocol/capability.ts';
import { NODE_NAME, SECRET_KEY } from '../../protocol/connection-headers.ts';
import { reasonOfRefusal } from '../../protocol/jnlp4.ts';
import type { StepFailure } from '../recording.ts';
import { agentHeaders, headerText, type WebContext } from '../web/web-entrypoint.ts';
import type { Hop } from '../wire/hop.ts';
import type { HttpResponse } from '../wire/http-get.ts';
import { closeWebSocket, openWebSocket } from './websocket-client.ts';

/** The mask of remoting 3355: all its bits. */
const AGENT_CAPABILITY = encodeCapability(0x1fen);

/**
 * Logs in at `wsagents/` like a WebSocket agent after `login` has answered 200 (see `pre-check.ts`): an upgrade with name
 * and secret. With the right secret the node is online until the connection is closed, which happens at once.
 * @returns true if the controller accepted the agent
 */
export async function logInByWebSocket(context: WebContext, hop: Hop): Promise<boolean> {
  const { recording, deadline, target } = context;
  const { agent } = target;
  if (agent === null) return false;
  const step = recording.begin('ws-login', hop.label);
  const headers = {
    ...agentHeaders(target),
    [NODE_NAME]: headerText(agent.name),
    [SECRET_KEY]: agent.secret.reveal(),
    'X-Remoting-Capability': AGENT_CAPABILITY,
  };
  const upgraded = await openWebSocket(context, hop, 'wsagents/', headers);
  if (upgraded.type !== 'open') {
    step.fail(upgraded.type === 'failed' ? upgraded.finding : findingOfRefusal(upgraded.response));
    return false;
  }
  const { websocket, socket, response } = upgraded;
  await deadline.step(1, (limit) => closeWebSocket(websocket, socket, limit));
  if (response.headers['x-remoting-capability'] === undefined) {
    step.fail({ reason: 'ws-custom-headers-stripped', detail: 'the answer has no X-Remoting-Capability' });
    return false;
  }
  step.ok(`the controller accepts agent ${agent.name}`);
  return true;
}

function findingOfRefusal({ status, headers, bodyStart }: HttpResponse): StepFailure {
  const words = bodyStart
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
  const detail = `HTTP status ${status}${words === '' ? '' : `: ${words}`}`;
  if (/only for use from agent\.jar/i.test(bodyStart))
    return { reason: 'ws-custom-headers-stripped', detail };
  if (/no such agent/i.test(bodyStart)) return { reason: 'unknown-client-name', detail };
  const refusal = words.split(/(?<=connection\.)|(?<=inbound agent)/)[0] ?? words;
  const reason = reasonOfRefusal(refusal);
  if (reason !== 'headers-refused') return { reason, detail };
  // Jenkins' own 403 has an empty body; that of a proxy in front of it has a text.
  if (status === 403 && (headers['x-jenkins'] !== undefined || words === ''))
    return { reason: 'wrong-secret', detail };
  if (status === 404) return { reason: 'ws-path-404', detail };
  if (status === 400 || status === 500) return { reason: 'ws-login-refused', detail };
  return { reason: 'ws-blocked-by-proxy', detail };
}
