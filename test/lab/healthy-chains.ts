import { httpRouter, listenerFilter, startEnvoy, tcpProxy } from './envoy.ts';
import type { HealthyModeName } from './healthy-modes.ts';
import type { Healthy, HealthySetup } from './healthy-setups.ts';
import type { Keeper } from './keeper.ts';
import { freshAddress } from './loopback.ts';
import { CARRIERS, type CarrierName, type Way } from './matrix/carriers.ts';
import { WEB_CARRIERS } from './matrix/web-carriers.ts';
import { AGENT_PORT, type Controller, HOST, HTTP_URL, startController, WEB_PORT } from './site.ts';

const MODES: readonly HealthyModeName[] = [
  'discovery',
  'tunnel',
  'direct with identity',
  'WebSocket beside TCP',
  'WebSocket alone',
  'through a forward proxy',
];

function found(controller: Controller, addresses: readonly string[]): Healthy {
  return {
    controller,
    at: { [HOST]: addresses },
    url: HTTP_URL,
    ca: null,
    agents: { host: HOST, port: AGENT_PORT },
  };
}

type Named = Exclude<CarrierName, 'stunnel'>;

/** Two programs in a row, for HTTP and for the agent port. */
function chain(outer: Named, inner: Named, header?: 'proxy v1' | 'proxy v2'): HealthySetup {
  const name = header === undefined ? 'two hops' : `a PROXY header (${header.slice(-2)}) on both sides`;
  const sends: Way = header === undefined ? {} : { sends: header };
  const wants: Way = header === undefined ? {} : { wants: 'proxy header' };
  return {
    name: `${name}, ${outer} before ${inner}`,
    parts: [CARRIERS[outer].part, CARRIERS[inner].part],
    modes: MODES,
    async build(keeper) {
      const controller = await startController(keeper);
      const [first, second] = [freshAddress(), freshAddress()];
      await WEB_CARRIERS[inner].carry(keeper, `${second}:${WEB_PORT}`, [controller.web], {});
      await WEB_CARRIERS[outer].carry(keeper, `${first}:${WEB_PORT}`, [`${second}:${WEB_PORT}`], {});
      await CARRIERS[inner].carry(keeper, `${second}:${AGENT_PORT}`, [controller.agentPort], wants);
      await CARRIERS[outer].carry(keeper, `${first}:${AGENT_PORT}`, [`${second}:${AGENT_PORT}`], sends);
      return found(controller, [first]);
    },
  };
}

/** Two addresses of one name, with a different program at each. */
function sideBySide(one: Named, other: Named): HealthySetup {
  return {
    name: `two addresses, ${one} beside ${other}`,
    parts: [CARRIERS[one].part, CARRIERS[other].part],
    modes: MODES,
    async build(keeper) {
      const controller = await startController(keeper);
      const addresses = [freshAddress(), freshAddress()];
      for (const [index, name] of [one, other].entries()) {
        await WEB_CARRIERS[name].carry(keeper, `${addresses[index]}:${WEB_PORT}`, [controller.web], {});
        await CARRIERS[name].carry(keeper, `${addresses[index]}:${AGENT_PORT}`, [controller.agentPort], {});
      }
      return found(controller, addresses);
    },
  };
}

/** A mesh with protocol detection: the hello of the probe is detected as HTTP, data of agents as TCP. */
const SNIFFING: HealthySetup = {
  name: 'HTTP is detected on the agent port and the rest passes, Envoy',
  parts: ['envoy'],
  modes: MODES,
  async build(keeper) {
    const controller = await startController(keeper);
    const address = freshAddress();
    await WEB_CARRIERS.Envoy.carry(keeper, `${address}:${WEB_PORT}`, [controller.web], {});
    const http = { application_protocols: ['http/1.0', 'http/1.1'] };
    await startEnvoy(
      keeper,
      [
        {
          at: `${address}:${AGENT_PORT}`,
          listenerFilters: [listenerFilter('http_inspector')],
          chains: [
            { filters: [httpRouter('controllers')], match: http },
            { filters: [tcpProxy('controllers')] },
          ],
        },
      ],
      [{ name: 'controllers', hosts: [controller.agentPort] }],
    );
    return found(controller, [address]);
  },
};

/** Java follows redirects within one scheme, also to other hosts. */
function redirected(by: Named): HealthySetup {
  return {
    name: `the URL redirects to another host over http, ${by}`,
    parts: [CARRIERS[by].part],
    modes: ['discovery', 'tunnel'],
    async build(keeper) {
      const controller = await startController(keeper);
      const address = freshAddress();
      const headers = { Location: `http://${controller.web}/tcpSlaveAgentListener/` };
      const answers = { answers: { status: 301, headers } };
      await WEB_CARRIERS[by].carry(keeper, `${address}:${WEB_PORT}`, [controller.web], answers);
      await CARRIERS[by].carry(keeper, `${address}:${AGENT_PORT}`, [controller.agentPort], {});
      return found(controller, [address]);
    },
  };
}

const BARE: HealthySetup = {
  name: 'nothing in between',
  parts: [],
  modes: [...MODES, 'with a dead proxy that no_proxy excludes'],
  async build(keeper) {
    const controller = await startController(keeper);
    return found(controller, [controller.address]);
  },
};

function ipv6(name: string, host: string): HealthySetup {
  return {
    name,
    parts: [],
    modes: ['discovery', 'tunnel', 'direct with identity', 'WebSocket beside TCP', 'WebSocket alone'],
    async build(keeper: Keeper) {
      // IPv6 has only one loopback address, so the system chooses the ports.
      const ports = { host: '::1', webPort: 0, agentPort: 0 };
      const controller = await startController(keeper, ports);
      const { webPort, agentPort } = controller.simulator;
      return {
        controller,
        at: { [HOST]: ['::1'], '::1': ['::1'] },
        url: `http://${host}:${webPort}/`,
        ca: null,
        agents: { host: host.replace(/^\[(.*)\]$/, '$1'), port: agentPort },
      };
    },
  };
}

/** Healthy set-ups with several programs, or without any. */
export const CHAINS: readonly HealthySetup[] = [
  BARE,
  chain('nginx', 'HAProxy'),
  chain('HAProxy', 'Envoy'),
  chain('Envoy', 'nginx'),
  chain('nginx', 'HAProxy', 'proxy v1'),
  chain('HAProxy', 'Envoy', 'proxy v2'),
  chain('Envoy', 'nginx', 'proxy v1'),
  chain('Envoy', 'HAProxy', 'proxy v2'),
  sideBySide('nginx', 'HAProxy'),
  sideBySide('HAProxy', 'Envoy'),
  redirected('nginx'),
  redirected('Envoy'),
  SNIFFING,
  ipv6('IPv6 only, by name', HOST),
  ipv6('IPv6 only, by address', '[::1]'),
];
