import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { encodeCapability } from '../protocol/capability.ts';
import { CLI_OPS } from '../protocol/cli-websocket.ts';
import { NODE_NAME, SECRET_KEY } from '../protocol/connection-headers.ts';
import { notFoundPage, textPage } from './jenkins-pages.ts';
import { nginxPage, type Page } from './page.ts';
import { CAPABILITY_MASK, type ControllerState } from './state.ts';

/** The connection of an upgrade request, and the bytes after the request. */
export interface UpgradeRequest {
  readonly socket: Duplex;
  readonly head: Buffer;
}

const CAPABILITY = 'X-Remoting-Capability';
const CLOSED_WITHOUT_COMMAND = 'Connection closed before arguments received\n';

/** The two WebSocket entrypoints: `wsagents/` (`WebSocketAgents`) and `cli/ws` (`CLIAction`). */
export class WebSocketEntrypoint {
  readonly #state: ControllerState;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: 1_048_576 });

  constructor(state: ControllerState) {
    this.#state = state;
  }

  /** Handles `wsagents/` with the checks of a controller: opens a WebSocket and returns null, or returns a page. */
  answerAgent(request: IncomingMessage, upgrade: UpgradeRequest | null): Page | null {
    const { facts, fault } = this.#state;
    const refused = this.#refusedOnTheWay(upgrade);
    if (refused !== null) return refused;
    const name = header(request, NODE_NAME);
    const secret = header(request, SECRET_KEY);
    if (name === null || secret === null || header(request, CAPABILITY) === null) {
      return textPage(400, 'This endpoint is only for use from agent.jar in WebSocket mode\n');
    }
    const refusal = facts.agents.judge(name, secret, fault);
    if (refusal?.kind === 'unknown-name') return textPage(400, 'no such agent\n');
    if (refusal?.kind === 'wrong-secret') return textPage(403, '');
    if (refusal !== null) return textPage(400, `${refusal.message}\n`);
    if (upgrade === null) return ONLY_WEBSOCKETS;
    const headers = [
      `${CAPABILITY}: ${encodeCapability(CAPABILITY_MASK)}`,
      `X-Remoting-Minimum-Version: ${facts.minimumRemotingVersion}`,
      `Connection-Cookie: ${header(request, 'Connection-Cookie') ?? randomBytes(32).toString('hex')}`,
    ];
    this.#open(request, upgrade, headers, (ws) => this.#serveAgent(ws, name));
    return null;
  }

  /** Handles `cli/ws`, which requires the `Origin` of the configured URL: opens a WebSocket and returns null, or returns a page. */
  answerCli(request: IncomingMessage, upgrade: UpgradeRequest | null): Page | null {
    const refused = this.#refusedOnTheWay(upgrade);
    if (refused !== null) return refused;
    if (this.#state.fault === 'ws-origin' || header(request, 'Origin') !== this.#state.origin) {
      const explanation = 'Unexpected request origin (check your reverse proxy settings)';
      return textPage(403, '', { 'X-CLI-Error': explanation });
    }
    if (upgrade === null) return ONLY_WEBSOCKETS;
    this.#open(request, upgrade, [], serveCli);
    return null;
  }

  #refusedOnTheWay(upgrade: UpgradeRequest | null): Page | null {
    if (this.#state.fault === 'ws-blocked' && upgrade !== null) return nginxPage(403);
    if (this.#state.fault === 'ws-path-404') return notFoundPage(this.#state);
    return null;
  }

  #open(
    request: IncomingMessage,
    { socket, head }: UpgradeRequest,
    headers: readonly string[],
    serve: (ws: WebSocket) => void,
  ): void {
    this.#server.once('headers', (lines) => lines.push(...headers));
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      this.#state.tally.websockets++;
      // Terminate the connection of a client that violates the protocol.
      ws.on('error', () => ws.terminate());
      if (this.#state.fault === 'ws-closes') ws.terminate();
      else serve(ws);
    });
  }

  /** Sets a node online while its WebSocket is open. */
  #serveAgent(ws: WebSocket, name: string): void {
    const { agents } = this.#state.facts;
    this.#state.tally.online++;
    agents.connect(name);
    ws.on('close', () => agents.disconnect(name));
  }
}

const ONLY_WEBSOCKETS = textPage(400, 'only WS connections accepted here\n');

/** Answers START with an error text and exit code 2, then closes. It supports no command. */
function serveCli(ws: WebSocket): void {
  let command: string | null = null;
  ws.on('message', (data: RawData) => {
    const message = Buffer.isBuffer(data) ? data : Buffer.alloc(0);
    if (message[0] === CLI_OPS.ARG) command ??= message.subarray(3).toString();
    if (message[0] !== CLI_OPS.START) return;
    const text = command === null ? CLOSED_WITHOUT_COMMAND : `No such command ${command}\n`;
    ws.send(Buffer.concat([Buffer.from([CLI_OPS.STDERR]), Buffer.from(text)]));
    ws.send(Buffer.from([CLI_OPS.EXIT, 0, 0, 0, 2]));
    ws.close(1000);
  });
}

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name.toLowerCase()];
  return typeof value === 'string' ? value : null;
}
