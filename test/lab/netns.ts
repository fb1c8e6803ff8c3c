import { execFile, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Report } from '../../src/report/report.ts';
import type { SimulatorOptions } from '../../src/simulator/simulator.ts';
import { Keeper } from './keeper.ts';
import { NamespaceProcess } from './namespace-process.ts';
import type { Order, Started } from './netns-process.ts';
import { runProgram } from './program.ts';
import { AGENT_PORT, type Diagnosing, WEB_PORT } from './site.ts';

const execute = promisify(execFile);
const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;

/** The addresses of the three hosts. No host has `nobody`, and nothing leads to `spare` unless a fault makes it so. */
export const NET = {
  agent: '10.77.1.2',
  gateway: '10.77.1.1',
  farGateway: '10.77.2.1',
  controller: '10.77.2.2',
  second: '10.77.2.3',
  nobody: '10.77.2.99',
  spare: '10.77.9.9',
  gateway6: 'fd77:1::1',
  controller6: 'fd77:2::2',
} as const;

let count = 0;
const idle: Network[] = [];
const alive = new Set<Network>();

type Host = 'agent' | 'router' | 'far';
const HOSTS: readonly Host[] = ['agent', 'router', 'far'];

/**
 * Three network namespaces in a row, each a host of its own: the agent's, a router, the controller's. What happens in
 * them stays there: nothing of this machine's own network is touched. Building one takes a while, so they are mended
 * and used again.
 */
export class Network {
  /** What the names of the namespaces begin with, unique on this machine. */
  readonly #base: string;
  readonly #hosts = new Keeper();
  readonly #processes = new Map<Host, NamespaceProcess>();
  #keeper = new Keeper();

  private constructor() {
    count += 1;
    this.#base = `lab-${process.pid}-${count}`;
  }

