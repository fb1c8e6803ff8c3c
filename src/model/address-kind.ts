import ipaddr, { type IPv4, type IPv6 } from 'ipaddr.js';

/** An address. IPv4 in an IPv6 address (`::ffff:10.0.0.7`) is IPv4. */
export type Address = IPv4 | IPv6;

/**
 * Metadata endpoints of cloud providers, which hand out credentials: AWS, Azure, Google, Oracle and Alibaba, with the
 * credential endpoints of ECS and EKS.
 */
const METADATA = new Set([
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '168.63.129.16',
  '192.0.0.192',
  '100.100.100.200',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
]);

/** Ranges that a controller may use: public, private and carrier-grade NAT addresses. */
const ORDINARY = new Set(['unicast', 'private', 'uniqueLocal', 'carrierGradeNat']);

/** Four decimal parts without leading zeros, which some programs read as octal. */
const FOUR_PARTS = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** Parses an address from a resolver or socket, without an IPv6 zone; null for other texts. */
export function parseAddress(text: string): Address | null {
  const bare = text.replace(/%.*$/, '');
  const isV6 = bare.includes(':');
  // An IPv6 address may end with an IPv4 address.
  if ((!isV6 || bare.includes('.')) && !FOUR_PARTS.test(bare.slice(bare.lastIndexOf(':') + 1))) return null;
  if (isV6 && !ipaddr.IPv6.isValid(bare)) return null;
  const address = ipaddr.parse(bare);
  return address instanceof ipaddr.IPv4 || !address.isIPv4MappedAddress() ? address : address.toIPv4Address();
}

/** The canonical form of a host: `localhost` for `LOCALHOST.`, `10.0.0.7` for `[::FFFF:10.0.0.7]`. */
export function canonicalHost(host: string): string {
  const bare = host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
  return parseAddress(bare)?.toString() ?? bare;
}

/** The kind of an address by its registered range: `unicast`, `private`, `loopback`, …; or `metadata`. */
export function kindOf(address: Address): string {
  if (METADATA.has(address.toString())) return 'metadata';
  if (address instanceof ipaddr.IPv4) return address.range();
  // IPv4-compatible (RFC 4291, 2.5.5.1), deprecated: `::127.0.0.1`. The library knows only `::` and `::1`.
  const bytes = address.toByteArray();
  if (address.range() === 'unicast' && bytes.slice(0, 12).every((byte) => byte === 0)) return 'reserved';
  // NAT64 (RFC 6052): the last four bytes are the IPv4 address that counts.
  return address.range() === 'rfc6052' ? kindOf(new ipaddr.IPv4(bytes.slice(12))) : address.range();
}

/** True if the name of a controller may have this address: not loopback, link-local, metadata and so on. */
export function isOrdinary(address: Address): boolean {
  return ORDINARY.has(kindOf(address));
}
