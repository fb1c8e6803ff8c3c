import type { Target } from '../../src/model/target.ts';
import { parseIdentity } from '../../src/protocol/identity.ts';
import { always, fromEnvironment, startForwardProxy } from './forward-proxy.ts';
import type { Healthy } from './healthy-setups.ts';
import type { Keeper } from './keeper.ts';
import { freshAddress } from './loopback.ts';
import type { Part } from './parts.ts';
import { HOST, type View } from './site.ts';

/** Connection modes that can work through a healthy set-up. */
export const HEALTHY_MODE_NAMES = [
  'discovery',
  'tunnel',
  'direct with identity',
  'WebSocket beside TCP',
  'WebSocket alone',
  'through a forward proxy',
  'with a dead proxy that no_proxy excludes',
] as const;
export type HealthyModeName = (typeof HEALTHY_MODE_NAMES)[number];

interface HealthyMode {
  readonly parts?: readonly Part[];
  readonly target: (healthy: Healthy, keeper: Keeper) => Promise<Partial<Target>>;
}

/** The target settings of each mode. */
export const HEALTHY_MODES: Readonly<Record<HealthyModeName, HealthyMode>> = {
  discovery: { target: async () => ({}) },
  tunnel: { target: async ({ agents }) => ({ tunnel: agents }) },
  'direct with identity': {
    target: async ({ controller, agents }) => ({
      url: null,
      direct: agents,
      identity: parseIdentity(controller.simulator.identity),
    }),
  },
  'WebSocket beside TCP': { target: async () => ({ websocket: 'on' }) },
  'WebSocket alone': { target: async () => ({ websocket: 'only' }) },
  'through a forward proxy': {
    parts: ['tinyproxy'],
    // The proxy resolves names and does not know those of the lab, so the URL has an address.
    async target({ at, url, ca }, keeper) {
      const byAddress = new URL(url);
      byAddress.hostname = at[byAddress.hostname]?.[0] ?? byAddress.hostname;
      return {
        url: byAddress,
        tls: { ca, serverName: HOST, insecureSkipVerify: false },
        proxy: always(await startForwardProxy(keeper)),
      };
    },
  },
  'with a dead proxy that no_proxy excludes': {
    target: async ({ at }) => ({
      proxy: fromEnvironment(
        { host: freshAddress(), port: 3128, credentials: null },
        Object.keys(at).join(','),
      ),
    }),
  },
};

/** Returns the settings of an agent of this set-up in this mode. */
export async function viewOf(
  healthy: Healthy,
  mode: HealthyModeName,
  depth: NonNullable<View['depth']>,
  keeper: Keeper,
): Promise<View> {
  const { controller, at, url, ca } = healthy;
  const tls = { ca, serverName: null, insecureSkipVerify: false };
  const target = await HEALTHY_MODES[mode].target(healthy, keeper);
  return { at, controller, depth, target: { url: new URL(url), tls, timeoutMs: 10_000, ...target } };
}
