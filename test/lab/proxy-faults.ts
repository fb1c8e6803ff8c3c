import type { ProxyServer, Target } from '../../src/model/target.ts';
import { webAuthority } from '../../src/simulator/certificates.ts';
import type { SimulatorOptions } from '../../src/simulator/simulator.ts';
import { always, fromEnvironment, startForwardProxy } from './forward-proxy.ts';
import type { Keeper } from './keeper.ts';
import type { LabFault } from './lab.ts';
import { freshAddress } from './loopback.ts';
import type { Part } from './parts.ts';
import { type Controller, diagnosing, startController } from './site.ts';
import { startSshd } from './ssh.ts';

interface ByProxy {
  readonly name: string;
  readonly code: string;
  readonly parts?: readonly Part[];
  readonly certain?: false;
  readonly pending?: string;
  readonly simulator?: SimulatorOptions;
  readonly proxy: (keeper: Keeper, controller: Controller) => Promise<ProxyServer>;
  readonly target: (controller: Controller, proxy: ProxyServer) => Partial<Target>;
}

/**
 * Returns a fault with a healthy controller behind a proxy. Its URL has an address, because the proxy's resolver does
 * not know the names of the lab.
 */
function byProxy({ proxy, target, simulator = {}, ...traits }: ByProxy): LabFault {
  return {
    parts: ['tinyproxy'],
    certain: true,
    ...traits,
    async build(keeper) {
      const controller = await startController(keeper, simulator);
      const tls = { ca: await webAuthority(), serverName: 'jenkins.test', insecureSkipVerify: false };
      const url = new URL(controller.simulator.url);
      const by = target(controller, await proxy(keeper, controller));
      return diagnosing({ at: {}, controller, target: { url, tls, ...by } });
    },
  };
}

/** `http_proxy` does not apply to loopback addresses, so the agent port needs a name. */
const BY_NAME = 'localhost.';

/** Faults of an HTTP proxy for outgoing connections. */
export const PROXY_FAULTS: readonly LabFault[] = [
  byProxy({
    name: 'http_proxy takes the announced agent port, CONNECT is allowed to 443 only',
    code: 'corporate-proxy-captures-agent-port',
    simulator: { advertise: { host: BY_NAME } },
    proxy: (keeper) => startForwardProxy(keeper, ['ConnectPort 443']),
    target: (_, proxy) => ({ proxy: fromEnvironment(proxy) }),
  }),
  byProxy({
    name: 'http_proxy takes the tunnel, CONNECT is allowed to 443 only',
    code: 'corporate-proxy-captures-agent-port',
    proxy: (keeper) => startForwardProxy(keeper, ['ConnectPort 443']),
    target: ({ simulator }, proxy) => ({
      proxy: fromEnvironment(proxy),
      tunnel: { host: BY_NAME, port: simulator.agentPort },
    }),
  }),
  byProxy({
    name: 'a fixed proxy takes the agent port, CONNECT is allowed to 443 only',
    code: 'corporate-proxy-captures-agent-port',
    proxy: (keeper) => startForwardProxy(keeper, ['ConnectPort 443']),
    target: (_, proxy) => ({ proxy: always(proxy) }),
  }),
  byProxy({
    name: 'the proxy refuses CONNECT to the https Jenkins URL',
    code: 'proxy-refused-connect',
    simulator: { https: true },
    proxy: (keeper) => startForwardProxy(keeper, ['ConnectPort 443']),
    target: (_, proxy) => ({ proxy: always(proxy) }),
  }),
  byProxy({
    name: 'the proxy asks for credentials',
    code: 'proxy-auth-required',
    proxy: (keeper) => startForwardProxy(keeper, ['BasicAuth agent secret']),
    target: (_, proxy) => ({ proxy: always(proxy) }),
  }),
  byProxy({
    name: 'the proxy asks for credentials, https Jenkins URL',
    code: 'proxy-auth-required',
    simulator: { https: true },
    proxy: (keeper) => startForwardProxy(keeper, ['BasicAuth agent secret']),
    target: (_, proxy) => ({ proxy: always(proxy) }),
  }),
  byProxy({
    name: 'the proxy is down',
    code: 'proxy-unreachable',
    parts: [],
    proxy: async () => ({ host: freshAddress(), port: 3128, credentials: null }),
    target: (_, proxy) => ({ proxy: always(proxy) }),
  }),
  byProxy({
    name: 'the proxy is an SSH server',
    code: 'proxy-bad-answer',
    parts: ['sshd'],
    simulator: { https: true },
    proxy: async (keeper) => {
      const host = freshAddress();
      await startSshd(keeper, host, 3128);
      return { host, port: 3128, credentials: null };
    },
    target: (_, proxy) => ({ proxy: always(proxy) }),
  }),
  byProxy({
    name: 'the proxy does not take connections from us',
    code: 'proxy-refused-connect',
    simulator: { https: true },
    proxy: (keeper) => startForwardProxy(keeper, ['Allow 192.0.2.1']),
    target: (_, proxy) => ({ proxy: always(proxy) }),
  }),
  byProxy({
    name: 'the proxy forbids the host of the http Jenkins URL',
    code: 'proxy-refused-connect',
    certain: false,
    proxy: (keeper) => startForwardProxy(keeper, ['Allow 192.0.2.1']),
    target: (_, proxy) => ({ proxy: always(proxy) }),
  }),
  byProxy({
    name: 'the proxy cannot reach the http Jenkins URL',
    code: 'discovery-connect-refused',
    certain: false,
    simulator: { fault: 'web-refused' },
    proxy: (keeper) => startForwardProxy(keeper),
    target: (_, proxy) => ({ proxy: always(proxy) }),
  }),
  byProxy({
    name: 'nothing listens on the agent port behind the proxy',
    code: 'agent-port-refused',
    certain: false,
    simulator: { fault: 'port-refused' },
    proxy: (keeper) => startForwardProxy(keeper),
    target: (_, proxy) => ({ proxy: always(proxy) }),
  }),
  byProxy({
    name: 'a dead backend behind the proxy: accepted and closed',
    code: 'l4-accept-then-close',
    simulator: { fault: 'port-closes-at-once' },
    proxy: (keeper) => startForwardProxy(keeper),
    target: (_, proxy) => ({ proxy: always(proxy) }),
  }),
];
