import { webAuthority } from '../../src/simulator/certificates.ts';
import { section, startHaproxy } from './haproxy.ts';
import type { Keeper } from './keeper.ts';
import { freshAddress } from './loopback.ts';
import { passAll, passOn, startNginx, tcpServer, webServer } from './nginx.ts';
import type { Part } from './parts.ts';
import {
  AGENT_PORT,
  type Controller,
  HTTP_URL,
  HTTPS_URL,
  startController,
  TLS_PORT,
  WEB_PORT,
} from './site.ts';
import { TERMINATORS } from './tls-faults.ts';

/** A healthy controller and where agents find it. */
export interface Healthy {
  readonly controller: Controller;
  /** The addresses of its name. */
  readonly at: readonly string[];
  readonly url: string;
  /** The authority behind its certificate; null for plain HTTP. */
  readonly ca: string | null;
}

export interface HealthySetup {
  readonly name: string;
  readonly parts: readonly Part[];
  /** Nothing but the listener page is published, so there is no WebSocket. */
  readonly listenerOnly?: true;
  readonly build: (keeper: Keeper) => Promise<Healthy>;
}

function plain(
  name: string,
  parts: readonly Part[],
  build: (keeper: Keeper, controller: Controller, address: string) => Promise<void>,
): HealthySetup {
  return {
    name,
    parts,
    async build(keeper) {
      const controller = await startController(keeper);
      const address = freshAddress();
      await build(keeper, controller, address);
      return { controller, at: [address], url: HTTP_URL, ca: null };
    },
  };
}

function secure(terminator: keyof typeof TERMINATORS): HealthySetup {
  return {
    name: `${terminator} terminates TLS at the Jenkins URL, the agent port stays plain TCP`,
    parts: terminator === 'stunnel' ? ['stunnel', 'nginx'] : [terminator, 'nginx'],
    async build(keeper) {
      const controller = await startController(keeper, { rootUrl: HTTPS_URL });
      const address = freshAddress();
      await TERMINATORS[terminator](keeper, controller, `${address}:${TLS_PORT}`, 'good');
      await startNginx(keeper, { stream: tcpServer(`${address}:${AGENT_PORT}`, controller.agentPort) });
      return { controller, at: [address], url: HTTPS_URL, ca: await webAuthority() };
    },
  };
}

async function behindNginx(keeper: Keeper, { web, agentPort }: Controller, address: string): Promise<void> {
  await startNginx(keeper, {
    http: webServer(`${address}:${WEB_PORT}`, passAll(web)),
    stream: tcpServer(`${address}:${AGENT_PORT}`, agentPort),
  });
}

async function behindHaproxy(keeper: Keeper, { web, agentPort }: Controller, address: string): Promise<void> {
  await startHaproxy(
    keeper,
    section('web', `${address}:${WEB_PORT}`, web, ['mode http', 'option forwardfor']) +
      section('port', `${address}:${AGENT_PORT}`, agentPort),
  );
}

/** The lab's parts as they should be set up. */
export const HEALTHY_SETUPS: readonly HealthySetup[] = [
  {
    name: 'nothing in between',
    parts: [],
    async build(keeper) {
      const controller = await startController(keeper);
      return { controller, at: [controller.address], url: HTTP_URL, ca: null };
    },
  },
  plain('nginx, http and stream', ['nginx'], behindNginx),
  {
    ...plain('nginx publishes the listener page alone', ['nginx'], (keeper, { web, agentPort }, address) =>
      startNginx(keeper, {
        http: webServer(
          `${address}:${WEB_PORT}`,
          `location = /tcpSlaveAgentListener/ { ${passOn(web)} } location / { return 404; }`,
        ),
        stream: tcpServer(`${address}:${AGENT_PORT}`, agentPort),
      }),
    ),
    listenerOnly: true,
  },
  plain('HAProxy, http and tcp', ['haproxy'], behindHaproxy),
  plain(
    'PROXY protocol, sent by nginx and taken by HAProxy',
    ['nginx', 'haproxy'],
    async (keeper, controller, address) => {
      const inner = freshAddress();
      await startHaproxy(
        keeper,
        section('port', `${inner}:${AGENT_PORT} accept-proxy`, controller.agentPort),
      );
      await startNginx(keeper, {
        http: webServer(`${address}:${WEB_PORT}`, passAll(controller.web)),
        stream: tcpServer(`${address}:${AGENT_PORT}`, `${inner}:${AGENT_PORT}`, 'proxy_protocol on;'),
      });
    },
  ),
  secure('nginx'),
  secure('haproxy'),
  secure('stunnel'),
  {
    name: 'TLS passed through to a controller that terminates it itself',
    parts: ['haproxy'],
    async build(keeper) {
      const controller = await startController(keeper, {
        https: true,
        webPort: TLS_PORT,
        rootUrl: HTTPS_URL,
      });
      const address = freshAddress();
      await startHaproxy(
        keeper,
        section('web', `${address}:${TLS_PORT}`, `${controller.address}:${TLS_PORT}`) +
          section('port', `${address}:${AGENT_PORT}`, controller.agentPort),
      );
      return { controller, at: [address], url: HTTPS_URL, ca: await webAuthority() };
    },
  },
  {
    name: 'two addresses, nginx and HAProxy side by side',
    parts: ['nginx', 'haproxy'],
    async build(keeper) {
      const controller = await startController(keeper);
      const [first, second] = [freshAddress(), freshAddress()];
      await behindNginx(keeper, controller, first);
      await behindHaproxy(keeper, controller, second);
      return { controller, at: [first, second], url: HTTP_URL, ca: null };
    },
  },
];
