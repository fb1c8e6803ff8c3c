import { BlockList, isIP } from 'node:net';
import type { ProxyPolicy, ProxyServer } from './target.ts';

/** What is being connected to: an agent's rules differ by it. */
export type Purpose = 'http' | 'https' | 'agent-port' | 'websocket';

/**
 * The proxy for a connection. A configured one serves everything. Otherwise an agent's own rules apply (remoting's
 * `JnlpAgentEndpointResolver` and `NoProxyEvaluator`): `http_proxy` is used for an http URL and, with CONNECT, for the
 * agent port; never for https and never for WebSocket.
 */
export function proxyFor(policy: ProxyPolicy, purpose: Purpose, host: string): ProxyServer | null {
  if (policy.always !== null) return policy.always;
  if (policy.fromEnvironment === null || purpose === 'https' || purpose === 'websocket') return null;
  return bypasses(policy.noProxy, host) ? null : policy.fromEnvironment;
}

/**
 * Whether `no_proxy` takes a host out. Entries are separated by commas, or else by bars. A host given as an address is
 * matched against addresses and IPv4 ranges only, a host given as a name against name suffixes only; loopback and
 * `localhost` are always direct.
 */
export function bypasses(noProxy: string | null, host: string): boolean {
  if (host.toLowerCase() === 'localhost') return true;
  const entries = (noProxy ?? '')
    .trim()
    .split(noProxy?.includes(',') ? ',' : '|')
    .map((entry) => entry.trim().replace(/^\./, '').replace(/^\*\./, ''))
    .filter((entry) => entry !== '');
  const family = isIP(host);
  if (family === 0) return entries.some((entry) => !isAddressOrRange(entry) && host.endsWith(entry));
  const type = family === 4 ? 'ipv4' : 'ipv6';
  return LOOPBACK.check(host, type) || listOf(entries).check(host, type);
}

const RANGE = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

function isAddressOrRange(entry: string): boolean {
  return isIP(entry) !== 0 || rangeOf(entry) !== null;
}

function rangeOf(entry: string): { network: string; prefix: number } | null {
  const [, network = '', prefix = ''] = RANGE.exec(entry) ?? [];
  return isIP(network) === 4 && Number(prefix) <= 32 ? { network, prefix: Number(prefix) } : null;
}

function listOf(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const range = rangeOf(entry);
    if (range !== null) list.addSubnet(range.network, range.prefix);
    else if (isIP(entry) !== 0) list.addAddress(entry, isIP(entry) === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
