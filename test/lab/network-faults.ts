import type { LabFault } from './lab.ts';
import { NET, Network } from './netns.ts';
import type { Part } from './parts.ts';
import { AGENT_PORT, type Diagnosing, HOST, WEB_PORT } from './site.ts';

const URL_BY_ADDRESS = `http://${NET.controller}:${WEB_PORT}/`;
const URL_BY_NAME = `http://${HOST}:${WEB_PORT}/`;

interface InTheNetwork {
  readonly name: string;
  readonly code: string;
  readonly parts?: readonly Part[];
  readonly certain?: false;
  readonly pending?: string;
  /** Breaks the network. May return a diagnosis; the default is one by the address of the controller. */
  // biome-ignore lint/suspicious/noConfusingVoidType: most of them return nothing.
  readonly build: (network: Network) => Promise<Diagnosing | void>;
}

/** Returns a fault with a healthy controller at the far end of a broken network. */
function inTheNetwork({ build, ...traits }: InTheNetwork): LabFault {
  return {
    parts: ['network namespaces', 'nftables'],
    certain: true,
    ...traits,
    async build(keeper) {
      const network = await Network.borrow(keeper);
      return (await build(network)) ?? network.diagnosing([URL_BY_ADDRESS]);
    },
  };
}

const DNS: readonly Part[] = ['network namespaces', 'dnsmasq'];
const TO_PORT = `tcp dport ${AGENT_PORT}`;

/** Faults of routes, packet filters and links between an agent and its controller. */
export const NETWORK_FAULTS: readonly LabFault[] = [
  inTheNetwork({
    name: 'a firewall drops what goes to the agent port',
    code: 'agent-port-timeout-filtered',
    async build(network) {
      await network.controller();
      await network.filter([`${TO_PORT} drop`]);
    },
  }),
  inTheNetwork({
    name: 'a firewall drops what goes to the web port',
    code: 'discovery-connect-timeout',
    async build(network) {
      await network.controller();
      await network.filter([`tcp dport ${WEB_PORT} drop`]);
    },
  }),
  inTheNetwork({
    name: 'the egress policy of our own host drops what goes to the agent port',
    code: 'agent-port-timeout-filtered',
    async build(network) {
      await network.controller();
      await network.filter([`${TO_PORT} drop`], 'agent', 'output');
    },
  }),
  inTheNetwork({
    name: 'a firewall rejects the agent port with a reset',
    code: 'agent-port-refused',
    async build(network) {
      await network.controller();
      await network.filter([`${TO_PORT} reject with tcp reset`]);
    },
  }),
  inTheNetwork({
    name: 'a firewall rejects the agent port with ICMP port unreachable',
    code: 'agent-port-refused',
    async build(network) {
      await network.controller();
      await network.filter([`${TO_PORT} reject with icmp type port-unreachable`]);
    },
  }),
  inTheNetwork({
    name: 'a firewall rejects the agent port with ICMP admin prohibited',
    code: 'agent-port-timeout-filtered',
    certain: false,
    async build(network) {
      await network.controller();
      await network.filter([`${TO_PORT} reject with icmp type admin-prohibited`]);
    },
  }),
  inTheNetwork({
    name: 'the router has no route to the controller and says so',
    code: 'network-unreachable',
    async build(network) {
      await network.controller();
      await network.on('router', 'ip route add unreachable 10.77.2.2/32');
    },
  }),
  inTheNetwork({
    name: 'our own host has no route at all',
    code: 'network-unreachable',
    async build(network) {
      await network.on('agent', 'ip route del default');
    },
  }),
  inTheNetwork({
    name: 'a black hole on the way',
    code: 'discovery-connect-timeout',
    async build(network) {
      await network.controller();
      await network.on('router', 'ip route add blackhole 10.77.2.2/32');
    },
  }),
  inTheNetwork({
    name: 'the host of the controller is down',
    code: 'network-unreachable',
    async build(network) {
      // The router waits for an answer to ARP, by default three seconds, before it sends "host unreachable".
      await network.on('router', 'sysctl -qw net.ipv4.neigh.to-far.retrans_time_ms=200');
      return network.diagnosing([`http://${NET.nobody}:${WEB_PORT}/`]);
    },
  }),
  inTheNetwork({
    name: 'nothing runs on the host of the controller',
    code: 'discovery-connect-refused',
    build: async () => undefined,
  }),
  inTheNetwork({
    name: 'the listener of the agent port is gone, the page still announces it',
    code: 'agent-port-refused',
    // A stopped listener of a controller and a port that is not published have the same symptoms here.
    certain: false,
    async build(network) {
      await network.controller({ fault: 'port-refused' });
    },
  }),
  inTheNetwork({
    name: 'another port is announced than the one that is published',
    code: 'advertised-port-mismatch',
    certain: false,
    async build(network) {
      await network.controller({ advertise: { port: 41_913 } });
    },
  }),
  inTheNetwork({
    name: 'a firewall lets the agent port connect and swallows the data',
    code: 'listener-accepts-but-silent',
    async build(network) {
      await network.controller();
      await network.filter([`${TO_PORT} tcp flags & psh == psh drop`]);
    },
  }),
  inTheNetwork({
    name: 'a firewall inspects the agent port and resets what it does not know',
    code: 'l4-accept-then-close',
    async build(network) {
      await network.controller();
      await network.filter([`${TO_PORT} tcp flags & psh == psh reject with tcp reset`]);
    },
  }),
  inTheNetwork({
    name: 'a small MTU on the way, and ICMP is dropped',
    code: 'mtu-black-hole',
    certain: false,
    async build(network) {
      await network.controller();
      await network.on('router', 'ip link set to-agent mtu 1100');
      await network.filter(['icmp type destination-unreachable drop'], 'router', 'output');
    },
  }),
  inTheNetwork({
    name: 'a hairpin: the load balancer leads back to the host that asks, its address preserved',
    code: 'discovery-connect-timeout',
    certain: false,
    async build(network) {
      await network.controller();
      await network.on(
        'router',
        `nft add table ip lab
         nft add chain ip lab before "{ type nat hook prerouting priority dstnat; }"
         nft add rule ip lab before ip daddr ${NET.spare} dnat to ${NET.controller}`,
      );
      return network.diagnosing([`http://${NET.spare}:${WEB_PORT}/`], 'far');
    },
  }),
];

