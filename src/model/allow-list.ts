import { portNumber } from '../protocol/host-port.ts';
import { type AddressBlock, isInBlock, isOfKind, parseBlock } from './address-block.ts';
import { type Address, isOrdinary, kindOf, parseAddress } from './address-kind.ts';
import type { Admission } from './options.ts';

/** One entry: names or addresses, at all ports or at some. */
interface AllowEntry {
  /** As it was written. */
  readonly text: string;
  /** First and last. */
  readonly ports: readonly [number, number];
  readonly names: RegExp | null;
  readonly range: AddressBlock | null;
}

/** Why a text is no entry. The message is one sentence. */
export class AllowEntryError extends Error {}

const ENTRY =
  /^(?:\[(?<bracketed>[^[\]]*)\]|(?<bare>[^[\]]*?))(?::(?<first>\d{1,5})(?:-(?<last>\d{1,5}))?)?$/;
const MAX_NAME = 253;
/** One `*` at most, so that matching takes no time to speak of. */
const LABEL = /^(?!-)(?!.*-$)(?!.*\*.*\*)[a-z0-9_*-]{1,63}$/;

/**
 * Parses `*.example.com`, `ci-*.example.com:443`, `10.0.0.0/8:50000-50010`, `10.0.0.7`, `fd00::/8` or `[fd00::7]:50000`. A
 * leading `*.` stands for one or more labels, any other `*` for a part of one label.
 * @throws {AllowEntryError}
 */
export function parseAllowEntry(text: string): AllowEntry {
  // An IPv6 address without brackets has colons of its own, and no port.
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
 * Which hosts may be dialled for somebody who is not trusted. A name that an entry names may lead to any ordinary address,
 * but to loopback, link-local, metadata, multicast and other special ones only where an entry of addresses, made of nothing
 * else, permits them too. Any other host needs an entry that permits all its addresses.
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
    // Whether a name exists is nobody's business either.
    if (addresses.length === 0) return isNamed;
    return addresses.every((text) => {
      const address = parseAddress(text);
      if (address === null) return false;
      return (isNamed && isOrdinary(address)) || ranges.some((range) => permits(range, address));
    });
  };

  /** What a fingerprint or a print of the settings shows. */
  toJSON(): readonly string[] {
    return this.entries.map(({ text }) => text);
  }
}

/** Special addresses are permitted by a block of nothing but their kind: `0.0.0.0/0` is not meant to be the loopback. */
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

/** Digits and dots alone would be read as an address by a resolver. */
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
