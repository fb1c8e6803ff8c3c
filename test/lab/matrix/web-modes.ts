import { webAuthority } from '../../../src/simulator/certificates.ts';
import { always, startForwardProxy } from '../forward-proxy.ts';
import type { Keeper } from '../keeper.ts';
import { freshAddress } from '../loopback.ts';
import { startNginx, tcpServer } from '../nginx.ts';
import type { Part } from '../parts.ts';
import { AGENT_PORT, type Controller, HOST, type View, WEB_PORT } from '../site.ts';
import { AGENTS_HOST, type Put } from './modes.ts';

/** The connection modes of agents, with the Jenkins URL as the tested hop. With `direct` they never use it. */
export const WEB_MODE_NAMES = [
  'announced port',
  'tunnel',
  'WebSocket alone',
  'WebSocket beside TCP',
  'forward proxy',
] as const;
export type WebModeName = (typeof WEB_MODE_NAMES)[number];

export interface WebMode {
  readonly parts: readonly Part[];
  readonly lay: (keeper: Keeper, controller: Controller, put: Put, scheme: 'http' | 'https') => Promise<View>;
}

async function site(keeper: Keeper, controller: Controller, put: Put): Promise<string> {
  const address = freshAddress();
  await put(`${address}:${WEB_PORT}`);
  if (controller.simulator.fault !== 'port-disabled') {
    await startNginx(keeper, { stream: tcpServer(`${address}:${AGENT_PORT}`, controller.agentPort) });
  }
  return address;
}

async function trust() {
  return { ca: await webAuthority(), serverName: null, insecureSkipVerify: false };
}

function byName(target: View['target'] = {}, depth: View['depth'] = 'handshake'): WebMode {
  return {
    parts: ['nginx'],
    async lay(keeper, controller, put, scheme) {
      const at = await site(keeper, controller, put);
      const url = new URL(`${scheme}://${HOST}:${WEB_PORT}/`);
      return {
        at: { [HOST]: [at], [AGENTS_HOST]: [at] },
        controller,
        depth,
        target: { url, tls: await trust(), ...target },
      };
    },
  };
}

/** Every mode for a fault at the Jenkins URL. */
export const WEB_MODES: Readonly<Record<WebModeName, WebMode>> = {
  'announced port': byName(),
  tunnel: byName({ tunnel: { host: AGENTS_HOST, port: AGENT_PORT } }),
  'WebSocket alone': byName({ websocket: 'only' }, 'login'),
  'WebSocket beside TCP': byName({ websocket: 'on' }, 'login'),
  'forward proxy': {
    parts: ['nginx', 'tinyproxy'],
    async lay(keeper, controller, put, scheme) {
      const at = await site(keeper, controller, put);
      return {
        at: {},
        controller,
        target: {
          url: new URL(`${scheme}://${at}:${WEB_PORT}/`),
          tls: { ...(await trust()), serverName: HOST },
          proxy: always(await startForwardProxy(keeper)),
        },
      };
    },
  },
};
