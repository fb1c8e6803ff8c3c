import { spawnSync } from 'node:child_process';
import { ENVOY } from './envoy.ts';

/** How each real part is found, so that a missing one can be named. */
const PROBES = {
  nginx: ['nginx', '-v'],
  haproxy: ['haproxy', '-v'],
  stunnel: ['stunnel4', '-version'],
  envoy: [ENVOY, '--version'],
  tinyproxy: ['tinyproxy', '-v'],
  // Prints its usage and ends, in every release; newer ones know `-V` too.
  sshd: ['sshd', '-?'],
  dnsmasq: ['dnsmasq', '--version'],
  nftables: ['nft', '--version'],
  'network namespaces': ['ip', '-V'],
} as const satisfies Record<string, readonly [program: string, ...args: string[]]>;

/** A real part that faults are made of: a program, or what the kernel does. */
export type Part = keyof typeof PROBES;

const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };
const found = new Map<Part, boolean>();
let refusal: string | null | undefined;

/**
 * Why a test that needs these parts cannot run here; false when it can. In CI a missing program is a failure: there the
 * test runs, and fails to start it. A kernel that refuses network namespaces is a reason everywhere.
 */
export function missingParts(parts: readonly Part[]): string | false {
  if (!process.env.CI) {
    const missing = parts.filter((part) => !isThere(part));
    if (missing.length > 0) return `not on this machine: ${missing.join(', ')}`;
  }
  if (!parts.includes('network namespaces')) return false;
  refusal ??= refusalOfNamespaces();
  return refusal ?? false;
}

function isThere(part: Part): boolean {
  const known = found.get(part);
  if (known !== undefined) return known;
  const [program, ...args] = PROBES[part];
  const there = spawnSync(program, args, { env, stdio: 'ignore' }).error === undefined;
  found.set(part, there);
  return there;
}

/** What a kernel or a container says to somebody who may not, or cannot, have what the lab needs. */
const REFUSED = /not permitted|permission denied|not supported|unknown device type|read-only file system/i;

/** The words with which namespaces, veth pairs or packet filters are refused; null when they can be had. */
function refusalOfNamespaces(): string | null {
  const script = `
    ns=lab-$$-0
    ip netns add $ns || exit 1
    trap "ip netns del $ns" EXIT
    ip -n $ns link add one type veth peer name two || exit 1
    ! command -v nft >/dev/null || ip netns exec $ns nft add table inet lab`;
  const { status, stderr } = spawnSync('sh', ['-c', script], { env, encoding: 'utf8' });
  const words = stderr.trim().split('\n')[0] ?? '';
  return status !== 0 && REFUSED.test(words) ? `network namespaces are refused: ${words}` : null;
}
