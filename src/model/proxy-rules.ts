import { type AddressBlock, isInBlock, parseBlock } from './address-block.ts';
import { type Address, kindOf, parseAddress } from './address-kind.ts';
import type { ProxyPolicy, ProxyServer } from './target.ts';

/** The purpose of a connection: an agent has different rules for each. */
export type Purpose = 'http' | 'https' | 'agent-port' | 'websocket';

/**
 * The proxy for a connection; null without one. A configured proxy is used for everything. Otherwise the rules of an agent
 * apply (remoting's `JnlpAgentEndpointResolver` and `NoProxyEvaluator`): `http_proxy` for http URLs and, with CONNECT, for
 * the agent port; never for https and WebSocket.
 */
export function proxyFor(policy: ProxyPolicy, purpose: Purpose, host: string): ProxyServer | null {
  if (policy.always !== null) return policy.always;
  if (policy.fromEnvironment === null || purpose === 'https' || purpose === 'websocket') return null;
  return bypasses(policy.noProxy, host) ? null : policy.fromEnvironment;
}

/**
 * True if `no_proxy` exempts a host. Entries are separated by commas, or else by bars. An address matches only addresses
 * and IPv4 ranges, a name matches only name suffixes. Loopback and `localhost` are always direct.
 */
export function bypasses(noProxy: string | null, host: string): boolean {
  if (host.toLowerCase() === 'localhost') return true;
  const entries = (noProxy ?? '')
    .trim()
    .split(noProxy?.includes(',') ? ',' : '|')
    .map((entry) => entry.trim().replace(/^\./, '').replace(/^\*\./, ''))
    .filter((entry) => entry !== '');
  const address = parseAddress(host);
  if (address === null) return entries.some((entry) => blockOf(entry) === null && host.endsWith(entry));
  return kindOf(address) === 'loopback' || entries.some((entry) => holds(blockOf(entry), address));
}

/** An entry as an address or IPv4 range. Agents do not support IPv6 ranges: those count as names. */
function blockOf(entry: string): AddressBlock | null {
  const block = parseBlock(entry);
  return entry.includes('/') && entry.includes(':') ? null : block;
}

function holds(block: AddressBlock | null, address: Address): boolean {
  return block !== null && isInBlock(address, block);
}
