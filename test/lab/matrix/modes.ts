import { parseIdentity } from '../../../src/protocol/identity.ts';
import { always, startForwardProxy } from '../forward-proxy.ts';
import type { Keeper } from '../keeper.ts';
import { freshAddress } from '../loopback.ts';
import { passAll, startNginx, tcpServer, webServer } from '../nginx.ts';
import type { Part } from '../parts.ts';
import { AGENT_PORT, type Controller, HOST, type View, WEB_PORT } from '../site.ts';

/** The host name for a tunnel or a direct connection. */
export const AGENTS_HOST = `agents.${HOST}`;

/** The connection modes of agents. */
export const MODE_NAMES = [
  'announced port',
  'tunnel, announced port works',
  'tunnel alone',
  'direct',
  'forward proxy',
] as const;
export type ModeName = (typeof MODE_NAMES)[number];

/** Starts the tested program at this `address:port`. */
export type Put = (at: string) => Promise<void>;

/** A connection mode: the programs around the tested hop, and the target settings. */
export interface Mode {
  readonly parts: readonly Part[];
  readonly lay: (keeper: Keeper, controller: Controller, put: Put) => Promise<View>;
}

const AGENTS = { host: AGENTS_HOST, port: AGENT_PORT };

/** Starts nginx in front of the Jenkins URL. @returns its address */
async function front(keeper: Keeper, { web, agentPort }: Controller, withPort: boolean): Promise<string> {
  const address = freshAddress();
  await startNginx(keeper, {
    http: webServer(`${address}:${WEB_PORT}`, passAll(web)),
    stream: withPort ? tcpServer(`${address}:${AGENT_PORT}`, agentPort) : '',
  });
  return address;
}

async function tunnelled(keeper: Keeper, controller: Controller, put: Put, withPort: boolean): Promise<View> {
  const address = await front(keeper, controller, withPort);
  const far = freshAddress();
  await put(`${far}:${AGENT_PORT}`);
  return { at: { [HOST]: [address], [AGENTS_HOST]: [far] }, controller, target: { tunnel: AGENTS } };
}

/** Every mode for a fault at the agent port. */
export const MODES: Readonly<Record<ModeName, Mode>> = {
  'announced port': {
    parts: ['nginx'],
    async lay(keeper, controller, put) {
      const address = await front(keeper, controller, false);
      await put(`${address}:${AGENT_PORT}`);
      return { at: address, controller };
    },
  },
  'tunnel, announced port works': {
    parts: ['nginx'],
    lay: (keeper, controller, put) => tunnelled(keeper, controller, put, true),
  },
  'tunnel alone': {
    parts: ['nginx'],
    lay: (keeper, controller, put) => tunnelled(keeper, controller, put, false),
  },
  direct: {
    parts: [],
    async lay(_, controller, put) {
      const far = freshAddress();
      await put(`${far}:${AGENT_PORT}`);
      const identity = parseIdentity(controller.simulator.identity);
      return { at: { [AGENTS_HOST]: [far] }, controller, target: { url: null, direct: AGENTS, identity } };
    },
  },
  'forward proxy': {
    parts: ['nginx', 'tinyproxy'],
    async lay(keeper, controller, put) {
      const address = await front(keeper, controller, false);
      await put(`${address}:${AGENT_PORT}`);
      const proxy = always(await startForwardProxy(keeper));
      // The proxy resolves names and does not know those of the lab, so the URL has an address.
      return { at: {}, controller, target: { url: new URL(`http://${address}:${WEB_PORT}/`), proxy } };
    },
  },
};