/** Faults of names, with a real name server and the resolver of the system. */
export const DNS_FAULTS: readonly LabFault[] = [
  inTheNetwork({
    name: 'the name does not exist',
    code: 'dns-not-resolving',
    parts: DNS,
    async build(network) {
      await network.dns([]);
      return network.diagnosing([URL_BY_NAME]);
    },
  }),
  inTheNetwork({
    name: 'the announced host of the agent port does not exist',
    code: 'advertised-host-wrong',
    certain: false,
    parts: DNS,
    async build(network) {
      await network.controller({ advertise: { host: `agents.${HOST}` } });
      await network.dns([`${NET.controller} ${HOST}`]);
      return network.diagnosing([URL_BY_NAME]);
    },
  }),
  inTheNetwork({
    name: 'the name server does not answer',
    code: 'dns-timeout',
    parts: ['network namespaces', 'nftables'],
    async build(network) {
      await network.resolver(NET.gateway);
      await network.filter(['udp dport 53 drop'], 'router', 'input');
      return network.diagnosing([URL_BY_NAME]);
    },
  }),
  inTheNetwork({
    name: 'no name server runs at the address in resolv.conf',
    code: 'dns-timeout',
    parts: ['network namespaces'],
    async build(network) {
      await network.resolver(NET.gateway);
      return network.diagnosing([URL_BY_NAME]);
    },
  }),
  inTheNetwork({
    name: 'one of two addresses refuses',
    code: 'one-az-of-many-dead',
    parts: DNS,
    async build(network) {
      await network.controller();
      await network.dns([`${NET.controller} ${HOST}`, `${NET.second} ${HOST}`]);
      return network.diagnosing([URL_BY_NAME]);
    },
  }),
  inTheNetwork({
    name: 'one of two addresses is filtered',
    code: 'one-az-of-many-dead',
    parts: [...DNS, 'nftables'],
    async build(network) {
      await network.controller();
      await network.dns([`${NET.controller} ${HOST}`, `${NET.second} ${HOST}`]);
      await network.filter([`ip daddr ${NET.second} drop`]);
      return network.diagnosing([URL_BY_NAME]);
    },
  }),
  inTheNetwork({
    name: 'both addresses are filtered',
    code: 'discovery-connect-timeout',
    parts: [...DNS, 'nftables'],
    async build(network) {
      await network.dns([`${NET.controller} ${HOST}`, `${NET.second} ${HOST}`]);
      await network.filter(['ip daddr 10.77.2.0/24 drop']);
      return network.diagnosing([URL_BY_NAME]);
    },
  }),
  inTheNetwork({
    name: 'the IPv6 address is filtered, the IPv4 one works',
    code: 'ipv6-ipv4-mismatch',
    parts: [...DNS, 'nftables'],
    async build(network) {
      await network.controller();
      await network.dns([`${NET.controller} ${HOST}`, `${NET.controller6} ${HOST}`]);
      await network.filter([`ip6 daddr ${NET.controller6} drop`]);
      return network.diagnosing([URL_BY_NAME]);
    },
  }),
  inTheNetwork({
    name: 'the controller listens on IPv4 only, the name has an IPv6 address too',
    code: 'ipv6-ipv4-mismatch',
    parts: DNS,
    async build(network) {
      await network.controller();
      await network.dns([`${NET.controller} ${HOST}`, `${NET.controller6} ${HOST}`]);
      return network.diagnosing([URL_BY_NAME]);
    },
  }),
];
