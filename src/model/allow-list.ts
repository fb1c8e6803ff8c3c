import { portNumber } from '../protocol/host-port.ts';
import { type AddressBlock, isInBlock, isOfKind, parseBlock } from './address-block.ts';
import { type Address, isOrdinary, kindOf, parseAddress } from './address-kind.ts';
import type { Admission } from './options.ts';

/** One entry: names or addresses, for all ports or some. */
interface AllowEntry {
  /** The original text. */
  readonly text: string;
  /** First and last port. */
  readonly ports: readonly [number, number];
  readonly names: RegExp | null;
  readonly range: AddressBlock | null;
}

/** The error of an invalid entry. The message is one sentence. */
export class AllowEntryError extends Error {}

const ENTRY =
  /^(?:\[(?<bracketed>[^[\]]*)\]|(?<bare>[^[\]]*?))(?::(?<first>\d{1,5})(?:-(?<last>\d{1,5}))?)?$/;
const MAX_NAME = 253;
/** At most one `*`, so that matching is fast. */
const LABEL = /^(?!-)(?!.*-$)(?!.*\*.*\*)[a-z0-9_*-]{1,63}$/;

/**
 * Parses `*.example.com`, `ci-*.example.com:443`, `10.0.0.0/8:50000-50010`, `10.0.0.7`, `fd00::/8` or `[fd00::7]:50000`. A
 * leading `*.` matches one or more labels, any other `*` a part of one label.
 * @throws {AllowEntryError}
 */
export function parseAllowEntry(text: string): AllowEntry {
  // An IPv6 address without brackets contains colons and has no port.
  const bareV6 = parseBlock(text);
  if (bareV6 !== null) return { text, ports: [1, 65_535], names: null, range: bareV6 };
  const { bracketed, bare, first, last } = ENTRY.exec(text)?.groups ?? {};
  const host = (bracketed ?? bare ?? '').toLowerCase();
  const ports = portsOf(first, last);
  const range = parseBlock(host);
  if (range !== null) return { text, ports, names: null, range };
  if (host.includes('/')) throw new AllowEntryError('not a range of addresses, write 10.0.0.0/8 or fd00::/8');
  if (bracketed !== undefined || !isPattern(host)) {
    throw new AllowEntryError(
      'neither a host name nor an address, write *.example.com, host:443, 10.0.0.0/8 or [fd00::7]:50000',
    );
  }
  return { text, ports, names: patternOf(host), range: null };
}

/**
 * The hosts that an untrusted caller may connect to. A name in an entry may have any ordinary address. Special addresses
 * (loopback, link-local, metadata, multicast and others) also need an entry that contains only such addresses. Any other
 * host needs an entry for all of its addresses.
 */
export class AllowList {
  readonly entries: readonly AllowEntry[];

  constructor(entries: readonly AllowEntry[]) {
    this.entries = entries;
  }

  /** See {@link Admission}. */
  readonly admit: Admission = ({ host, port }, addresses) => {
    const entries = this.entries.filter(({ ports: [first, last] }) => port >= first && port <= last);
    const name = host.toLowerCase().replace(/\.$/, '');
    const isNamed =
      name.length <= MAX_NAME &&
      parseAddress(name) === null &&
      entries.some(({ names }) => names?.test(name));
    const ranges = entries.map(({ range }) => range).filter((range) => range !== null);
    if (addresses === null) return isNamed || ranges.length > 0;
    // The caller must not learn if a name exists.
    if (addresses.length === 0) return isNamed;
    return addresses.every((text) => {
      const address = parseAddress(text);
      if (address === null) return false;
      return (isNamed && isOrdinary(address)) || ranges.some((range) => permits(range, address));
    });
  };

  /** The form for a fingerprint and for printed settings. */
  toJSON(): readonly string[] {
    return this.entries.map(({ text }) => text);
  }
}

/** Special addresses need a block that contains only their kind: `0.0.0.0/0` does not allow the loopback. */
function permits(block: AddressBlock, address: Address): boolean {
  if (!isInBlock(address, block)) return false;
  return isOrdinary(address) || isOfKind(block, kindOf(address));
}

function portsOf(first?: string, last = first): readonly [number, number] {
  if (first === undefined || last === undefined) return [1, 65_535];
  const ports = [portNumber(first), portNumber(last)] as const;
  if (ports[0] === null || ports[1] === null || ports[0] > ports[1]) {
    throw new AllowEntryError(
      'the ports must be a number from 1 to 65535, or two with the smaller one first',
    );
  }
  return [ports[0], ports[1]];
}

/** A resolver would read digits and dots as an address. */
function isPattern(host: string): boolean {
  return (
    host.length <= MAX_NAME && !/^[\d.]+$/.test(host) && host.split('.').every((label) => LABEL.test(label))
  );
}

function patternOf(host: string): RegExp {
  const anything = '[^.]+(?:\\.[^.]+)*';
  if (host === '*') return new RegExp(`^${anything}$`);
  const [, any = '', rest = ''] = /^(\*\.)?(.*)$/.exec(host) ?? [];
  const labels = rest.replaceAll('.', '\\.').replaceAll('*', '[^.]+');
  return new RegExp(`^${any === '' ? '' : `${anything}\\.`}${labels}$`);
}