  /** A healthy network; the keeper mends it and gives it back. */
  static async borrow(keeper: Keeper): Promise<Network> {
    const network = idle.pop() ?? (await Network.#build());
    network.#keeper = keeper;
    keeper.keep(async () => {
      await network.#mend();
      idle.push(network);
    });
    return network;
  }

  /** Removes every network of this process. */
  static async removeAll(): Promise<void> {
    idle.length = 0;
    await Promise.all([...alive].map((network) => network.#hosts.close()));
  }

  static async #build(): Promise<Network> {
    swept ??= sweep();
    await swept;
    const network = new Network();
    const [agent, router, far] = HOSTS.map((host) => network.#name(host));
    alive.add(network);
    const removeWithUs = () => void spawnSync('sh', ['-c', network.#removal()], { env: { PATH } });
    process.once('exit', removeWithUs);
    network.#hosts.keep(async () => {
      await shell(network.#removal());
      alive.delete(network);
      process.off('exit', removeWithUs);
    });
    await shell(`
      for ns in ${agent} ${router} ${far}; do
        ip netns add $ns; ip -n $ns link set lo up
        mkdir -p /etc/netns/$ns; : > /etc/netns/$ns/resolv.conf
      done
      ip -n ${agent} link add to-router type veth peer name to-agent netns ${router}
      ip -n ${far} link add to-router type veth peer name to-far netns ${router}
      ip -n ${agent} -batch - <<END
addr add ${NET.agent}/24 dev to-router
addr add fd77:1::2/64 dev to-router nodad
link set to-router up
route add default via ${NET.gateway}
END
      ip -n ${router} -batch - <<END
addr add ${NET.gateway}/24 dev to-agent
addr add ${NET.gateway6}/64 dev to-agent nodad
addr add ${NET.farGateway}/24 dev to-far
addr add fd77:2::1/64 dev to-far nodad
link set to-agent up
link set to-far up
END
      ip -n ${far} -batch - <<END
addr add ${NET.controller}/24 dev to-router
addr add ${NET.second}/24 dev to-router
addr add ${NET.controller6}/64 dev to-router nodad
link set to-router up
route add default via ${NET.farGateway}
route add default via fd77:2::1
END
      ip -n ${agent} route add default via ${NET.gateway6}
      ip netns exec ${router} sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1`);
    for (const host of ['agent', 'far'] as const) {
      network.#processes.set(host, await NamespaceProcess.start(network.#hosts, network.#name(host)));
    }
    return network;
  }

  #name(host: Host): string {
    return `${this.#base}-${host}`;
  }

  #removal(): string {
    const names = HOSTS.map((host) => this.#name(host)).join(' ');
    return `for ns in ${names}; do ip netns del $ns 2>/dev/null || true; rm -rf /etc/netns/$ns; done`;
  }

  async #mend(): Promise<void> {
    await this.#ask('far', { what: 'reset' });
    await this.#resolver('');
    await this.on('agent', `nft flush ruleset; ip route replace default via ${NET.gateway}`);
    await this.on(
      'router',
      `nft flush ruleset; ip route flush type blackhole; ip route flush type unreachable
       ip link set to-agent mtu 1500`,
    );
    // An MTU below 1280 has taken IPv6 off the link, and its address with it.
    await this.on('router', `ip addr replace ${NET.gateway6}/64 dev to-agent nodad`);
    await this.on('far', 'nft flush ruleset');
  }

  /** Runs a script on one of the hosts. Rejects with what it printed when it fails. */
  on(host: Host, script: string): Promise<void> {
    return shell(`ip netns exec ${this.#name(host)} sh -e -c '${script}'`);
  }

  /** Adds rules to a chain of the packet filter of a host, `forward` of the router by default. */
  filter(
    rules: readonly string[],
    host: Host = 'router',
    chain: 'forward' | 'input' | 'output' = 'forward',
  ): Promise<void> {
    return this.on(
      host,
      [
        'nft add table inet lab',
        `nft add chain inet lab ${chain} "{ type filter hook ${chain} priority 0; }"`,
        ...rules.map((rule) => `nft add rule inet lab ${chain} "${rule}"`),
      ].join('\n'),
    );
  }

  /** Starts a controller on the far host, at its first address unless told otherwise. */
  async controller(options: SimulatorOptions = {}): Promise<Started> {
    const place = { host: NET.controller, webPort: WEB_PORT, agentPort: AGENT_PORT };
    const started = await this.#ask('far', { what: 'simulate', options: { ...place, ...options } });
    return JSON.parse(started);
  }

  /**
   * Starts a name server on the router and makes the agent's host ask it.
   * @param records lines of a hosts file: an address and its name
   */
  async dns(records: readonly string[]): Promise<void> {
    const folder = await this.#keeper.folder();
    await writeFile(`${folder}/hosts`, `${records.join('\n')}\n`);
    const args = ['--keep-in-foreground', '--no-resolv', '--no-hosts', '--user=root', '--pid-file='];
    const where = [`--listen-address=${NET.gateway}`, '--bind-interfaces'];
    const what = [`--addn-hosts=${folder}/hosts`, '--local=/test/'];
    await runProgram(
      this.#keeper,
      'dnsmasq',
      ['--conf-file=/dev/null', ...args, ...where, ...what],
      [{ address: NET.gateway, port: 53 }],
      this.#name('router'),
    );
    await this.resolver(NET.gateway);
  }

  /** Makes the agent's host ask this name server, whether or not there is one. */
  resolver(address: string): Promise<void> {
    return this.#resolver(`nameserver ${address}\noptions timeout:5 attempts:1\n`);
  }

  /** The file is mounted over the namespace's own `resolv.conf`, so it is written in place. */
  #resolver(text: string): Promise<void> {
    return writeFile(`/etc/netns/${this.#name('agent')}/resolv.conf`, text);
  }

  /** Starts an HTTP proxy on the router, where both sides reach it. @returns its URL */
  async proxy(): Promise<string> {
    const file = `${await this.#keeper.folder()}/tinyproxy.conf`;
    await writeFile(file, `Port 3128\nListen ${NET.gateway}\nTimeout 30\nLogLevel Error\n`);
    const listening = [{ address: NET.gateway, port: 3128 }];
    await runProgram(this.#keeper, 'tinyproxy', ['-d', '-c', file], listening, this.#name('router'));
    return `http://${NET.gateway}:3128`;
  }

  /** A diagnosis by the real command, on the agent's host unless told otherwise. @param args after `diagnose` */
  diagnosing(args: readonly string[], host: 'agent' | 'far' = 'agent'): Diagnosing {
    return async () => {
      const printed = await this.#ask(host, { what: 'diagnose', args: ['--timeout', '3s', ...args] });
      const report: Report = JSON.parse(printed);
      return report;
    };
  }

  async #ask(host: 'agent' | 'far', order: Order): Promise<string> {
    const there = this.#processes.get(host);
    if (there === undefined) throw new Error(`no process runs on ${host}`);
    return there.ask(order);
  }
}

let swept: Promise<void> | null = null;

/** Removes namespaces that a killed process of the lab left behind. Another process may do the same at this moment. */
async function sweep(): Promise<void> {
  await shell(`
    for ns in $(ip netns list | cut -d " " -f 1 | grep "^lab-[0-9]*-"); do
      pid=\${ns#lab-}; pid=\${pid%%-*}
      test -d /proc/$pid || { ip netns del $ns 2>/dev/null || true; rm -rf /etc/netns/$ns; }
    done`);
}

async function shell(script: string): Promise<void> {
  await execute('sh', ['-e', '-c', script], { env: { PATH } });
}
