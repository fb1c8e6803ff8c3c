import type { Code } from '../../../src/catalogue/codes.ts';
import type { SimulatorOptions } from '../../../src/simulator/simulator.ts';
import { NET, Network } from '../netns.ts';
import type { Part } from '../parts.ts';
import { AGENT_PORT, HOST, WEB_PORT } from '../site.ts';
import type { Cell } from './cell.ts';
import { MODE_NAMES, type ModeName } from './modes.ts';
import type { Exception } from './port-faults.ts';

/** A fault of routes, filters, links or names on the hop to the agent port. */
interface NetworkFault {
  readonly name: string;
  readonly code: Code;
  readonly alsoTrue?: readonly Code[];
  readonly exceptions?: readonly Exception[];
  readonly modes?: readonly ModeName[];
  readonly parts?: readonly Part[];
  /** The addresses for the name of the agent port; default: the target has an address. */
  readonly names?: (hop: string) => readonly string[];
  readonly fast?: readonly ModeName[];
  /** @param hop the address of the agent port that the mode uses */
  readonly breakIt: (network: Network, hop: string) => Promise<void>;
}

/** The name of the agent port, if it has one. */
const AGENTS = `agents.${HOST}`;
const NAMED: readonly ModeName[] = [
  'announced port',
  'tunnel, announced port works',
  'tunnel alone',
  'direct',
];

/** Filters packets to the agent port of the hop, from the agent and from the proxy. */
async function filter(network: Network, hop: string, rule: string): Promise<void> {
  const rules = [`ip daddr ${hop} tcp dport ${AGENT_PORT} ${rule}`];
  await network.filter(rules);
  await network.filter(rules, 'router', 'output');
}

function filtered(name: string, code: Code, rule: string, more: Partial<NetworkFault> = {}): NetworkFault {
  return { name, code, breakIt: (network, hop) => filter(network, hop, rule), ...more };
}

/** Exceptions for modes in which no other port of that host is known to answer. */
const BY_ICMP_ALONE: readonly Exception[] = (
  ['tunnel, announced port works', 'tunnel alone', 'direct'] as const
).map((mode) => ({
  mode,
  codes: ['agent-port-timeout-filtered', 'network-unreachable'],
  why: 'the error of the system is the same for a missing route and for a firewall that rejects',
}));

const FAULTS: readonly NetworkFault[] = [
  filtered('a firewall drops', 'agent-port-timeout-filtered', 'drop', {
    fast: ['tunnel, announced port works', 'direct'],
  }),
  filtered('a firewall rejects with a reset', 'agent-port-refused', 'reject with tcp reset', {
    alsoTrue: ['listener-thread-dead'],
  }),
  filtered(
    'a firewall rejects with ICMP port unreachable',
    'agent-port-refused',
    'reject with icmp type port-unreachable',
    { alsoTrue: ['listener-thread-dead'] },
  ),
  filtered(
    'a firewall rejects with ICMP admin prohibited',
    'agent-port-timeout-filtered',
    'reject with icmp type admin-prohibited',
    {
      alsoTrue: ['network-unreachable'],
      exceptions: [
        ...BY_ICMP_ALONE,
        {
          mode: 'forward proxy',
          codes: ['agent-port-refused'],
          why: 'the proxy does not say why it cannot connect',
        },
      ],
    },
  ),
  filtered('a firewall swallows the data', 'listener-accepts-but-silent', 'tcp flags & psh == psh drop', {
    modes: NAMED,
  }),
  filtered(
    'a firewall resets at the first data',
    'l4-accept-then-close',
    'tcp flags & psh == psh reject with tcp reset',
  ),
  {
    name: 'the router has no route to the agent port and says so',
    code: 'network-unreachable',
    exceptions: [
      {
        mode: 'forward proxy',
        codes: ['discovery-connect-refused'],
        why: 'the URL has the same address, and the proxy does not say why it cannot connect',
      },
    ],
    breakIt: (network, hop) => network.on('router', `ip route add unreachable ${hop}/32`),
  },
  {
    name: 'a black hole on the way to the agent port',
    code: 'agent-port-timeout-filtered',
    // The URL and the announced port have the same address.
    modes: ['tunnel, announced port works', 'tunnel alone', 'direct'],
    breakIt: (network, hop) => network.on('router', `ip route add blackhole ${hop}/32`),
  },
  {
    name: 'a small MTU on the way, and ICMP is dropped',
    code: 'mtu-black-hole',
    modes: NAMED,
    exceptions: [
      { mode: 'direct', codes: ['jnlp4-tls-timeout'], why: 'there is no URL to compare large answers with' },
    ],
    async breakIt(network) {
      await network.on('router', 'ip link set to-agent mtu 1100');
      await network.filter(['icmp type destination-unreachable drop'], 'router', 'output');
    },
  },
  {
    name: 'the name of the agent port does not exist',
    code: 'dns-not-resolving',
    parts: ['dnsmasq'],
    names: () => [],
    modes: NAMED,
    exceptions: [
      { mode: 'announced port', codes: ['advertised-host-wrong'], why: 'the controller announces the name' },
    ],
    breakIt: async () => undefined,
  },
  {
    name: 'one of two addresses of the agent port is filtered',
    code: 'one-az-of-many-dead',
    alsoTrue: ['agent-port-timeout-filtered', 'network-unreachable'],
    parts: ['dnsmasq'],
    names: (hop) => [hop, NET.spare],
    modes: NAMED,
    breakIt: (network) => network.filter([`ip daddr ${NET.spare} drop`]),
  },
  {
    name: 'the IPv6 address of the agent port is filtered',
    code: 'ipv6-ipv4-mismatch',
    parts: ['dnsmasq'],
    names: (hop) => [hop, NET.controller6],
    modes: NAMED,
    breakIt: (network) => network.filter([`ip6 daddr ${NET.controller6} drop`]),
  },
];

