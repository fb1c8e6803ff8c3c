import type { IncomingMessage } from 'node:http';
import {
  accessDeniedPage,
  jettyNotFoundPage,
  listenerPage,
  loginPage,
  notFoundPage,
  slashPage,
} from './jenkins-pages.ts';
import { nginxPage, type Page, withoutExtensionHeaders } from './page.ts';
import type { ControllerState } from './state.ts';
import { WEB_PAGES } from './web-faults.ts';
import type { UpgradeRequest, WebSocketEntrypoint } from './websocket-server.ts';

/** Returns the page for a request; null if the WebSocket entrypoint handles the connection. */
export function answerRequest(
  state: ControllerState,
  websockets: WebSocketEntrypoint,
  request: IncomingMessage,
  upgrade: UpgradeRequest | null,
): Page | null {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  const { contextPath, publishOnlyListener } = state.facts;
  const isListener = path === `${contextPath}/tcpSlaveAgentListener/`;
  if (publishOnlyListener && !isListener) return nginxPage(404);
  const inFront = WEB_PAGES[state.fault];
  if (inFront !== undefined) return inFront(state, path);
  if (!path.startsWith(`${contextPath}/`)) return jettyNotFoundPage();
  const page = answerPath(path.slice(contextPath.length), path, state, websockets, request, upgrade);
  return page !== null && state.fault === 'headers-stripped' ? withoutExtensionHeaders(page) : page;
}

function answerPath(
  local: string,
  path: string,
  state: ControllerState,
  websockets: WebSocketEntrypoint,
  request: IncomingMessage,
  upgrade: UpgradeRequest | null,
): Page | null {
  switch (local) {
    case '/tcpSlaveAgentListener':
    case '/wsagents':
      return slashPage(path);
    case '/tcpSlaveAgentListener/':
      return state.fault === 'port-disabled' ? notFoundPage(state) : listenerPage(state);
    case '/login':
      return loginPage(state);
    case '/wsagents/':
      return websockets.answerAgent(request, upgrade);
    case '/cli/ws':
      return websockets.answerCli(request, upgrade);
    default:
      return accessDeniedPage(state, path);
  }
}
