import { writeFile } from 'node:fs/promises';
import t from 'tap';
import { AGENT_PORT_DEPTHS } from '../../src/model/result.ts';
import { Keeper } from './keeper.ts';
import { NET, Network } from './netns.ts';
import { missingParts, type Part } from './parts.ts';
import { AGENT_PORT, HOST, HTTP_URL, WEB_PORT } from './site.ts';

interface HealthyNetwork {
  readonly name: string;
  readonly parts: readonly Part[];
  /** The proxy of the lab supports only IPv4. */
  readonly ipv6Only?: true;
  /** @returns the address of the controller's listener */
  readonly build: (network: Network) => Promise<string>;
}

const BOTH_FAMILIES = [`${NET.controller} ${HOST}`, `${NET.controller6} ${HOST}`];

const NETWORKS: readonly HealthyNetwork[] = [
  {
    name: 'a router, a name server, IPv4 and IPv6',
    parts: ['network namespaces', 'dnsmasq'],
    async build(network) {
      await network.dns(BOTH_FAMILIES);
      return '::';
    },
  },
  {
    name: 'IPv6 only',
    parts: ['network namespaces', 'dnsmasq'],
    ipv6Only: true,
    async build(network) {
      await network.dns([`${NET.controller6} ${HOST}`]);
      return NET.controller6;
    },
  },
  {
    name: 'a firewall that lets through what agents need and nothing else',
    parts: ['network namespaces', 'dnsmasq', 'nftables'],
    async build(network) {
      await network.dns([`${NET.controller} ${HOST}`]);
      await network.filter([
        'ct state established accept',
        `tcp dport { ${WEB_PORT}, ${AGENT_PORT} } accept`,
        'drop',
      ]);
      return NET.controller;
    },
  },
  {
    name: 'a small MTU on the way, and ICMP says so',
    parts: ['network namespaces', 'dnsmasq'],
    async build(network) {
      await network.dns([`${NET.controller} ${HOST}`]);
      await network.on('router', 'ip link set to-agent mtu 1100');
      return NET.controller;
    },
  },
];

t.setTimeout(110_000);
t.jobs = 2;
t.teardown(() => Network.removeAll());
for (const { name, parts, ipv6Only, build } of NETWORKS) {
  t.test(name, { skip: missingParts([...parts, 'tinyproxy']), buffered: true }, async (t) => {
    const keeper = new Keeper();
    t.teardown(() => keeper.close());
    const network = await Network.borrow(keeper);
    const host = await build(network);
    const { identity, agentSecret } = await network.controller({ host, rootUrl: HTTP_URL });
    const secretFile = `${await keeper.folder()}/secret`;
    await writeFile(secretFile, agentSecret, { mode: 0o600 });
    const modes = {
      discovery: [HTTP_URL],
      tunnel: [HTTP_URL, '--tunnel', `${HOST}:${AGENT_PORT}`],
      'direct with identity': ['--direct', `${HOST}:${AGENT_PORT}`, '--identity', identity],
      'WebSocket beside TCP': [HTTP_URL, '--websocket'],
      ...(ipv6Only
        ? {}
        : {
            'through a forward proxy': [
              `http://${NET.controller}:${WEB_PORT}/`,
              '--proxy',
              await network.proxy(),
            ],
          }),
    };
    for (const [mode, args] of Object.entries(modes)) {
      for (const depth of AGENT_PORT_DEPTHS) {
        const login = depth === 'login' ? ['--agent', 'canary', '--secret-file', secretFile] : [];
        const report = await network.diagnosing([...args, '--depth', depth, '--timeout', '10s', ...login])();
        t.strictSame(report.diagnoses, [], `${mode}, ${depth}: nothing to remark`);
        t.equal(report.verdict, 'reachable', `${mode}, ${depth}`);
      }
    }
  });
}
