import { spawnSync } from 'node:child_process';
import { ENVOY } from './envoy.ts';

/** Commands that show that a part exists, so that an error can name a missing one. */
const PROBES = {
  nginx: ['nginx', '-v'],
  haproxy: ['haproxy', '-v'],
  stunnel: ['stunnel4', '-version'],
  envoy: [ENVOY, '--version'],
  tinyproxy: ['tinyproxy', '-v'],
  // This prints the usage and ends in every release; newer ones also have `-V`.
  sshd: ['sshd', '-?'],
  dnsmasq: ['dnsmasq', '--version'],
  nftables: ['nft', '--version'],
  'network namespaces': ['ip', '-V'],
} as const satisfies Record<string, readonly [program: string, ...args: string[]]>;

/** A real part of faults: a program, or a feature of the kernel. */
export type Part = keyof typeof PROBES;

const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };
const found = new Map<Part, boolean>();
let refusal: string | null | undefined;

/**
 * Returns the reason why a test that needs these parts cannot run here; false if it can. In CI a missing program is not
 * a reason: the test runs and fails. A kernel that refuses network namespaces is always a reason.
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

/**
 * The messages of a kernel or a container for an operation that the lab needs and that is not permitted or not
 * supported.
 */
const REFUSED = /not permitted|permission denied|not supported|unknown device type|read-only file system/i;

/** Returns the error message if namespaces, veth pairs or packet filters are refused, otherwise null. */
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
