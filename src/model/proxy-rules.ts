import { type AddressBlock, isInBlock, parseBlock } from './address-block.ts';
import { type Address, kindOf, parseAddress } from './address-kind.ts';
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
  const address = parseAddress(host);
  if (address === null) return entries.some((entry) => blockOf(entry) === null && host.endsWith(entry));
  return kindOf(address) === 'loopback' || entries.some((entry) => holds(blockOf(entry), address));
}

/** An entry that is an address or an IPv4 range; an IPv6 range is not understood by agents, and counts as a name. */
function blockOf(entry: string): AddressBlock | null {
  const block = parseBlock(entry);
  return entry.includes('/') && entry.includes(':') ? null : block;
}

function holds(block: AddressBlock | null, address: Address): boolean {
  return block !== null && isInBlock(address, block);
}