/** Every fault of routes, filters, links and names, in every connection mode. */
export function networkCells(): readonly Cell[] {
  return FAULTS.flatMap((fault) => (fault.modes ?? MODE_NAMES).map((mode) => cellOf(fault, mode)));
}

function cellOf(fault: NetworkFault, mode: ModeName): Cell {
  const { name, code, alsoTrue = [], exceptions = [], parts = [], names, fast = [] } = fault;
  const exception = exceptions.find((one) => one.mode === mode);
  return {
    fault: `network: ${name}`,
    placement: 'kernel',
    mode,
    parts: [
      'network namespaces',
      'nftables',
      ...(mode === 'forward proxy' ? (['tinyproxy'] as const) : []),
      ...parts,
    ],
    codes: exception?.codes ?? [code],
    passes: false,
    alsoTrue,
    arguable: mode === 'tunnel, announced port works' ? ['tunnel-target-wrong'] : [],
    exception: exception?.why ?? null,
    fast: fast.includes(mode),
    async build(keeper) {
      const network = await Network.borrow(keeper);
      // The kernel limits the rate of ICMP errors, and a network is used again within a second.
      await network.on('router', 'sysctl -qw net.ipv4.icmp_ratelimit=0');
      const hop = mode === 'announced port' || mode === 'forward proxy' ? NET.controller : NET.second;
      const args = await configure(network, mode, names === undefined ? hop : AGENTS);
      if (names !== undefined) {
        const hosts = [`${NET.controller} ${HOST}`, ...names(hop).map((address) => `${address} ${AGENTS}`)];
        await network.dns(hosts);
      }
      await fault.breakIt(network, hop);
      return { diagnose: network.diagnosing(args), view: null };
    },
  };
}

/** Starts the controller of a mode. @returns the arguments of `diagnose` */
async function configure(network: Network, mode: ModeName, host: string): Promise<readonly string[]> {
  const url = `http://${NET.controller}:${WEB_PORT}/`;
  const at = `${host}:${AGENT_PORT}`;
  const announces: SimulatorOptions =
    mode === 'tunnel alone'
      ? { advertise: { port: AGENT_PORT + 1 } }
      : mode === 'announced port' && host === AGENTS
        ? { advertise: { host } }
        : {};
  const { identity } = await network.controller({ host: '::', ...announces });
  switch (mode) {
    case 'announced port':
      return [url];
    case 'tunnel, announced port works':
    case 'tunnel alone':
      return [url, '--tunnel', at];
    case 'direct':
      return ['--direct', at, '--identity', identity];
    case 'forward proxy':
      return [url, '--proxy', await network.proxy()];
  }
}
