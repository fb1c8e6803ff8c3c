import ipaddr from 'ipaddr.js';
import { type Address, kindOf, parseAddress } from './address-kind.ts';

const { IPv4, IPv6 } = ipaddr;

/** A block of addresses: a network and the length of its prefix. */
export interface AddressBlock {
  readonly network: Address;
  readonly prefix: number;
}

/** Parses `10.0.0.0/8`, `fd00::/8` or a single address as a block; null for other texts. */
export function parseBlock(text: string): AddressBlock | null {
  const [, host = '', digits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const network = parseAddress(host);
  if (network === null || host.includes('%')) return null;
  const longest = network instanceof IPv4 ? 32 : 128;
  const prefix = digits === undefined ? longest : Number(digits);
  // The prefix of `::ffff:10.0.0.0/104` counts from the start of the IPv6 address.
  const isMapped = network instanceof IPv4 && host.includes(':') && digits !== undefined;
  return prefix <= longest && !isMapped ? { network, prefix } : null;
}

/** True if an address is in a block of the same family. */
export function isInBlock(address: Address, { network, prefix }: AddressBlock): boolean {
  return network instanceof IPv4
    ? address instanceof IPv4 && address.match(network, prefix)
    : address instanceof IPv6 && address.match(network, prefix);
}

/** True if all addresses of a block are of one kind (see {@link kindOf}), judged by the first and the last one. */
export function isOfKind({ network, prefix }: AddressBlock, kind: string): boolean {
  const cidr = `${network.toString()}/${prefix}`;
  const ends =
    network instanceof IPv4
      ? [IPv4.networkAddressFromCIDR(cidr), IPv4.broadcastAddressFromCIDR(cidr)]
      : [IPv6.networkAddressFromCIDR(cidr), IPv6.broadcastAddressFromCIDR(cidr)];
  return ends.every((end) => kindOf(end) === kind);
}
